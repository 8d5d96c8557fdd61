# SPDX-License-Identifier: BSD-2-Clause
"""Stock QEMU and stock Debian guests, protected and plain."""

import itertools
import re
import subprocess
from pathlib import Path

from figures.boot import BOARDS, RUNS
from measure.command import BUILD, Failed, cache, run
from measure.counted_boot import EXACT, PROGRAMS
from measure.row import Result, Row, at_least, at_most, exactly

HOST_FILES = BUILD / 'dev/tests/system/host/files'
HOST_SCRIPTS = Path('tests/system/host')
KILLS = 200
MINUTES = 30
CALLS = 1_000_000
LONGEST = 3 * 60 * 60

# Where a guest's kernel begins: behind what is at the start of the signed file, or where QEMU loads it.
RAM_START = 0x40000000
SIGNED_KERNEL = RAM_START + (4 << 20)
PLAIN_KERNEL = RAM_START + (2 << 20)


def smoke(name: str, *options: object) -> str:
    """Boots a guest, and uses its console, disk and network; the problem, if there's one."""
    try:
        run('tools/run', '--smoke', '--guest-smp', 2, '--name', f'figures-guest-{name}', *options)
    except Failed as failure:
        return str(failure)
    return ''


def outcome(problems: list[str], note: str) -> Result:
    failed = list(filter(None, problems))
    return Result(len(problems) - len(failed), note, '; '.join(failed))


def boards() -> Result:
    return outcome([smoke(board, '--board', board) for board in BOARDS],
                   f"console, disk and network of a protected guest: {' and '.join(BOARDS)}")


def on_kvm() -> Result:
    return outcome([smoke('kvm', '--on', 'kvm')], 'the same QEMU, kernel, initramfs and disk')


def kernels() -> Result:
    kinds = list(itertools.product(('protected', 'plain'), ('6.1', '6.12')))
    return outcome([smoke(f'{kind}-{version}', '--guest', kind, '--guest-kernel', version) for kind, version in kinds],
                   ', '.join(' '.join(kind) for kind in kinds))


def in_host(script: str, word: str) -> str:
    """Runs a script in the host, with a word of the command line; what it says."""
    run('tools/lib/build', 'dev', 'host_programs', record=False)
    return run('tools/run', '--host-script', HOST_SCRIPTS / f'{script}.sh', '--host-files', HOST_FILES,
               '--name', f'figures-{script}', '--timeout', LONGEST, '--append', word, timeout=LONGEST)


def secrets() -> Result:
    """How often a protected guest's are in memory that its host reaches; none if a plain guest's aren't found."""
    run('tools/lib/build', 'dev', 'host_programs', record=False)
    said = run(HOST_SCRIPTS / 'secret_test', HOST_FILES, '--name', 'figures-secrets', '--timeout', LONGEST,
               timeout=LONGEST)
    found = {f'{kind}, {where}': int(times)
             for kind, where, times in re.findall(r'^(\w+): the secret in (\w+) is found (\d+) times', said, re.MULTILINE)}
    return Result(found['protected, memory'] + found['protected, disk'],
                  f"of a plain guest {found['plain, memory']:,} and {found['plain, disk']:,}: in its memory, and of its "
                  'encrypted disk', detail=found)


def kills() -> Result:
    said = in_host('kill', f'kills={KILLS}')
    free = [int(number) for number in re.findall(r'killed, (\d+) KiB free', said)]
    return Result(KILLS, f'no page lost, the log clean; {min(free):,} to {max(free):,} KiB were free in between',
                  detail={'free': free})


def ioctls() -> Result:
    said = in_host('random_ioctls', f'calls={CALLS}')
    made = max(int(number) for number in re.findall(r'^(\d+) calls made', said, re.MULTILINE))
    return Result(made, 'no oops, no page lost, the driver not in use afterwards')


def load() -> Result:
    """Complaints, stalls and wrong data: none, or the script fails."""
    said = in_host('load', f'seconds={MINUTES * 60}')
    turns = [int(number) for number in re.findall(r'finished: (\d+) turns', said)]
    return Result(MINUTES, f'host and two guests, {" and ".join(map(str, turns))} turns of disk and network; no stall, '
                  'no complaint, all data right', detail={'turns': turns})


def guest_that_ends_at_its_init() -> Path:
    """A directory with it as a signed file."""
    run('tools/lib/build', 'dev', 'ravelin_span', 'power_off', 'ravelin-sign', record=False)
    directory = BUILD / 'guest/power-off'
    directory.mkdir(parents=True, exist_ok=True)
    initramfs = BUILD / 'guest/power-off.gz'
    run('tools/lib/make-initramfs', '--busybox', cache() / 'arm64/bin/busybox', '--init', PROGRAMS / 'power_off',
        '--output', initramfs, record=False)
    run(BUILD / 'dev/tools/sign/ravelin-sign', '--key', 'tools/keys/development.pem', '--kernel', cache() / 'arm64/Image',
        '--initramfs', initramfs, '--command-line', 'console=ttyAMA0 panic=-1', '--output', directory / 'guest.signed',
        record=False)
    return directory


def entry_of(program: Path) -> int:
    header = subprocess.run(['aarch64-linux-gnu-readelf', '--file-header', program], check=True, capture_output=True,
                            text=True).stdout
    return int(re.search(r'Entry point address:\s+(\w+)', header).group(1), 16)


def counted_boot(on: str, kind: str, kernel: int) -> int:
    """Instructions at EL1 and EL2 from the guest kernel's first to its init's first; the same twice."""
    files = guest_that_ends_at_its_init()
    end = entry_of(PROGRAMS / 'power_off')
    counts = []
    for turn in (1, 2):
        name = f'figures-guest-boot-{on}-{turn}'
        output = RUNS / name / 'instructions'
        run('tools/run', '--on', on, '--smp', 1, '--host-script', HOST_SCRIPTS / 'boot_guest.sh', '--host-files', files,
            '--name', name, '--timeout', 900, '--append', f'guest_kind={kind}', '--', *EXACT, '-plugin',
            f'{PROGRAMS}/libravelin_span.so,begin={kernel:#x},begin_level=1,end={end:#x},end_level=0,output={output}',
            quiet=True)
        said = dict(line.split() for line in output.read_text().splitlines())
        if said['begins'] != '1' or said['ended'] != '1':
            raise Failed(f'the guest has not begun once and ended: see {output}')
        counts.append(int(said['EL1']) + int(said['EL2']))
    if counts[0] != counts[1]:
        raise Failed(f'{counts[0]:,} instructions the first time, and {counts[1]:,} the second')
    return counts[0]


def boot_instructions() -> Result:
    ravelin = counted_boot('ravelin', 'protected', SIGNED_KERNEL)
    kvm = counted_boot('kvm', 'plain', PLAIN_KERNEL)
    return Result(round(ravelin / kvm, 4),
                  f'{ravelin / 1e6:,.0f} M protected, {kvm / 1e6:,.0f} M on KVM: all at EL1 and EL2, of host and guest; '
                  'exact, the same twice', detail={'ravelin': ravelin, 'kvm': kvm})


ROWS = [
    Row('boards', 'boards', exactly(2), boards),
    Row('kvm', 'guests', exactly(1), on_kvm),
    Row('kernels', 'guests', exactly(4), kernels),
    Row('secrets', 'times found', exactly(0), secrets),
    Row('kills', 'kills', at_least(KILLS), kills),
    Row('ioctls', 'calls', at_least(CALLS), ioctls),
    Row('load', 'minutes', at_least(MINUTES), load),
    Row('boot_instructions', 'of KVM', at_most(1.0), boot_instructions),
]
