"""Conclusions of the municipal summary, drafted from its figures alone: every number in them stands in a table above.

A person may rewrite them before signing (dossier §5.3); the draft judges only where there is a plan with its source.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from roadmap.catalogue import school_report_figures as figures
from roadmap.catalogue.base import Accepted, Figure, School
from roadmap.catalogue.indicators import LEVELS, level
from roadmap.forms import grouped

LOWEST = LEVELS[-1].title
Rows = Sequence[Mapping[str, Any]]


def conclusions(
    reports: Sequence[Accepted], owed: Sequence[School], without: Sequence[School], indicators: Rows
) -> list[str]:
    """Paragraphs in order: whose data, plans, change, levels, surveys, difficulties.

    `indicators` are the rows of the table «Количественные показатели», with Figures in them.
    """
    if not reports:
        return ["Принятых отчётов нет, выводы не делаются."]
    found = [_coverage(len(reports), len(owed), without), _people(reports)]
    found += [*_plans(indicators), *_changes(indicators), _levels(reports)]
    found += [*_surveys(reports), _difficulties(reports)]
    return [line for line in found if line]


def _coverage(reported: int, owed: int, without: Sequence[School]) -> str:
    if not without:
        return f"Отчёты представили все ОО: {reported} из {owed}."
    names = _joined(school.short_name for school in without)
    return (
        f"Выводы сделаны по данным {reported} из {owed} ОО и не распространяются на ОО без принятого отчёта: {names}."
    )


def _people(reports: Sequence[Accepted]) -> str:
    pairs, mentors = figures.counts(reports, "pairs"), figures.counts(reports, "mentors")
    mentees = figures.mentees(reports)
    if None in (pairs.value, mentors.value, mentees.value):
        return ""
    return f"Пар и групп – {pairs.text()}, наставников – {mentors.text()}, наставляемых – {mentees.text()}."


def _plans(rows: Rows) -> list[str]:
    """Reached or not only by a plan that has its source (rules 13); the rest is named as not judged."""
    judged = [row for row in rows if row["gap"].value is not None]
    reached = [row for row in judged if row["gap"].value >= 0]
    missed = [row for row in judged if row["gap"].value < 0]
    unknown = [row for row in rows if row["plan"].value is not None and row["fact"].value is None]
    unplanned = [row for row in rows if row["plan"].value is None]
    found = []
    if reached:
        found.append(f"Плановое значение достигнуто: {_joined(map(_against_plan, reached))}.")
    if missed:
        found.append(f"Плановое значение не достигнуто: {_joined(map(_against_plan, missed))}.")
    if unknown:
        reasons = (f"показатель {row['number']} ({row['note'] or row['fact'].text()})" for row in unknown)
        found.append(f"Выполнение плана не оценивается: {_joined(reasons)}.")
    if unplanned and len(unplanned) == len(rows):
        found.append("Плановые значения показателей не установлены, выполнение плана не оценивается.")
    elif unplanned:
        found.append(f"План не установлен, выполнение не оценивается: {_numbers(unplanned)}.")
    return found


def _against_plan(row: Mapping[str, Any]) -> str:
    return f"показатель {row['number']} ({row['fact'].text()} при плане {row['plan'].text()})"


def _changes(rows: Rows) -> list[str]:
    """Against the year before, in points; nothing where that year has no figure."""
    known = [row for row in rows if row["change"].value is not None]
    if not known:
        return []
    groups = (
        ("выросли", [row for row in known if row["change"].value > 0]),
        ("снизились", [row for row in known if row["change"].value < 0]),
        ("не изменились", [row for row in known if row["change"].value == 0]),
    )
    parts = [f"{verb}: {_joined(map(_changed, group))}" for verb, group in groups if group]
    return [f"По сравнению с предыдущим учебным годом {'; '.join(parts)}."]


def _changed(row: Mapping[str, Any]) -> str:
    change = f" ({row['change'].text()})" if row["change"].value else ""
    return f"показатель {row['number']}{change}"


def _levels(reports: Sequence[Accepted]) -> str:
    found = figures.levels(reports)
    if not any(figure.value for figure in found.values()):
        return ""
    parts = ", ".join(f"{title} – {figure.text()} ОО" for title, figure in found.items())
    lowest = _joined(report.school.short_name for report in reports if _title(figures.quality(report)) == LOWEST)
    return f"Уровень реализации программ: {parts}." + (f" Недопустимый уровень: {lowest}." if lowest else "")


def _title(score: Figure) -> str:
    return level(score.value).title if isinstance(score.value, int) else ""


def _surveys(reports: Sequence[Accepted]) -> list[str]:
    found = []
    for prefix, words in (("mentees", "наставляемых"), ("mentors", "наставников")):
        silent = [r.school.short_name for r in reports if r.answers.get(f"{prefix}_surveyed") == 0]
        if silent:
            found.append(f"Опрос {words} не проводился: {_joined(silent)}.")
    return found


def _difficulties(reports: Sequence[Accepted]) -> str:
    """The kind that most schools named; several where they were named equally often."""
    found = figures.by_difficulty(reports)
    if not found:
        return ""
    most = found[0][1].value
    titles = _joined(f"«{title}»" for title, figure in found if figure.value == most)
    return f"Чаще всего ОО называют трудности вида {titles}: {grouped(int(most or 0))} из {len(reports)} ОО."


def _numbers(rows: Rows) -> str:
    word = "показатель" if len(rows) == 1 else "показатели"
    return f"{word} {', '.join(row['number'] for row in rows)}"


def _joined(items: Iterable[str]) -> str:
    return "; ".join(items)
