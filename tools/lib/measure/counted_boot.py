# SPDX-License-Identifier: BSD-2-Clause
"""Debian's boot in QEMU, to an init that switches the machine off at once, with every instruction counted."""

from pathlib import Path
from typing import NamedTuple

from measure.command import BUILD, Failed, cache, run

PROGRAMS = BUILD / 'dev/tests/system/count'
# The same instructions each time: one per nanosecond of virtual time, nothing random, no real clock.
EXACT = ('-icount', 'shift=0,sleep=off', '-seed', '42', '-rtc', 'base=2026-01-01T00:00:00,clock=vm')
LOAD_ADDRESS = {'virt': 0x40200000, 'raspi4b': 0x200000}
OWN_SIZE = 2 << 20


class Boot(NamedTuple):
    inside: int             # instructions at Ravelin's addresses, which are EL2's
    elsewhere: int          # all others
    calls: dict[str, int]   # "hvc 0x84000000": how often
    exceptions: str         # QEMU's log of them, if asked for

    @property
    def total(self) -> int:
        return self.inside + self.elsewhere


def prepare() -> Path:
    """Builds the plugin and the initramfs; returns the latter."""
    run('tools/lib/build', 'dev', 'ravelin_count', 'power_off')
    initramfs = BUILD / 'power-off-initramfs.gz'
    run('tools/lib/make-initramfs', '--busybox', cache() / 'arm64/bin/busybox', '--init', PROGRAMS / 'power_off',
        '--output', initramfs)
    return initramfs


def boot(initramfs: Path, name: str, board: str, cpus: int, options: tuple[str, ...] = (),
         qemu: tuple[str, ...] = (), log_exceptions: bool = False) -> Boot:
    """@p options are tools/run's, @p qemu QEMU's; @p name is the run's directory."""
    directory = BUILD / 'reports/runs' / name
    # Without Ravelin the kernel itself lies at its addresses.
    low = 0 if '--native' in options else LOAD_ADDRESS[board]
    high = low and low + OWN_SIZE
    plugin = f'{PROGRAMS}/libravelin_count.so,low={low:#x},high={high:#x},output={directory}/instructions'
    log = ('-d', 'int', '-D', f'{directory}/exceptions') if log_exceptions else ()

    run('tools/run', '--board', board, '--smp', cpus, '--initrd', initramfs, '--name', name, '--timeout', 300, *options,
        '--', *EXACT, '-plugin', plugin, *log, *qemu, quiet=True)
    if b'reboot: Power down' not in (directory / 'console').read_bytes():
        raise Failed(f'the kernel did not get as far as its init; see {directory}')
    return read(directory)


def read(directory: Path) -> Boot:
    counts = {}
    for line in (directory / 'instructions').read_text().splitlines():
        what, count = line.rsplit(' ', 1)
        counts[what] = int(count)
    log = directory / 'exceptions'
    return Boot(counts.pop('inside'), counts.pop('elsewhere'), counts, log.read_text() if log.exists() else '')
