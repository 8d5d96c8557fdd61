# SPDX-License-Identifier: BSD-2-Clause
"""Verified boot of protected VMs, what it costs, and what a hostile host gets."""

import json
import re
import tempfile
from functools import partial
from pathlib import Path

from figures.vms import BOARDS, RUNS, run_in_qemu, said_twice
from measure.command import BUILD, Failed, run, run_together
from measure.row import Result, Row, at_least, at_most, exactly
from measure.tests import Outcome, ctest

REPORTS = BUILD / 'reports/attacks'
PLATFORMS = ('virt', 'raspi4b', 'sim')
KERNEL = 2 << 20    # where the kernel is in a signed file: what is hashed begins there
FIRMWARE_INPUTS = 50_000_000    # of each of two processes
HOST_INPUTS = 200_000
LONGEST_FUZZING = 3 * 60 * 60
LONGEST_PATCHES = 3 * 60 * 60


def build_attacks() -> None:
    run('tools/lib/build', 'dev', 'ravelin_image', 'ravelin-sim', 'attacks', record=False)


def failures(tests: dict[str, Outcome]) -> str:
    return ', '.join(f'{name} failed' for name, test in tests.items() if not test.passed)


def attacks_repelled() -> Result:
    """On all platforms alike; none if an attack succeeded or the reports differ."""
    build_attacks()
    tests = ctest('^attacks\\.(virt|raspi4b|sim|sim-caches|agree)$')
    reports = [(REPORTS / f'{platform}.txt').read_text().splitlines() for platform in PLATFORMS]
    first = reports[0]
    same = all(report == first for report in reports)
    repelled = sum(line.endswith(' repelled') for line in first)
    problem = '; '.join(filter(None, [failures(tests), '' if same else 'the reports differ']))
    return Result(repelled if same and repelled == len(first) else 0,
                  f'of {len(first)}, the same lines on {", ".join(PLATFORMS)}; with caches, too', problem,
                  {'lines': first})


def attacks_real() -> Result:
    """Attacks that no patch, which takes a defence away, has made succeed."""
    build_attacks()
    tests = ctest('^attacks\\.(virt|without\\..*)$', timeout=LONGEST_PATCHES)
    tried = {line.split()[0] for line in (REPORTS / 'virt.txt').read_text().splitlines()}
    patches = {name: test for name, test in tests.items() if name.startswith('attacks.without.')}
    real = {attack for test in patches.values() if test.passed
            for names in re.findall(r'^PASS [\w-]+: succeeded: (.*)$', test.output, re.MULTILINE)
            for attack in names.split(', ')}
    if not tried or not patches:
        raise Failed('there are no attacks, or no patches')
    left = sorted(tried - real)
    return Result(len(left), f'{len(tried & real)} of {len(tried)} succeed, by {len(patches)} patches', failures(tests),
                  {'not_shown': left, 'patches': sorted(patches)})


def debian_boots() -> Result:
    """In a protected VM, to its shell on the UART that its host emulates."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'ravelin-sign', 'linux_host', record=False)
    tests = ctest('^system\\.linux\\.(virt|raspi4b)$')
    booted = [name.rsplit('.', 1)[1] for name, test in tests.items() if test.passed]
    return Result(len(booted), f'Debian, signed, with its initramfs: {" and ".join(sorted(booted)) or "nowhere"}',
                  failures(tests))


def tampering_refused() -> Result:
    """Statuses by which the firmware tells kinds of tampering apart; the program knows which each has to have."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'refusals', record=False)
    said = []
    for board in BOARDS:
        console = run_in_qemu('refusals', board, f'figures-refusals-{board}', '--cpus', 4)
        said.append(re.findall(r'^refused: (.+): (\w+)$', console.read_text(), re.MULTILINE))
    if any(refusals != said[0] for refusals in said):
        raise Failed('the boards refuse differently')
    return Result(len({status for _, status in said[0]}),
                  f'{len(said[0])} kinds of tampering, each refused as it should be, alike on {" and ".join(BOARDS)}',
                  detail={'refusals': dict(said[0])})


def signed_debian() -> Path:
    """The file that debian_boots has made; or else makes it so."""
    file = RUNS / 'test-linux-virt/guest.signed'
    if not file.is_file():
        debian_boots()
    return file


def verification_cost() -> Result:
    """Of a file of Debian's size, as two files of other sizes tell."""
    lines = said_twice(r'^verification EL1 instructions (\d+) for bytes (\d+)$', 'boot_cost')
    if len(lines) != 2:
        raise Failed(f'{len(lines)} files were verified, not 2')
    (few, small), (many, large) = (tuple(map(int, line)) for line in lines)
    slope = (many - few) / (large - small)
    fixed = few - slope * small
    size = signed_debian().stat().st_size - KERNEL
    cost = slope + fixed / size
    return Result(round(cost, 4),
                  f'{cost:.4f}: at EL1, up to the kernel, {fixed:,.0f} instructions and {slope:.4f} a byte, of {size:,} '
                  f'bytes; exact, the same twice', detail={'measured': {small: few, large: many}, 'size': size})


def fuzz_inputs() -> Result:
    """From the seeds on; two processes for the firmware, then one for the host. The first finding ends it."""
    campaigns = [('guest_firmware', 1, FIRMWARE_INPUTS), ('guest_firmware', 2, FIRMWARE_INPUTS),
                 ('hostile_host', 1, HOST_INPUTS)]
    names = [f'figures-{target}-{seed}' for target, seed, _ in campaigns]
    for target in ('guest_firmware', 'hostile_host'):
        run('tools/lib/build', 'fuzz', f'fuzz_{target}', record=False)
    with tempfile.TemporaryDirectory(prefix='corpus-', dir=BUILD) as corpora:
        commands = [('tools/fuzz', target, '--inputs', inputs, '--seed', seed, '--corpus', Path(corpora) / name,
                     '--name', name) for (target, seed, inputs), name in zip(campaigns, names)]
        run_together(commands[:2], timeout=LONGEST_FUZZING)
        run_together(commands[2:], timeout=LONGEST_FUZZING)
    reports = {name: json.loads((BUILD / f'reports/fuzz/{name}.json').read_text()) for name in names}
    firmware = sum(reports[name]['inputs'] for name in names[:2])
    host = reports[names[2]]['inputs']
    return Result(firmware + host, f'no finding: guest_firmware {firmware:,}, hostile_host {host:,}', detail=reports)


def size(file: str) -> Result:
    """Of a file that is loaded, in bytes."""
    run('tools/lib/build', 'dev', 'ravelin_image', record=False)
    bytes_ = (BUILD / 'dev' / file).stat().st_size
    return Result(bytes_, f'{file}: {bytes_ / 1024:.1f} KiB')


ROWS = [
    Row('attacks_repelled', 'attacks', at_least(60), attacks_repelled),
    Row('attacks_real', 'attacks not shown to be real', exactly(0), attacks_real),
    Row('debian_boots', 'boards', exactly(2), debian_boots),
    Row('tampering_refused', 'statuses', at_least(10), tampering_refused),
    Row('verification_cost', 'instructions/byte', at_most(40), verification_cost),
    Row('fuzz_inputs', 'inputs', at_least(100_000_000), fuzz_inputs),
    Row('firmware_size', 'bytes', at_most(64 << 10), partial(size, 'firmware.bin')),
    Row('image_size', 'bytes', at_most(192 << 10), partial(size, 'ravelin.bin')),
]
