# SPDX-License-Identifier: BSD-2-Clause
"""The shards of a campaign: what a line of its file stands for, how one is run, and how what they leave is put together.

A shard's result is a directory that is there as a whole or not at all: result.json, which is the same whenever and wherever
the shard is run, as far as what it runs is; findings/, corpus/; and output.txt, what it has printed.
"""

import glob
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from patched_copy import sources

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = [line for line in (ROOT / 'tools/lib/configs').read_text().splitlines() if not line.startswith('#')]
MOST_SHARDS = 10_000    # of a line
FUZZERS = ('host_calls', 'guest_calls', 'trap_mix', 'vgic', 'timer_psci', 'guest_firmware', 'hostile_host')


class Failure(Exception):
    pass


class Shard(NamedTuple):
    name: str               # of its directory
    kind: str               # fuzz, explore, hunt
    subject: str            # a target, a config, a patch
    options: tuple[str, ...]


def options_of(words: list[str], known: tuple[str, ...], line: str) -> dict[str, str]:
    """The options that follow, each with a value."""
    if len(words) % 2 or not set(words[::2]) <= set(known):
        raise Failure(f'"{line}": there are {", ".join(known)}, each with a value')
    if len(set(words[::2])) < len(words[::2]):
        raise Failure(f'"{line}": an option is there twice')
    return dict(zip(words[::2], words[1::2]))


def suffix_of(options: dict[str, str]) -> str:
    """For a shard's name: one with other options is another."""
    return ''.join(f'-{option.lstrip("-")}-{value}' for option, value in options.items())


def numbers(text: str, line: str) -> range:
    """FIRST-LAST, or one."""
    found = re.fullmatch(r'(\d+)(?:-(\d+))?', text)
    if not found or not 0 <= int(found[2] or found[1]) - int(found[1]) < MOST_SHARDS:
        raise Failure(f'"{line}": {text} is no number, and no range like 1-4, of {MOST_SHARDS} at most')
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def check_limit(options: dict[str, str], line: str) -> None:
    """When a shard ends."""
    for name in {'--inputs', '--seconds'} & options.keys():
        if not re.fullmatch(r'[1-9]\d*', options[name]):
            raise Failure(f'"{line}": {name} wants a number from 1, not {options[name]}')


def check_detector(options: dict[str, str], line: str) -> None:
    if '--detector' in options:
        listed = subprocess.run([ROOT / 'tools/hunt', '--list'], stdout=subprocess.PIPE, text=True, check=True).stdout
        detectors = [words.split()[0] for words in listed.splitlines()]
        if options['--detector'] not in detectors:
            raise Failure(f'"{line}": there is no detector {options["--detector"]}; there are: {", ".join(detectors)}')


def file_of(name: str, base: Path, line: str) -> str:
    """A file that a line names: beside the campaign's, or in the tree."""
    for path in (base / name, ROOT / name):
        if path.is_file():
            return str(path.resolve())
    raise Failure(f'"{line}": cannot read {name}')


def sorted_files(pattern: str, base: Path) -> list[str]:
    """Files that match: beside the campaign's, or else in the tree; the pattern itself, if there are none."""
    return next((found for directory in (base, ROOT) if (found := sorted(glob.glob(str(directory / pattern))))), [pattern])


def shards_of_line(line: str, base: Path) -> list[Shard]:
    try:
        kind, *words = shlex.split(line)
    except ValueError as error:
        raise Failure(f'"{line}": {error}')
    if not words or kind not in ('fuzz', 'explore', 'hunt'):
        raise Failure(f'"{line}": a line is fuzz TARGET, explore CONFIG or hunt PATCH, with options')
    subject, *rest = words
    if kind == 'fuzz':
        if subject not in FUZZERS:
            raise Failure(f'"{line}": there is no target {subject}; there are: {", ".join(FUZZERS)}')
        options = options_of(rest, ('--seeds', '--inputs', '--seconds'), line)
        if ('--inputs' in options) == ('--seconds' in options):
            raise Failure(f'"{line}": either --inputs or --seconds')
        how = next((name, options[name]) for name in ('--inputs', '--seconds') if name in options)
        check_limit(options, line)
        return [Shard(f'fuzz-{subject}-{seed}-{how[0][2:]}-{how[1]}', kind, subject, ('--seed', str(seed), *how))
                for seed in numbers(options.get('--seeds', '1'), line)]
    if kind == 'explore':
        options = options_of(rest, ('--seconds',), line)
        check_limit(options, line)
        config = subject if subject in CONFIGS else file_of(subject, base, line)
        return [Shard(f'explore-{Path(subject).stem}{suffix_of(options)}', kind, config, tuple(word for pair in options.items() for word in pair))]
    # All patches of a folder are the matrix of bugs and detectors.
    words = [name for word in words for name in (sorted_files(word, base) if '*' in word else [word])]
    at = next((i for i, word in enumerate(words) if word.startswith('--')), len(words))
    options = options_of(words[at:], ('--detector',), line)
    check_detector(options, line)
    if not at:
        raise Failure(f'"{line}": which patch?')
    return [Shard(f'hunt-{Path(patch).stem}{suffix_of(options)}', kind, file_of(patch, base, line),
                  tuple(word for pair in options.items() for word in pair)) for patch in words[:at]]


def shards_of(file: Path) -> list[Shard]:
    """All that a campaign's file asks for, in its order."""
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f'cannot read {file}: {error}')
    lines = (line.split('#')[0].strip() for line in text.splitlines())
    shards = [shard for line in lines if line for shard in shards_of_line(line, file.parent)]
    for shard in shards:
        if sum(shard.name == other.name for other in shards) > 1:
            raise Failure(f'{shard.name} is there twice')
    if not shards:
        raise Failure(f'{file} asks for nothing')
    return shards


def version_of(shards: list[Shard]) -> str:
    """A number for all that the shards' results come of: the sources, and the files that shards name."""
    digest = hashlib.sha256()
    named = {shard.subject for shard in shards if Path(shard.subject).is_absolute()}
    for file in (*sources(), *map(Path, sorted(named))):
        content = file.read_bytes()
        digest.update(f'{os.path.relpath(file, ROOT)} {len(content)}\n'.encode() + content)
    return digest.hexdigest() + '\n'


def command_of(shard: Shard, campaign: Path, scratch: Path) -> list[str]:
    run = f'campaign-{campaign.name}-{shard.name}'
    if shard.kind == 'fuzz':
        # Without that addresses, and with them libFuzzer's guesses, would differ from one process to the next.
        return ['setarch', '--addr-no-randomize', f'{ROOT}/tools/fuzz', shard.subject, *shard.options, '--name', run,
                '--corpus', f'{scratch}/corpus', '--findings', f'{scratch}/findings']
    if shard.kind == 'explore':
        return [f'{ROOT}/tools/explore', '--config', shard.subject, '--json', '--jobs', '1', '--name', run, *shard.options]
    # Workers that share a tree have a copy each.
    worker = os.environ.get('SLURMD_NODENAME') or os.environ.get('RAVELIN_WORKER', '0')
    return [f'{ROOT}/tools/hunt', shard.subject, '--copy', f'{ROOT}/build/campaign-{worker}', *shard.options]


def summary_of(shard: Shard, status: int, output: str, scratch: Path) -> dict:
    """What is the same each time: neither times nor rates."""
    if shard.kind == 'fuzz':
        findings = sorted(path.name for path in (scratch / 'findings').glob('[0-9a-f]*'))
        if status and not findings:
            raise Failure(f'{shard.name} has ended with status {status}, and no finding')
        return {'findings': findings, 'corpus': len(list((scratch / 'corpus').iterdir()))}
    if shard.kind == 'explore':
        if status not in (0, 1) or not output.startswith('{'):
            raise Failure(f'{shard.name} has ended with status {status}')
        report = json.loads(output.splitlines()[0])
        return {key: report[key] for key in ('scope', 'closed', 'states', 'transitions', 'depth', 'problem')}
    if status not in (0, 1):
        raise Failure(f'{shard.name} has ended with status {status}')
    return {'found': sorted(set(re.findall(r'^FOUND by ([\w-]+)', output, re.MULTILINE)))}


def run(shard: Shard, campaign: Path) -> None:
    """Runs a shard, unless somebody has; its result is there then."""
    result = campaign / 'results' / shard.name
    if result.exists():
        return
    (campaign / 'running').mkdir(parents=True, exist_ok=True)
    result.parent.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f'{shard.name}.', dir=campaign / 'running'))
    try:
        with (scratch / 'errors.txt').open('w') as errors:
            done = subprocess.run(command_of(shard, campaign, scratch), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=errors, text=True)
        (scratch / 'output.txt').write_text(done.stdout)
        summary = summary_of(shard, done.returncode, done.stdout, scratch)
        wrong = bool(done.returncode)
        (scratch / 'result.json').write_text(json.dumps({'shard': shard.name, 'passed': not wrong, **summary}, indent=2) + '\n')
        scratch.chmod(0o755)
        try:
            scratch.rename(result)
        except OSError:
            if not result.exists():     # somebody else was faster: theirs is the same
                raise
    except Failure as failure:
        raise Failure(f'{failure}: {(scratch / "errors.txt").read_text()[-2000:]}')
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def better(finding: Path, than: Path) -> bool:
    """Of two with one cause the shorter input is kept, or the first by its bytes."""
    first, second = (path.joinpath('input').read_bytes() for path in (finding, than))
    return (len(first), first) < (len(second), second)


def merge(shards: list[Shard], campaign: Path) -> list[dict]:
    """Puts the results of all shards together: report.json, findings/, corpus/TARGET. The same results, the same outcome."""
    for name in ('corpus', 'findings'):
        shutil.rmtree(campaign / name, ignore_errors=True)
    reports = []
    for shard in sorted(shards):
        result = campaign / 'results' / shard.name
        reports.append(json.loads((result / 'result.json').read_text()))
        if shard.kind == 'fuzz':
            shutil.copytree(result / 'corpus', campaign / 'corpus' / shard.subject, dirs_exist_ok=True)
        for finding in sorted((result / 'findings').glob('[0-9a-f]*')):
            kept = campaign / 'findings' / finding.name
            if not kept.exists() or better(finding, kept):
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(finding, kept)
                # Where it lies now, and not where its worker had it.
                kept_input = os.path.relpath(kept / 'input', ROOT)
                (kept / 'repro').write_text(f'tools/fuzz {shard.subject} --replay {kept_input}\n')
    (campaign / 'report.json').write_text(json.dumps(reports, indent=2) + '\n')
    return reports
