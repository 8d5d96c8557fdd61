# SPDX-License-Identifier: BSD-2-Clause
"""Booting Debian under Ravelin, and running the very same code as a process."""

import re
import time
from functools import partial
from pathlib import Path

from measure.command import BUILD, Failed, run
from measure.counted_boot import boot, prepare
from measure.el2_log import CALLS, entries, is_avoidable
from measure.repeated import benchmark_rate, core_coverage, fuzz_rate
from measure.row import Result, Row, at_least, at_most, exactly

RUNS = BUILD / 'reports/runs'
BOARDS = ('virt', 'raspi4b')


def smoke(board: str, cpus: int):
    def measure() -> Result:
        start = time.monotonic()
        name = f'figures-run-{board}-smp{cpus}'
        try:
            run('tools/run', '--board', board, '--smp', cpus, '--guest', 'none', '--smoke', '--name', name)
        except Failed as failure:
            return Result(1, problem=str(failure))
        seconds = time.monotonic() - start
        return Result(0, f'host shell reached, switched off; {seconds:.0f} s', detail={'seconds': round(seconds, 1)})
    return measure


def simulator() -> Result:
    """The seconds are the slower run's."""
    run('tools/lib/build', 'dev', 'ravelin-sim', record=False)
    seconds, consoles = [], []
    for name in ('figures-sim-1', 'figures-sim-2'):
        start = time.monotonic()
        run('tools/sim', '--smoke', '--name', name)
        seconds.append(time.monotonic() - start)
        consoles.append((RUNS / name / 'console').read_bytes())
    same = consoles[0] == consoles[1] != b''
    return Result(round(max(seconds), 1), 'exit 0, the same bytes twice' if same else '',
                  '' if same else 'the consoles of two runs differ', {'seconds': seconds, 'bytes': len(consoles[0])})


def null_call() -> Result:
    """The dearer board's."""
    run('tools/lib/build', 'dev', 'ravelin_image', 'null_call', record=False)
    costs: dict[str, list[int]] = {board: [] for board in BOARDS}
    for board in (*BOARDS, *BOARDS):
        name = f'figures-null_call-{board}'
        run('tests/system/run/qemu_test', 'program', '--board', board, '--icount', '--name', name,
            '--ravelin', 'build/dev/ravelin.bin', '--program', 'build/dev/tests/system/programs/null_call.img')
        found = re.search(r'^null_call EL2 instructions (\d+)', (RUNS / name / 'console').read_text(), re.MULTILINE)
        if not found:
            raise Failed(f'the program on {board} did not say what a call costs')
        costs[board].append(int(found[1]))
    differ = [board for board, values in costs.items() if len(set(values)) != 1]
    return Result(max(sum(costs.values(), [])), 'exact, the same twice on both boards' if not differ else '',
                  f'two runs differ on {" and ".join(differ)}' if differ else '', {'instructions': costs})


def boot_ratio() -> Result:
    """The worst of: one CPU and four, over a kernel that starts at EL2 and one that has no EL2."""
    initramfs = prepare()
    detail, ratios = {}, {}
    for cpus in (1, 4):
        own = boot(initramfs, f'figures-boot-smp{cpus}', 'virt', cpus)
        detail[f'ravelin_smp{cpus}'] = own.total
        detail[f'ravelin_smp{cpus}_el2'] = own.inside
        detail[f'ravelin_smp{cpus}_el2_share'] = round(own.inside / own.total, 6)
        for level, machine in (('el2', 'on'), ('el1', 'off')):
            native = boot(initramfs, f'figures-boot-smp{cpus}-native-{level}', 'virt', cpus,
                          options=('--native',), qemu=('-machine', f'virtualization={machine}'))
            detail[f'native_smp{cpus}_{level}'] = native.total
            ratios[f'{cpus} CPU{"s" * (cpus > 1)} over {level.upper()}'] = own.total / native.total
    note = ', '.join(f'{ratio:.4f} {what}' for what, ratio in ratios.items())
    return Result(round(max(ratios.values()), 6), f'worst of {note}; EL2 {detail["ravelin_smp1_el2"]:,} '
                  f'of {detail["ravelin_smp1"]:,} on one CPU', detail=detail)


def el2_entries() -> Result:
    """Of both boards, four CPUs each. Host calls and accesses to a device that is forwarded have to come to EL2."""
    initramfs = prepare()
    avoidable, notes, problems, detail = 0, [], [], {}
    for board in BOARDS:
        booted = boot(initramfs, f'figures-entries-{board}', board, 4, log_exceptions=True)
        causes = entries(booted.exceptions)
        avoidable += sum(count for cause, count in causes.items() if is_avoidable(cause))
        notes.append(f'{board}: ' + ', '.join(f'{count} {cause}' for cause, count in sorted(causes.items())))
        detail[board] = {'causes': dict(causes), 'calls': booted.calls}
        # Two observers have to agree: the log of exceptions, and the plugin that sees the instructions.
        if sum(causes[call] for call in CALLS) != sum(booted.calls.values()):
            problems.append(f'{board}: {sum(booted.calls.values())} calls were executed, but not as many logged')
    return Result(avoidable, '; '.join(notes), '; '.join(problems), detail)


ROWS = [
    *(Row(f'run_{board}_smp{cpus}', 'exit status', exactly(0), smoke(board, cpus)) for board in BOARDS for cpus in (1, 4)),
    Row('sim_smoke', 's', at_most(60), simulator),
    Row('null_call_instructions', 'EL2 instructions', at_most(80), null_call),
    Row('boot_instructions_ratio', 'times', at_most(1.02), boot_ratio),
    Row('el2_entries', 'avoidable entries', exactly(0), el2_entries),
    Row('host_calls_per_second', 'calls/s', at_least(20_000_000), partial(benchmark_rate, 'call/null')),
    Row('fuzz_calls_per_second', 'calls/s', at_least(300_000), partial(fuzz_rate, 'host_calls', 'calls')),
    Row('line_coverage', '% of lines', at_least(90), partial(core_coverage, 'line')),
]
