# SPDX-License-Identifier: BSD-2-Clause
"""Writes down what was measured: a line for people, JSON for programs."""

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

from measure.command import BUILD, ROOT
from measure.row import Result, Row, shown

REPORTS = BUILD / 'reports/figures'


def record(row: Row, result: Result | None, commands: list[str], problem: str = '') -> dict[str, Any]:
    """What a row's file holds. Without a result it could not be measured, and has failed."""
    result = result or Result(None, problem=problem)    # type: ignore[arg-type]
    return {
        'row': row.name,
        'command': ' && '.join(commands),
        'value': result.value,
        'unit': row.unit,
        'target': str(row.target),
        'pass': result.value is not None and not result.problem and row.target.is_met(result.value),
        'note': '; '.join(text for text in (result.problem, result.note) if text),
        'detail': result.detail,
        'ravelin': version(),
        'measured': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds'),
    }


def line(data: dict[str, Any]) -> str:
    verdict = 'pass' if data['pass'] else 'FAIL'
    text = f'{data["row"]:25} {shown(data["value"])} {data["unit"]}, target {data["target"]}: {verdict}'
    return text + (f'  ({data["note"]})' if data['note'] else '')


def save(group: str, data: dict[str, Any]) -> None:
    write(REPORTS / group / f'{data["row"]}.json', data)


def save_group(group: str, rows: list[Row]) -> None:
    """Puts all rows that have been measured so far, now or earlier, into one file."""
    files = [REPORTS / group / f'{row.name}.json' for row in rows]
    write(REPORTS / f'{group}.json', [json.loads(file.read_text()) for file in files if file.is_file()])


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f'.{path.name}')
    temporary.write_text(json.dumps(data, indent=2) + '\n')
    temporary.replace(path)


def version() -> str:
    done = subprocess.run(['git', '-C', str(ROOT), 'describe', '--always', '--dirty'], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or 'unknown'
