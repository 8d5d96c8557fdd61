# SPDX-License-Identifier: BSD-2-Clause
"""What looks for mistakes: how much it sees, and how fast."""

import json
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from functools import cache, partial
from pathlib import Path

from measure.command import BUILD, ROOT, Failed, run
from measure.repeated import fuzz_rate
from measure.row import Result, Row, at_least, at_most, exactly

LARGE_SECONDS = 300
TWIN_TRAPS = 1_000_000
SEEDS = 100
RACED = ('pair', 'psci', 'trio', 'trio-psci')
RACE_SECONDS = 60

# What Debian is booted in, in the simulator: with a protected Debian in it, or with caches that hold rubbish at first.
SIMULATED = {
    'virt-guest': ('--board', 'virt', '--cpus', 4, '--guest', 'protected'),
    'pi4b-guest': ('--board', 'pi4b', '--cpus', 4, '--guest', 'protected'),
    'pi4b-caches': ('--board', 'pi4b', '--cpus', 4, '--memory', '4G', '--caches', 'seeded'),
}


def explore(config: str, *options: object) -> dict:
    """Explores afresh; what came of it. A violation fails."""
    name = f'figures-{config}'
    run('tools/explore', '--config', config, '--fresh', '--name', name, *options, timeout=3600)
    report = json.loads((BUILD / f'reports/explore/{name}/report.json').read_text())
    if report['problem']:
        raise Failed(f"a violation: {report['problem']['what']}; see build/reports/explore/{name}")
    return report


@cache
def small() -> dict:
    report = explore('small')
    if not report['closed']:
        raise Failed('the exploration has not come to its end')
    return report


def summary(report: dict) -> str:
    return f"{report['states']:,} states, {report['transitions']:,} transitions, depth {report['depth']}"


def explorer_small() -> Result:
    report = small()
    return Result(report['seconds'], f'closed, 0 violations: {summary(report)}; {os.cpu_count()} cores', detail=report)


def explorer_rate() -> Result:
    report = small()
    return Result(round(report['transitions_per_second'] / os.cpu_count()), 'each held to the specification',
                  detail=report)


def explorer_large() -> Result:
    report = explore('large', '--seconds', LARGE_SECONDS)
    end = 'closed' if report['closed'] else f'not closed in {LARGE_SECONDS} s'
    return Result(report['states'], f'{end}, 0 violations: {summary(report)}', detail=report)


def seeded_bugs() -> Result:
    """How many are found by the detector that they name; all must be."""
    patches = sorted((ROOT / 'tests/seeded_bugs').glob('*.patch'))
    missed, finders = [], Counter()
    for patch in patches:
        finder = finder_of(patch)
        try:
            run('tools/hunt', patch, '--detector', finder, timeout=1800)
            finders[finder] += 1
        except Failed as failure:
            missed.append(f'{patch.stem}: {failure}')
    return Result(len(patches) - len(missed), f'of {len(patches)}: ' + ', '.join(f'{count} by {name}' for name, count
                                                                              in finders.most_common()),
                  '; '.join(missed), detail=dict(finders))


def finder_of(patch: Path) -> str:
    return re.search(r'^Found by: (\S+)', patch.read_text(), re.MULTILINE).group(1)


def only_finders() -> Result:
    """How many detectors find a seeded bug that no other finds. Patches say where that's so; all detectors look at those."""
    detectors = re.findall(r'^(\S+) ', run('tools/hunt', '--list'), re.MULTILINE)
    alone, shared = {}, []
    for patch in sorted((ROOT / 'tests/seeded_bugs').glob('*.patch')):
        if not re.search(r'^Found by: \S+ alone$', patch.read_text(), re.MULTILINE):
            continue
        found = re.findall(r'^FOUND by (\S+) ', run('tools/hunt', patch, timeout=7200), re.MULTILINE)
        if found == [finder_of(patch)]:
            alone.setdefault(found[0], patch.stem)
        else:
            shared.append(f'{patch.stem} is found by {", ".join(found) or "nobody"}')
    problems = shared + [f'{name} is never the only one' for name in detectors if name not in alone]
    return Result(len(alone), f'of {len(detectors)}: ' + ', '.join(f'{name} {patch}' for name, patch in alone.items()),
                  '; '.join(problems), detail=alone)


def races() -> Result:
    """How many were held; a violation fails."""
    done = 0
    for config in RACED:
        name = f'figures-{config}'
        run('tools/race', '--config', config, '--seconds', RACE_SECONDS, '--name', name, timeout=3600)
        report = json.loads((BUILD / f'reports/race/{name}/report.json').read_text())
        done += report['races']
    return Result(done, f'0 violations in {len(RACED) * RACE_SECONDS} s of {", ".join(RACED)}; {os.cpu_count()} cores')


def two_runs() -> Result:
    """Pairs of steps that were compared, of two machines that differ in a secret, until nothing was new."""
    name = 'figures-two-runs'
    run('tools/explore', '--config', 'pair', '--two-runs', '--fresh', '--name', name, timeout=3600)
    report = json.loads((BUILD / f'reports/explore/{name}/report.json').read_text())
    if not report['closed']:
        raise Failed('the exploration has not come to its end')
    return Result(report['transitions'], f"closed, 0 differences: {report['states']:,} states")


def whole_test() -> Result:
    """Seconds of tools/test, set-up done and nothing built, nor kept by the compilers' cache. Mutants aside."""
    shutil.rmtree(BUILD / 'dev', ignore_errors=True)
    with tempfile.TemporaryDirectory() as nothing:
        begin = time.monotonic()
        run('env', f'CCACHE_DIR={nothing}', 'tools/test', timeout=7200)
        return Result(round(time.monotonic() - begin), f'{os.cpu_count()} cores')


def simulated_boots() -> Result:
    """How many of them come to their shells, and to their ends."""
    failed = []
    for name, options in SIMULATED.items():
        try:
            run('tools/sim', '--smoke', '--name', f'figures-sim-{name}', *options, timeout=3600)
        except Failed as failure:
            failed.append(f'{name}: {failure}')
    return Result(len(SIMULATED) - len(failed), ', '.join(SIMULATED), '; '.join(failed))


def boots_differ() -> str:
    """Which of console and trace isn't the same in two boots of Debian with four CPUs; nothing if both are."""
    names = [f'figures-same-seed-{number}' for number in (1, 2)]
    for name in names:
        run('tools/sim', '--smoke', '--cpus', 4, '--seed', SEEDS, '--name', name)
    runs = [BUILD / 'reports/runs' / name for name in names]
    return ' and '.join(file for file in ('console', 'trace') if len({(each / file).read_bytes() for each in runs}) != 1)


def same_seed() -> Result:
    """Seeds of which two runs are the same, byte for byte: of a host that calls whatever it likes. And a boot of Debian."""
    run('tools/lib/build', 'dev', 'ravelin_same_seed', record=False)
    text = run('build/dev/bench/ravelin_same_seed', SEEDS)
    found = re.search(r'^same_seed: (\d+) of \d+ seeds, (\d+) different runs, (\d+) bytes$', text, re.MULTILINE)
    if not found:
        raise Failed('the program did not say how many were the same')
    differ = boots_differ()
    return Result(int(found[1]), f'of {SEEDS}, no two alike, {int(found[3]) / SEEDS:,.0f} bytes a run; and boots of Debian',
                  f'two boots of Debian differ: {differ}' if differ else '', detail={'different_runs': int(found[2])})


def twin() -> Result:
    """Divergences of the A64 image from the library; one ends the run, and fails."""
    run('tools/twin', '--traps', TWIN_TRAPS, timeout=3600)
    report = json.loads((BUILD / 'reports/twin/summary.json').read_text())
    few = '' if report['traps'] >= TWIN_TRAPS else f"only {report['traps']:,} traps"
    return Result(report['divergences'], f"over {report['traps']:,} traps", few, detail=report)


def replayed(name: str, *options: object) -> dict:
    """Records a run in QEMU and replays it; what came of it. A divergence fails."""
    record = BUILD / f'records/figures-{name}.record'
    run('tools/record', record, '--name', f'figures-record-{name}', *options, timeout=1800)
    run('tools/replay', record, timeout=900)
    return json.loads((BUILD / f'reports/replay/figures-{name}/report.json').read_text())


def replay() -> Result:
    """Debian as the host, with a protected VM in it, on both boards; and the hostile host."""
    run('tools/lib/build', 'dev', 'attacks')
    attacks = BUILD / 'dev/tests/system/programs/attacks.img'
    reports = {
        'Debian on virt': replayed('virt', '--smp', 4, '--guest-smp', 2, '--smoke', '--timeout', 900),
        'Debian on raspi4b': replayed('raspi4b', '--board', 'raspi4b', '--smoke', '--timeout', 900),
        'the hostile host': replayed('attacks', '--memory', '1G', '--kernel', attacks, '--initrd', attacks, '--timeout', 900,
                                     '--', '-action', 'reboot=reset'),
    }
    traps = ', '.join(f"{report['traps']:,} traps of {name}" for name, report in reports.items())
    # What is recorded is a run in which its attacks fail, and not one that ends early.
    console = (BUILD / 'reports/runs/figures-record-attacks/console').read_bytes()
    verdict = re.findall(rb'^VERDICT (\d+) passed, (\d+) failed\r?$', console, re.MULTILINE)
    held = len(verdict) == 1 and int(verdict[0][0]) > 0 and int(verdict[0][1]) == 0
    return Result(sum(report['finding'] is not None for report in reports.values()), traps,
                  '' if held else f"the hostile host's verdict, when it was recorded: {verdict}", detail=reports)


ROWS = [
    Row('same_seed', 'seeds', exactly(SEEDS), same_seed),
    Row('seeded_bugs', 'bugs found', at_least(50), seeded_bugs),
    Row('only_finders', 'detectors', exactly(10), only_finders),
    Row('races', 'races', at_least(1_000_000), races),
    Row('two_runs', 'pairs of steps', at_least(1), two_runs),
    Row('explorer_small', 's', at_most(300), explorer_small),
    Row('explorer_rate', 'transitions/s a core', at_least(200_000), explorer_rate),
    Row('explorer_large', 'states', at_least(1), explorer_large),
    Row('simulated_boots', 'boots', exactly(len(SIMULATED)), simulated_boots),
    Row('twin', 'divergences', exactly(0), twin),
    Row('replay', 'divergences', exactly(0), replay),
    Row('checked_traps_per_second', 'traps/s', at_least(50_000), partial(fuzz_rate, 'trap_mix', 'traps')),
    Row('whole_test', 's', at_most(900), whole_test),
]
