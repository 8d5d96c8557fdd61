# SPDX-License-Identifier: BSD-2-Clause
"""What looks for mistakes: how much it sees, and how fast."""

import json
import os
import re
from collections import Counter
from functools import cache, partial

from measure.command import BUILD, ROOT, Failed, run
from measure.repeated import fuzz_rate
from measure.row import Result, Row, at_least, at_most, exactly

LARGE_SECONDS = 300


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
        finder = re.search(r'^Found by: (\S+)$', patch.read_text(), re.MULTILINE)
        try:
            run('tools/hunt', patch, '--detector', finder.group(1), timeout=1800)
            finders[finder.group(1)] += 1
        except Failed as failure:
            missed.append(f'{patch.stem}: {failure}')
    return Result(len(patches) - len(missed), f'of {len(patches)}: ' + ', '.join(f'{count} by {name}' for name, count
                                                                              in finders.most_common()),
                  '; '.join(missed), detail=dict(finders))


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
    return Result(sum(report['finding'] is not None for report in reports.values()), traps, detail=reports)


ROWS = [
    Row('seeded_bugs', 'bugs found', at_least(50), seeded_bugs),
    Row('explorer_small', 's', at_most(300), explorer_small),
    Row('explorer_rate', 'transitions/s a core', at_least(200_000), explorer_rate),
    Row('explorer_large', 'states', at_least(1), explorer_large),
    Row('replay', 'divergences', exactly(0), replay),
    Row('checked_traps_per_second', 'traps/s', at_least(50_000), partial(fuzz_rate, 'trap_mix', 'traps')),
]
