# SPDX-License-Identifier: BSD-2-Clause
"""What tests that are programs say: a line for each thing that has to be so, and their exit status in the end."""

import subprocess
import sys
from typing import NoReturn

SHOWN = 2000    # characters

failures: list[str] = []


def check(what: str, holds: bool, done: subprocess.CompletedProcess | None = None) -> None:
    """@p done is what to show if it isn't so: a program whose output was kept."""
    print('PASS' if holds else 'FAIL', what, flush=True)
    if not holds:
        failures.append(what)
        if done is not None:
            print((done.stdout or '')[-SHOWN:], (done.stderr or '')[-SHOWN:], flush=True)


def end() -> NoReturn:
    """Ends the test: with 0 if all was so."""
    sys.exit(1 if failures else 0)
