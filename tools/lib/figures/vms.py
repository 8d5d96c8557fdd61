# SPDX-License-Identifier: BSD-2-Clause
"""Virtual machines: what their guests see, and what EL2 spends on them."""

import re
from pathlib import Path

from measure.command import BUILD, Failed, run
from measure.row import Result, Row, at_most, exactly

RUNS = BUILD / 'reports/runs'
PROGRAMS = BUILD / 'dev/tests/system/programs'
BOARDS = ('virt', 'raspi4b')
MARKS = (b'TRANSCRIPT begins', b'TRANSCRIPT ends')


def transcript(name: str) -> bytes:
    console = (RUNS / name / 'console').read_bytes()
    if any(console.count(mark) != 1 for mark in MARKS):
        raise Failed(f'{name}: the console has no whole transcript')
    start, end = (console.index(mark) for mark in MARKS)
    return console[start:end]


def run_in_qemu(program: str, board: str, name: str, *options: object) -> Path:
    """Runs a bare-metal host that has to pass; returns its console."""
    run('tests/system/run/qemu_test', 'program', '--board', board, '--name', name, *options,
        '--ravelin', BUILD / 'dev/ravelin.bin', '--program', PROGRAMS / f'{program}.img')
    return RUNS / name / 'console'


def guest_transcripts() -> Result:
    """Lines that differ from virt's, over the other board and the simulator of both."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'ravelin-sim', 'vms', record=False)
    names = []
    for board in BOARDS:
        names.append(f'figures-vms-{board}')
        run_in_qemu('vms', board, names[-1], '--cpus', 4)
    for board in ('virt', 'pi4b'):
        names.append(f'figures-vms-sim-{board}')
        run('tests/system/sim_program_test.sh', PROGRAMS / 'vms.img', board, names[-1])
    first, *others = (transcript(name).splitlines() for name in names)
    differences = 0
    for other in others:
        differences += abs(len(first) - len(other)) + sum(a != b for a, b in zip(first, other))
    judgements = sum(line.startswith((b'  | ok', b'PASS')) for line in first)
    return Result(differences, f'{len(first)} lines, {judgements} judgements, all good, on {len(names)} machines',
                  detail={'lines': len(first), 'judgements': judgements, 'machines': names})


def world_switch() -> dict[str, int]:
    """What the program counted on virt, "protected exit_and_back": instructions; it ran twice, and said the same."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'world_switch', record=False)
    found = []
    for number in (1, 2):
        console = run_in_qemu('world_switch', 'virt', f'figures-world_switch-{number}', '--icount')
        lines = re.findall(r'^(\w+ \w+) EL2 instructions (\d+)', console.read_text(), re.MULTILINE)
        found.append({what: int(count) for what, count in lines})
    if found[0] != found[1]:
        raise Failed('two runs counted different numbers')
    return found[0]


def dearer(counts: dict[str, int], what: str) -> int:
    """Of a protected and a plain VM."""
    return max(counts[f'{kind} {what}'] for kind in ('protected', 'plain'))


def guest_null_call() -> Result:
    counts = world_switch()
    return Result(dearer(counts, 'guest_null_call'), "a guest's PSCI_VERSION; exact, the same twice", detail=counts)


def exit_and_back() -> Result:
    counts = world_switch()
    return Result(dearer(counts, 'exit_and_back'),
                  f'a guest\'s store to a device, host, VCPU_RUN; exact, the same twice; with floating point in use on '
                  f'both sides {dearer(counts, "exit_and_back_fp")}', detail=counts)


ROWS = [
    Row('guest_transcripts', 'differences', exactly(0), guest_transcripts),
    Row('guest_null_call_instructions', 'EL2 instructions', at_most(100), guest_null_call),
    Row('exit_and_back_instructions', 'EL2 instructions', at_most(700), exit_and_back),
]
