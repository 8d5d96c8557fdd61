# SPDX-License-Identifier: BSD-2-Clause
"""Interrupts, time and power of virtual machines: what their guests see, what EL2 spends, what the host loses."""

import re
from functools import partial

from figures.vms import (BOARDS, GUEST_FIRMWARE, PROGRAMS, RUNS, count_differences, counted_twice, dearer, lines_of_code,
                         run_in_qemu, transcripts)
from measure.command import Failed, run
from measure.repeated import core_coverage, fuzz_rate
from measure.row import Result, Row, at_least, at_most, exactly

LISTED = 'tests/system/programs/interrupts/README.md'


def guest_transcripts() -> Result:
    """Lines that differ from what the guest says on QEMU's virt with nothing of ours below it."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'ravelin-sim', 'interrupts', record=False)
    alone = 'figures-interrupts-alone'
    run('tests/system/run/qemu_test', 'alone', '--name', alone, '--cpus', 4, '--ravelin', 'build/dev/ravelin.bin',
        '--program', PROGRAMS / 'interrupts_guest.img')
    first, = transcripts(alone)
    others, names = [], []
    for board in BOARDS:
        names.append(f'figures-interrupts-{board}')
        run_in_qemu('interrupts', board, names[-1], '--cpus', 4)
    for board in ('virt', 'pi4b'):
        names.append(f'figures-interrupts-sim-{board}')
        run('tests/system/sim_program_test.sh', PROGRAMS / 'interrupts.img', board, names[-1])
    for name in names:
        others += transcripts(name, 2)  # of a protected and of a plain VM
    judgements = sum(line.startswith(b'PASS') for line in first)
    return Result(count_differences(first, *others),
                  f'{judgements} judgements, all good, of {len(others)} VMs on {len(names)} machines; '
                  f"QEMU's own differences are in {LISTED}",
                  detail={'judgements': judgements, 'machines': [alone, *names]})


def cost(what: str, note: str) -> Result:
    """Of EL2, by the program that counts; of the dearer kind of VM."""
    counts = counted_twice('interrupt_cost', '--cpus', 2)
    return Result(dearer(counts, what), f'{note}; exact, the same twice', detail=counts)


def host_interrupts_lost() -> Result:
    """While four guests storm on all CPUs of virt."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'interrupts', record=False)
    console = run_in_qemu('interrupts', 'virt', 'figures-interrupts-storm', '--cpus', 4)
    storms = re.findall(r'^storm, ([\w ]+): host interrupts lost (\d+) of (\d+); timer late, microseconds: '
                        r'mean (\d+), most (\d+)', console.read_text(), re.MULTILINE)
    if len(storms) != 3:
        raise Failed(f'{console.relative_to(RUNS)}: {len(storms)} storms, not 3')
    late = ', '.join(f'{which} {int(mean):,} ({int(most):,})' for which, _, _, mean, most in storms)
    return Result(sum(int(storm[1]) for storm in storms),
                  f'of {sum(int(storm[2]) for storm in storms):,}; microseconds late, mean (most): {late}',
                  detail={storm[0]: dict(zip(('lost', 'all', 'mean_late', 'most_late'), map(int, storm[1:])))
                          for storm in storms})


ROWS = [
    Row('guest_transcripts', 'differences', exactly(0), guest_transcripts),
    Row('gicd_iidr_instructions', 'EL2 instructions', at_most(120),
        partial(cost, 'gicd_iidr', 'a guest reads GICD_IIDR')),
    Row('gicd_isenabler1_instructions', 'EL2 instructions', at_most(150),
        partial(cost, 'gicd_isenabler1', 'a guest reads GICD_ISENABLER1')),
    Row('virtual_ipi_instructions', 'instructions outside the guests', at_most(500),
        partial(cost, 'virtual_ipi', "between two vCPUs that run, on both CPUs: all of it is EL2's")),
    Row('timer_interrupt_instructions', 'EL2 instructions', at_most(300),
        partial(cost, 'timer', "the running guest's virtual timer, up to its handler's first instruction")),
    Row('host_interrupts_lost', 'interrupts', exactly(0), host_interrupts_lost),
    Row('vgic_traps_per_second', 'traps/s', at_least(100_000), partial(fuzz_rate, 'vgic', 'traps')),
    Row('timer_psci_traps_per_second', 'traps/s', at_least(100_000), partial(fuzz_rate, 'timer_psci', 'traps')),
    Row('line_coverage', '% of lines', at_least(95), partial(core_coverage, 'line')),
    Row('branch_coverage', '% of branches', at_least(85), partial(core_coverage, 'branch')),
    Row('lines_of_code', 'lines', at_most(6_000), partial(lines_of_code, GUEST_FIRMWARE)),
]
