# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the tree as measurements: which passed, and what they said."""

import xml.etree.ElementTree as xml
from typing import NamedTuple

from measure.command import BUILD, Failed, run

REPORT = BUILD / 'reports/figures/ctest.xml'
MOST_OUTPUT = 1 << 20


class Outcome(NamedTuple):
    passed: bool
    output: str


def ctest(pattern: str, timeout: float = 1800) -> dict[str, Outcome]:
    """Runs the tests of this name in build/dev, two at once where they let each other; that some fail is an outcome."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.unlink(missing_ok=True)
    try:
        run('ctest', '--test-dir', 'build/dev', '-j', 2, '--no-tests=error', '--output-on-failure',
            '--test-output-size-passed', MOST_OUTPUT, '--output-junit', REPORT, '-R', pattern, timeout=timeout)
    except Failed:
        if not REPORT.is_file():
            raise
    return {case.get('name', ''): Outcome(case.get('status') == 'run', case.findtext('system-out', ''))
            for case in xml.parse(REPORT).iter('testcase')}
