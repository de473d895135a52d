"""Rows of a workbook beside what is in the registers: new, changed, the same, or wrong with the cell named. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from roadmap.labels import Labelled
from roadmap.registers.findings import Limits
from roadmap.registers.register import Programme, Register
from roadmap.workbooks.columns import CLEAR, Kind, column, inputs, row_form
from roadmap.workbooks.reading import Row


class Status(Labelled):
    NEW = "new", "добавится"
    CHANGED = "changed", "изменится"
    SAME = "same", "без изменений"
    WRONG = "wrong", "ошибка"


@dataclass(frozen=True)
class Change:
    """What of a record becomes otherwise; both as the cell shows them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """``texts`` is the whole record as it would be; ``target`` whom the row means, None for a new one.

    ``errors`` by column key; "" is of the row as a whole. ``about`` holds what a kind
    needs to take the row: for a known person the keys of the cells that were filled.
    """

    number: int
    title: str
    status: Status
    texts: Mapping[str, str] = field(default_factory=dict)
    target: uuid.UUID | None = None
    changes: tuple[Change, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
    about: Any = None

    @property
    def right(self) -> bool:
        """There is something to take."""
        return self.status in (Status.NEW, Status.CHANGED)


@dataclass(frozen=True)
class Current:
    """What the rows are compared with: the school's registers as they stand, and what the rules ask.

    ``programmes`` are those still open, for plans only; ``erased`` people can't be changed any more.
    """

    register: Register
    on: date
    limits: Limits
    programmes: tuple[Programme, ...] = ()
    erased: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Preview:
    kind: Kind
    outcomes: tuple[Outcome, ...]

    def of(self, *statuses: Status) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status in statuses]

    def count(self, status: Status) -> int:
        return len(self.of(status))

    @property
    def right(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.right]

    def errors(self) -> list[dict[str, str]]:
        """For the command: {"cell": «строка 14, столбец „Начало“», "message": …}, one of each wrong cell."""
        return [
            {"cell": cell(self.kind, outcome.number, key), "message": f"{sentence.rstrip('.')}."}
            for outcome in self.of(Status.WRONG)
            for key, sentence in outcome.errors.items()
        ]


def cell(kind: Kind, number: int, key: str) -> str:
    """«строка 14, столбец „Начало“»."""
    return f"строка {number}, столбец „{column(kind, key).header}“" if key else f"строка {number}"


def own_errors(kind: Kind, row: Row) -> dict[str, str]:
    """What is wrong with the cells by themselves, in the columns' order. Blank required cells included."""
    typed = {key: value for key, value in row.texts.items() if value != CLEAR}
    form = row_form(kind, typed)
    form.validate()
    found: dict[str, str] = {}
    for one in inputs(kind):
        if one.key in row.problems:
            found[one.key] = row.problems[one.key]
        elif row.texts.get(one.key) == CLEAR and one.required:
            found[one.key] = "Это значение нельзя стереть"
        elif form[one.key].errors:
            found[one.key] = str(form[one.key].errors[0])
    return found


def merged(current: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """The record with what was typed over it: a blank cell changes nothing, «–» empties."""
    kept = dict(current)
    for key, value in typed.items():
        if value:
            kept[key] = "" if value == CLEAR else value
    return kept


def changes(kind: Kind, current: Mapping[str, str], wanted: Mapping[str, str], but: Iterable[str]) -> list[Change]:
    """The differing cells in the columns' order."""
    left_out = set(but)
    return [
        Change(one.header, current.get(one.key, ""), wanted.get(one.key, ""))
        for one in inputs(kind)
        if one.key not in left_out and current.get(one.key, "") != wanted.get(one.key, "")
    ]


def refused(outcome: Outcome, errors: Mapping[str, str]) -> Outcome:
    """The same row, wrong after all."""
    return replace(outcome, status=Status.WRONG, errors=dict(errors))


def wrong(row: Row, title: str, errors: Mapping[str, str]) -> Outcome:
    return Outcome(row.number, title, Status.WRONG, row.texts, errors=dict(errors))
