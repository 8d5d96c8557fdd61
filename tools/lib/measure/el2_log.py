# SPDX-License-Identifier: BSD-2-Clause
"""Reads from QEMU's log of exceptions (-d int) what brought the host to EL2."""

import re
from collections import Counter

# What QEMU calls the exceptions that no syndrome describes.
INTERRUPTS = ('IRQ', 'FIQ')

# ESR_EL2.EC  [ARM DDI 0487, D17.2.37]
CLASSES = {
    0x00: 'undefined instruction', 0x01: 'WFI or WFE', 0x07: 'FP or SIMD', 0x16: 'HVC', 0x17: 'SMC',
    0x18: 'system register', 0x20: 'instruction abort', 0x24: 'data abort', 0x2f: 'SError',
}
CALLS = ('HVC', 'SMC')
FORWARD = 'device forward'

TAKEN = re.compile(r'^Taking exception \d+ \[(.*)\] on CPU (\d+)')
LEVELS = re.compile(r'^\.\.\.from EL(\d) to EL(\d)')
SYNDROME = re.compile(r'^\.\.\.with ESR (0x[0-9a-f]+)/')
LINK = re.compile(r'^\.\.\.with ELR (0x[0-9a-f]+)')
RETURN = re.compile(r'^Exception return from AArch64 EL2 to AArch64 EL[01] PC (0x[0-9a-f]+)')


class Entry:
    def __init__(self, name: str) -> None:
        self.name = name
        self.to_el2 = False
        self.exception_class = -1
        self.link = 0
        self.skipped = False    # it returned behind the instruction that caused it

    def cause(self) -> str:
        if self.name in INTERRUPTS:
            return self.name
        cause = CLASSES.get(self.exception_class, f'class {self.exception_class:#04x}')
        # An access that Ravelin made for the host is done; one that it denied becomes the host's own abort.
        return FORWARD if cause == 'data abort' and self.skipped else cause


def entries(log: str) -> Counter[str]:
    """Exceptions from EL0 and EL1 to EL2, by cause."""
    found: list[Entry] = []
    entry = None
    for line in log.splitlines():
        if match := TAKEN.match(line):
            entry = Entry(match[1])
        elif match := RETURN.match(line):
            for earlier in found[-4:]:      # other CPUs may have come between
                earlier.skipped |= int(match[1], 16) == earlier.link + 4
        elif entry and (match := LEVELS.match(line)):
            entry.to_el2 = match[2] == '2' and match[1] in '01'
            if entry.to_el2:
                found.append(entry)
        elif entry and (match := SYNDROME.match(line)):
            entry.exception_class = int(match[1], 16)
        elif entry and (match := LINK.match(line)):
            entry.link = int(match[1], 16)
    return Counter(entry.cause() for entry in found)


def is_avoidable(cause: str) -> bool:
    return cause not in (*CALLS, FORWARD)
