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


def run(*command: object, timeout: float = 900, quiet: bool = False, record: bool = True) -> str:
    """Runs a command from the tree's root; returns what it printed. @p quiet doesn't show it meanwhile."""
    line = shlex.join(spelled(list(command)))
    if record:
        Record.lines.append(line)
    show(f'> {line}')
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output = collect(process, time.monotonic() + timeout, quiet)
    except TimeoutError as error:
        raise Failed(f'{line}: no end after {timeout:.0f} s') from error
    finally:
        end(process)
    if process.returncode:
        tail = '\n'.join(output.splitlines()[-LINES_SHOWN:])
        raise Failed(f'{line}: exit status {process.returncode}\n{tail}')
    return output


def collect(process: subprocess.Popen, deadline: float, quiet: bool) -> str:
    output = bytearray()
    shown = 0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            chunk = os.read(process.stdout.fileno(), 65536)
            output += chunk
            complete = output.rfind(b'\n') + 1 if chunk else len(output)
            if not quiet and complete > shown:
                for line in output[shown:complete].decode(errors='replace').splitlines():
                    show(f'  {line}')
                shown = complete
            if not chunk:
                break
    process.wait()
    return output.decode(errors='replace')


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
