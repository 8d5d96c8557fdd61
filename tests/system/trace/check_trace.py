#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check_trace.py FILE

Reads a trace in the line format of sim/trace/README.md, and knows nothing else of Ravelin. Checks what the architecture wants
of who changes a stage 2 that other CPUs walk [ARM DDI 0487, D8.13, D8.14]:

- a valid descriptor becomes another one only by way of an invalid one, unless only rights change;
- before it does, and before the CPU leaves EL2, what TLBs may have of the old one is gone: a DSB, then TLBI IPAS2E1IS of an
  address that it translates, a DSB and TLBI VMALLE1IS, or TLBI VMALLS12E1IS, and then a DSB;
- before the CPU leaves EL2, walks see what has become valid: a DSB.

Exit status 0 if all of it is so, 1 if something isn't, with the line that shows it, 2 if FILE is no trace.
"""

import sys
from dataclasses import dataclass
from typing import Iterator, NoReturn

VALID, TABLE = 1, 2
ADDRESS = 0x0000_ffff_ffff_f000
# What of a block or page may change at once: S2AP, AF, XN, and the bits that are software's.
RIGHTS = 0xc0 | 1 << 10 | 3 << 53 | 0xf << 55


class NoTrace(Exception):
    pass


@dataclass
class Event:
    number: int                 # of its line
    cpu: int
    kind: str
    fields: dict[str, str]

    def __getitem__(self, name: str) -> int:
        return int(self.fields[name], 0)


@dataclass
class Old:
    """A descriptor that TLBs may still have."""
    line: int
    cpu: int
    vmid: int
    ipa: int
    size: int
    value: int
    level: int
    progress: str = 'written'   # ordered, by_ipa, stage2_gone, by_vmid; then nothing has it


def events(path: str) -> Iterator[Event]:
    with open(path, encoding='ascii') as file:
        if not file.readline().startswith('ravelin-trace 1 '):
            raise NoTrace('its first line is not that of a trace, version 1')
        kind = ''
        for number, line in enumerate(file, 2):
            _, cpu, kind, *fields = line.split()
            yield Event(number, int(cpu), kind, dict(field.split('=', 1) for field in fields))
        if kind != 'end':
            raise NoTrace('it breaks off')


def is_table(value: int, level: int) -> bool:
    return level < 3 and value & (VALID | TABLE) == VALID | TABLE


def identity(value: int, level: int) -> int:
    """What TLBs mustn't have in two ways."""
    return value & (ADDRESS | VALID | TABLE) if is_table(value, level) else value & ~RIGHTS


class Checker:
    def __init__(self) -> None:
        self.old: dict[int, Old] = {}           # by where the descriptor is
        self.world: dict[int, int] = {}         # of each CPU: a VMID
        self.entered: set[int] = {0}            # VMIDs of which TLBs may have something
        self.completes_all: dict[int, set[int]] = {}  # VMIDs that the next DSB of a CPU clears
        self.unseen: dict[int, Event] = {}      # of each CPU: what became valid, and walks may not see yet
        self.checked = 0

    def take(self, event: Event) -> str:
        """What is wrong with it; nothing if it's as it should be."""
        handler = getattr(self, 'take_' + event.kind, None)
        return handler(event) if handler else ''

    def take_table(self, event: Event) -> str:
        old, new, level, where = event['old'], event['new'], event['level'], event['pa']
        if event['vmid'] not in self.entered:
            return ''
        self.checked += 1
        if new & VALID and not old & VALID:
            self.unseen[event.cpu] = event
        if new & VALID:
            before = self.old.get(where)
            if before and identity(before.value, level) != identity(new, level):
                return f'TLBs may have {before.value:#x} of line {before.line}, which is {before.progress}: break before make'
            if old & VALID and identity(old, level) != identity(new, level):
                return f'{old:#x} becomes {new:#x} with nothing invalid between them'
        # The count that a table's descriptor has is nobody's business.
        if old & VALID and old != new and not (new & VALID and is_table(old, level)):
            size = 1 << (12 + 9 * (3 - level))
            self.old[where] = Old(event.number, event.cpu, event['vmid'], event['ipa'], size, old, level)
        return ''

    def take_dsb(self, event: Event) -> str:
        self.unseen.pop(event.cpu, None)
        waits = event.fields['domain'] != 'ishst'   # for TLBIs, too
        for where, old in list(self.old.items()):
            if old.cpu != event.cpu:
                continue
            if old.progress == 'written':
                old.progress = 'ordered'
            elif old.progress == 'by_ipa' and waits:
                old.progress = 'stage2_gone'
            elif old.progress == 'by_vmid' and waits:
                del self.old[where]
        if waits:
            for vmid in self.completes_all.pop(event.cpu, set()):
                if vmid and vmid not in self.world.values():
                    self.entered.discard(vmid)
        return ''

    def take_tlbi(self, event: Event) -> str:
        operation = event.fields['op']
        for old in self.old.values():
            if old.cpu != event.cpu or old.vmid != event['vmid']:
                continue
            if operation == 'vmalls12e1is' and old.progress != 'written':
                old.progress = 'by_vmid'
            elif operation == 'vmalle1is' and old.progress == 'stage2_gone':
                old.progress = 'by_vmid'
            elif operation == 'ipas2e1is' and old.progress == 'ordered' and 0 <= event['ipa'] - old.ipa < old.size:
                old.progress = 'by_ipa'
        if operation == 'vmalls12e1is':
            self.completes_all.setdefault(event.cpu, set()).add(event['vmid'])
        return ''

    def take_return(self, event: Event) -> str:
        self.world[event.cpu] = event['vmid']
        self.entered.add(event['vmid'])
        if unseen := self.unseen.get(event.cpu):
            return f'walks may not see {unseen["new"]:#x}, which became valid in line {unseen.number}: no DSB'
        for old in self.old.values():
            if old.cpu == event.cpu:
                return f'TLBs may have {old.value:#x}, which line {old.line} replaces at ipa {old.ipa:#x}: it is {old.progress}'
        return ''


def fail(status: int, path: str, what: str) -> NoReturn:
    print(f'{path}: {what}')
    sys.exit(status)


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        print(__doc__.strip())
        sys.exit(0 if sys.argv[1:] in (['--help'], ['-h']) else 2)
    path, checker = sys.argv[1], Checker()
    try:
        for event in events(path):
            if problem := checker.take(event):
                fail(1, path, f'line {event.number}: {problem}')
    except (OSError, ValueError, KeyError, NoTrace) as error:
        fail(2, path, f'no trace: {error}')
    if not checker.checked:
        fail(2, path, 'no table changes in it: nothing was checked')
    print(f'{path}: {checker.checked} changes of tables, all as they should be')


if __name__ == '__main__':
    main()
