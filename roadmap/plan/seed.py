"""The founding roadmap as data: its text from the .tsv, its structured schedules beside it. Pure: no database."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from dateutil.relativedelta import relativedelta

from roadmap.plan.rules import Kind, Rule, Schedule
from roadmap.plan.word_table import DraftMeasure, RoadmapDraft

FOUNDING_TITLE = (
    "Муниципальная дорожная карта по внедрению и реализации региональной модели наставничества в образовательных "
    "организациях на территории Северо-Енисейского района на период 2022-2024 гг."
)


@dataclass(frozen=True)
class MeasureText:
    number: str
    section: str
    title: str
    result: str
    deadline: str
    responsible: str
    module: str
    owed_by_office: bool
    owed_by_schools: bool
    rule: Rule
    schedule: Schedule


@dataclass(frozen=True)
class SectionText:
    number: str
    title: str
    measures: tuple[MeasureText, ...]


@cache
def founding_roadmap() -> tuple[SectionText, ...]:
    """The 6 sections and 25 measures of 2022–2024 (dossier §1, §10.2)."""
    folder = files("roadmap.plan") / "data"
    schedules: dict[str, dict[str, Any]] = json.loads((folder / "schedules.json").read_text("utf-8"))
    rows = list(csv.DictReader((folder / "roadmap-2022-2024.tsv").read_text("utf-8").splitlines(), delimiter="\t"))
    sections = [row for row in rows if "." not in row["number"]]
    return tuple(
        SectionText(
            section["number"],
            section["title"],
            tuple(
                _measure(row, section["number"], schedules[row["number"]])
                for row in rows
                if row["number"].startswith(section["number"] + ".")
            ),
        )
        for section in sections
    )


def moved(sections: Sequence[SectionText], years: int) -> tuple[SectionText, ...]:
    """The same roadmap for a later edition: one-off dates move, recurrences stay (rules.md 2)."""
    return tuple(
        replace(section, measures=tuple(_moved(measure, years) for measure in section.measures)) for section in sections
    )


def sections_of_draft(draft: RoadmapDraft) -> tuple[SectionText, ...]:
    """A roadmap read from a file. Measures that stand in the founding roadmap keep their module and working dates; the
    rest are fulfilled by evidence. Who owes a measure is read from its responsible: «руководители ОО» are schools."""
    known = {_key(measure.title): measure for section in founding_roadmap() for measure in section.measures}
    return tuple(
        SectionText(
            section.code,
            section.title,
            tuple(
                _drafted(measure, section.code, known.get(_key(measure.title)))
                for measure in draft.measures
                if measure.section == section.code
            ),
        )
        for section in draft.sections
    )


def _drafted(draft: DraftMeasure, section: str, known: MeasureText | None) -> MeasureText:
    """A founding measure's schedule wins only where its phrase is the same: otherwise the new phrase says when."""
    responsible = draft.responsible.lower()
    of_schools = "руководители оо" in responsible or "школ" in responsible
    of_office = any(word in responsible for word in ("специалист", "имо", "пдс", "руо", "управлени")) or not of_schools
    same_phrase = known is not None and _key(known.deadline) == _key(draft.deadline)
    return MeasureText(
        number=draft.code,
        section=section,
        title=draft.title,
        result=draft.result,
        deadline=draft.deadline,
        responsible=draft.responsible,
        module=known.module if known else "evidence",
        owed_by_office=known.owed_by_office if known else of_office,
        owed_by_schools=known.owed_by_schools if known else of_schools,
        rule=draft.rule,
        schedule=known.schedule if known and same_phrase else Schedule(draft.rule),
    )


def _key(text: str) -> str:
    return "".join(c for c in text.lower().replace("ё", "е") if c.isalnum())


def _measure(row: dict[str, str], section: str, facts: dict[str, Any]) -> MeasureText:
    schedule = Schedule.from_json(facts["schedule"])
    return MeasureText(
        number=row["number"],
        section=section,
        title=row["title"].replace("\\", "/"),
        result=row["result"],
        deadline=row["deadline"],
        responsible=row["responsible"],
        module=facts["module"],
        owed_by_office="office" in facts["owed_by"],
        owed_by_schools="school" in facts["owed_by"],
        rule=Rule.from_json(facts["rule"]) if "rule" in facts else schedule.rule,
        schedule=schedule,
    )


def _moved(measure: MeasureText, years: int) -> MeasureText:
    """A phrase that names years is rewritten with the moved ones; its rule and schedule move alike."""
    if measure.schedule.rule.kind not in (Kind.ONCE, Kind.WINDOW):
        return measure
    deadline = measure.deadline
    for year in (2024, 2023, 2022):
        deadline = deadline.replace(str(year), str(year + years))
    return replace(
        measure,
        deadline=deadline,
        rule=_moved_rule(measure.rule, years),
        schedule=replace(measure.schedule, rule=_moved_rule(measure.schedule.rule, years)),
    )


def _moved_rule(rule: Rule, years: int) -> Rule:
    def later(day: date | None) -> date | None:
        return day + relativedelta(years=years) if day else None

    return replace(rule, due=later(rule.due), start=later(rule.start), end=later(rule.end))
