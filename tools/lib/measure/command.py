# SPDX-License-Identifier: BSD-2-Clause
"""Runs what rows are measured with, shows that something is going on, and remembers the command lines."""

import os
import selectors
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / 'build'
LINES_SHOWN = 15


class Failed(Exception):
    """A command did not do what it was run for."""


class Record:
    """The command lines that were run since it was cleared."""
    lines: list[str] = []


def cache() -> Path:
    """Where tools/setup keeps what it fetched: as tools/lib/common.sh works it out."""
    base = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache')
    return Path(os.environ.get('RAVELIN_CACHE') or base / 'ravelin')


def spelled(command: list[object]) -> list[str]:
    """The words of a command; files of the tree by their path in it."""
    return [str(word).replace(f'{ROOT}/', '') for word in command]


class Running:
    """A command that was started, and what it has printed."""

    def __init__(self, command: tuple[object, ...]) -> None:
        self.line = shlex.join(spelled(list(command)))
        self.output, self.shown = bytearray(), 0
        show(f'> {self.line}')
        self.process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def read(self, quiet: bool) -> bool:
        """Takes what there is; whether there may be more."""
        chunk = os.read(self.process.stdout.fileno(), 65536)
        self.output += chunk
        complete = self.output.rfind(b'\n') + 1 if chunk else len(self.output)
        if not quiet and complete > self.shown:
            for line in self.output[self.shown:complete].decode(errors='replace').splitlines():
                show(f'  {line}')
            self.shown = complete
        return bool(chunk)

    def check(self) -> None:
        """It has printed all: waits for its end."""
        if self.process.wait():
            tail = '\n'.join(self.text().splitlines()[-LINES_SHOWN:])
            raise Failed(f'{self.line}: exit status {self.process.returncode}\n{tail}')

    def text(self) -> str:
        return self.output.decode(errors='replace')


def run(*command: object, timeout: float = 900, quiet: bool = False, record: bool = True) -> str:
    """Runs a command from the tree's root; returns what it printed. @p quiet doesn't show it meanwhile."""
    text, = run_together([command], timeout, quiet, record)
    return text


def run_together(commands: list[tuple[object, ...]], timeout: float = 900, quiet: bool = False,
                 record: bool = True) -> list[str]:
    """The same with several at once; when one fails, all end."""
    started: list[Running] = []
    try:
        for command in commands:
            started.append(Running(command))
            if record:
                Record.lines.append(started[-1].line)
        collect(started, time.monotonic() + timeout, quiet)
    except TimeoutError as error:
        raise Failed(f'{" and ".join(each.line for each in started)}: no end after {timeout:.0f} s') from error
    finally:
        for each in started:
            end(each.process)
    return [each.text() for each in started]


def collect(started: list[Running], deadline: float, quiet: bool) -> None:
    with selectors.DefaultSelector() as selector:
        for each in started:
            selector.register(each.process.stdout, selectors.EVENT_READ, each)
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if not key.data.read(quiet):
                    selector.unregister(key.fileobj)
                    key.data.check()


def end(process: subprocess.Popen) -> None:
    """Ends whatever the command has started and not ended."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    process.stdout.close()


def show(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
