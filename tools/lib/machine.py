# SPDX-License-Identifier: BSD-2-Clause
"""A machine in QEMU, and a conversation with it on its console."""

import os
import re
import selectors
import subprocess
import time
from pathlib import Path

CONSOLE_LIMIT = 32 << 20

# After one of these nothing good comes: no need to wait for the time limit.
FATAL = re.compile(rb'^.*(Kernel panic|Internal error:|Ravelin: panic|Ravelin: .*stopped).*\r?\n', re.MULTILINE)
# These let a boot go on, and still mean that something is broken.
SUSPECT = re.compile(rb'^.*(WARNING: CPU|BUG: |Oops|Unable to handle|rcu_.*stall|Spurious).*\r?\n', re.MULTILINE)


class Failure(Exception):
    pass


def text_of(match: re.Match) -> str:
    return match.group().decode(errors='replace').strip()


class Machine:
    def __init__(self, command: list[str], directory: Path, timeout: float) -> None:
        self.start = time.monotonic()
        self.deadline = self.start + timeout
        self.seen = bytearray()
        self.read_to = 0
        self.searched_to = 0
        self.log = (directory / 'console').open('wb')
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def elapsed(self) -> float:
        return time.monotonic() - self.start

    def send(self, line: str) -> None:
        try:
            self.process.stdin.write(line.encode() + b'\n')
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Failure('QEMU has ended') from error

    def pump(self) -> bool:
        """Takes in what the console says; false at its end."""
        left = self.deadline - time.monotonic()
        if left <= 0 or not self.selector.select(left):
            raise Failure(f'nothing of it after {self.elapsed():.0f} s')
        data = os.read(self.process.stdout.fileno(), 65536)
        self.log.write(data)
        self.log.flush()
        self.seen += data
        if len(self.seen) > CONSOLE_LIMIT:
            raise Failure('the console is flooded')
        return bool(data)

    def expect(self, pattern: str) -> None:
        wanted = re.compile(pattern.encode(), re.MULTILINE)
        search_from = self.read_to
        while not (match := wanted.search(self.seen, search_from)):
            self.check_for_fatal()
            search_from = max(self.read_to, self.searched_to)
            if not self.pump():
                raise Failure(f'QEMU ended with status {self.process.wait()}')
        self.read_to = match.end()

    def expect_end(self) -> None:
        while self.pump():
            pass
        if status := self.process.wait():
            raise Failure(f'QEMU ended with status {status}')

    def check_for_fatal(self) -> None:
        if fatal := FATAL.search(self.seen, self.searched_to):
            raise Failure(text_of(fatal))
        # What is looked for lies on one line.
        self.searched_to = self.seen.rfind(b'\n') + 1

    def check_for_suspects(self) -> None:
        if found := FATAL.search(self.seen) or SUSPECT.search(self.seen):
            raise Failure(text_of(found))

    def linger(self, seconds: float) -> None:
        """Takes in what follows upon a failure: registers, a call trace."""
        self.deadline = time.monotonic() + seconds
        try:
            while self.pump():
                pass
        except Failure:
            pass

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()
