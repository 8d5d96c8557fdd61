# SPDX-License-Identifier: BSD-2-Clause
"""Virtual machines: what their guests see, and what EL2 spends on them."""

import json
import re
from functools import partial
from pathlib import Path

from measure.command import BUILD, Failed, run
from measure.repeated import benchmark_rate, core_coverage, fuzz_rate
from measure.row import Result, Row, at_least, at_most, exactly

RUNS = BUILD / 'reports/runs'
PROGRAMS = BUILD / 'dev/tests/system/programs'
BOARDS = ('virt', 'raspi4b')
CYCLES = 1_000_000
MOST_LINES_A_FILE = 500
MARKS = (b'TRANSCRIPT begins', b'TRANSCRIPT ends')


def transcripts(name: str, count: int = 1) -> list[list[bytes]]:
    """The lines of each of the console's transcripts, of which there have to be so many."""
    console = (RUNS / name / 'console').read_bytes()
    begin, end = MARKS
    found = [part.split(end)[0].splitlines() for part in console.split(begin)[1:] if end in part]
    if len(found) != count or console.count(begin) != count:
        raise Failed(f'{name}: the console has {len(found)} whole transcripts, not {count}')
    return found


def count_differences(first: list[bytes], *others: list[bytes]) -> int:
    """Lines that differ from the first transcript's."""
    return sum(abs(len(first) - len(other)) + sum(a != b for a, b in zip(first, other)) for other in others)


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
    first, *others = (transcripts(name)[0] for name in names)
    differences = count_differences(first, *others)
    judgements = sum(line.startswith((b'  | ok', b'PASS')) for line in first)
    return Result(differences, f'{len(first)} lines, {judgements} judgements, all good, on {len(names)} machines',
                  detail={'lines': len(first), 'judgements': judgements, 'machines': names})


def said_twice(pattern: str, program: str, *options: object) -> list[tuple[str, ...]]:
    """What matched in the console of a program that counted on virt: instructions; it ran twice, and said the same."""
    run('tools/lib/build', 'dev', 'ravelin_image', program, record=False)
    found = []
    for number in (1, 2):
        console = run_in_qemu(program, 'virt', f'figures-{program}-{number}', '--icount', *options)
        found.append(re.findall(pattern, console.read_text(), re.MULTILINE))
    if found[0] != found[1]:
        raise Failed('two runs counted different numbers')
    return found[0]


def counted_twice(program: str, *options: object) -> dict[str, int]:
    """What a program counted, by names of two words, "protected exit_and_back"."""
    return {what: int(count)
            for what, count in said_twice(r'^(\w+ \w+) EL2 instructions (\d+)', program, *options)}


def dearer(counts: dict[str, int], what: str) -> int:
    """Of a protected and a plain VM."""
    return max(counts[f'{kind} {what}'] for kind in ('protected', 'plain'))


def guest_null_call() -> Result:
    counts = counted_twice('world_switch')
    return Result(dearer(counts, 'guest_null_call'), "a guest's PSCI_VERSION; exact, the same twice", detail=counts)


def exit_and_back() -> Result:
    counts = counted_twice('world_switch')
    return Result(dearer(counts, 'exit_and_back'),
                  f'a guest\'s store to a device, host, VCPU_RUN; exact, the same twice; with floating point in use on '
                  f'both sides {dearer(counts, "exit_and_back_fp")}', detail=counts)


def release_program(name: str, *arguments: object) -> str:
    """What a measurement of bench/ says; it fails by itself if something is wrong."""
    run('tools/lib/build', '--insecure-dev-key', 'release', f'ravelin_{name}', record=False)
    return run(f'build/release/bench/ravelin_{name}', *arguments)


def create_destroy_cycles() -> Result:
    """Lives of VMs without a page lost, or an operation more than at first."""
    found = re.search(r'^vm_cycles: (\d+) cycles, ([\d.]+) operations each, ([\w ]+)$',
                      release_program('vm_cycles', CYCLES), re.MULTILINE)
    if not found:
        raise Failed('the program did not say how many lives there were')
    return Result(int(found[1]), f'all memory as it was; {float(found[2]):,.0f} operations of EL2 each, {found[3]}',
                  detail={'operations': float(found[2])})


def own_memory() -> Result:
    """What Ravelin keeps of 8 GiB less 4 MiB, when no block of the host's is whole."""
    found = re.search(r'^own_memory: (\d+) of (\d+) bytes$', release_program('own_memory'), re.MULTILINE)
    if not found:
        raise Failed('the program did not say what Ravelin keeps')
    own, ram = int(found[1]), int(found[2])
    return Result(round(100 * (own - (4 << 20)) / ram, 4), f'{own / (1 << 20):g} MiB of {ram / (1 << 20):,.0f}',
                  detail={'own_bytes': own, 'ram_bytes': ram})


# What interrupts, time and power of virtual machines took of hyp/: it counts in `interrupts`, with all else.
OF_INTERRUPTS = ('hyp/(vdev/|vm/(virtual_gic|gic_calls|guest_gic|guest_interrupt|guest_psci|guest_timer)\\.|'
                 'dev/(kicks|virtual_interface)\\.)')

# A program of its own, which runs in protected VMs at EL1: it counts in none of the rows about what is at EL2.
GUEST_FIRMWARE = 'firmware'


def lines_of_code(*without: str, but: str = '') -> Result:
    """Of hyp/ but for these of its rooms, and files whose path matches; without blank lines and comments."""
    options = [f'--exclude-dir={",".join(without)}'] if without else []
    options += ['--fullpath', f'--not-match-f={but}'] if but else []
    text = run('cloc', '--by-file', '--json', '--include-ext=cpp,hpp,h,S', *options, 'hyp', quiet=True)
    counted = {name: found['code'] for name, found in json.loads(text).items() if name not in ('header', 'SUM')}
    longest = max(counted, key=lambda name: counted[name])
    problem = '' if counted[longest] <= MOST_LINES_A_FILE else f'{longest} is longer than {MOST_LINES_A_FILE}'
    left_out = f'; without {", ".join(without)}' if without else ''
    return Result(sum(counted.values()),
                  f'{len(counted)} files{left_out}; the longest, {longest}, has {counted[longest]}', problem,
                  detail={'files': counted})


ROWS = [
    Row('guest_transcripts', 'differences', exactly(0), guest_transcripts),
    Row('guest_null_call_instructions', 'EL2 instructions', at_most(100), guest_null_call),
    Row('exit_and_back_instructions', 'EL2 instructions', at_most(700), exit_and_back),
    Row('create_destroy_cycles', 'VMs', at_least(CYCLES), create_destroy_cycles),
    Row('traps_per_second', 'traps/s', at_least(2_000_000), partial(benchmark_rate, 'traps')),
    Row('checked_traps_per_second', 'traps/s', at_least(100_000), partial(fuzz_rate, 'trap_mix', 'traps')),
    Row('own_memory', '% of 8 GiB, beside 4 MiB', at_most(0.3), own_memory),
    Row('line_coverage', '% of lines', at_least(95), partial(core_coverage, 'line')),
    Row('branch_coverage', '% of branches', at_least(85), partial(core_coverage, 'branch')),
    Row('lines_of_code', 'lines', at_most(4_500), partial(lines_of_code, 'arm64', 'board', GUEST_FIRMWARE, but=OF_INTERRUPTS)),
]
