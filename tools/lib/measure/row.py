# SPDX-License-Identifier: BSD-2-Clause
"""A row of figures: what is measured, and what it has to be."""

import operator
from dataclasses import dataclass, field
from typing import Any, Callable, NamedTuple


class Target(NamedTuple):
    relation: str
    number: float

    def is_met(self, value: float) -> bool:
        return {'<=': operator.le, '>=': operator.ge, '=': operator.eq}[self.relation](value, self.number)

    def __str__(self) -> str:
        return f'{self.relation} {shown(self.number)}'


def at_most(number: float) -> Target:
    return Target('<=', number)


def at_least(number: float) -> Target:
    return Target('>=', number)


def exactly(number: float) -> Target:
    return Target('=', number)


@dataclass
class Result:
    value: float
    note: str = ''                  # for the reader of the line
    problem: str = ''               # why the row fails whatever its value
    detail: dict[str, Any] = field(default_factory=dict)    # for the reader of the JSON


class Row(NamedTuple):
    name: str
    unit: str
    target: Target
    measure: Callable[[], Result]


def shown(value: float | None) -> str:
    """A number for people: 24,500,000 or 1.0101."""
    if value is None:
        return '-'
    if float(value).is_integer() or abs(value) >= 1000:
        return f'{value:,.0f}'
    return f'{value:.4f}'.rstrip('0') if abs(value) < 10 else f'{value:.1f}'
