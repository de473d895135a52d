"""A report as its reader sees it, and what differs between two of them. Pure: forms in, texts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from roadmap.forms import Entry, Known, Link, ReportForm, RowForm, Rows, entries


@dataclass(frozen=True)
class Line:
    """One answer; ``path`` survives renumbering of rows («practices[3f2a].title»)."""

    path: str
    label: str
    text: str
    unit: str = ""
    link: bool = False  # a checked address, fit for a link


@dataclass(frozen=True)
class Part:
    """A step of the form with its answers, the groups of its repeatable rows, and what the server knew beside them."""

    key: str
    title: str
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Group:
    title: str
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Changed:
    """A line that differs; ``before`` or ``after`` is «–» where there was none."""

    label: str
    before: str
    after: str


def shown_report(form: ReportForm) -> list[Part]:
    """Every step with its answers as text; blank ones are «–»."""
    return [
        Part(
            step.key,
            step.title,
            tuple(_line(field) for field in map(form.__getitem__, step.fields) if isinstance(field, Entry)),
            tuple(_group(field) for field in map(form.__getitem__, step.fields) if isinstance(field, Rows)),
            tuple(form.known(step.key)),
        )
        for step in form.STEPS
    ]


def changes(before: ReportForm, after: ReportForm, step: str | None = None) -> list[Changed]:
    """The lines (of one step, or of all) whose texts differ, in the order of the form."""
    old = {line.path: line for part in _parts(before, step) for line in _lines(part)}
    new = {line.path: line for part in _parts(after, step) for line in _lines(part)}
    return [
        Changed((new.get(path) or old[path]).label, _text(old.get(path)), _text(new.get(path)))
        for path in [*new, *(path for path in old if path not in new)]
        if _text(old.get(path)) != _text(new.get(path))
    ]


def _parts(form: ReportForm, step: str | None) -> list[Part]:
    return [part for part in shown_report(form) if step is None or part.key == step]


def _lines(part: Part) -> Iterator[Line]:
    yield from part.lines
    for group in part.groups:
        for number, row in enumerate(group.rows, 1):
            for line in row:
                yield replace(line, label=f"{group.title}, {number}: {line.label}")


def _line(field: Entry) -> Line:
    return _said(field, field.name)


def _said(field: Entry, path: str) -> Line:
    unit = "" if field.blank else field.unit
    return Line(path, field.label.text, field.shown(), unit, isinstance(field, Link) and bool(field.data))


def _group(field: Rows) -> Group:
    return Group(field.label.text, tuple(_row(field.name, entry.form) for entry in field.entries))


def _row(name: str, row: RowForm) -> tuple[Line, ...]:
    path = f"{name}[{row.uid.data}]"
    return tuple(_said(one, f"{path}.{one.short_name}") for one in entries(row))


def _text(line: Line | None) -> str:
    return line.text if line is not None else "–"
