"""Indicators as of a day, counted: people from the registers, denominators from the school cards, surveys from the
accepted June report of the school year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from roadmap.catalogue import school_report
from roadmap.catalogue.figures import Figure, absent
from roadmap.catalogue.indicators import INDICATORS
from roadmap.registers.as_of import counts
from roadmap.schools.models import School
from roadmap.schools.queries import card
from roadmap.submissions.facts import card_year
from roadmap.submissions.queries import accepted

COUNTED = {
    "I1": ("pupil_mentees", "pupils_10_19"),
    "I2": ("pupil_mentors", "pupils_15_19"),
    "I3": ("early_career_mentees", "early_career_teachers"),
    "I7": ("teachers_involved", "teachers"),
}
SURVEYED = {"I5": ("mentees_satisfied", "mentees_surveyed"), "I6": ("mentors_satisfied", "mentors_surveyed")}


@dataclass(frozen=True)
class Row:
    """Σ over the schools of what was supplied; None where nothing was. ``value`` in per cent, one decimal."""

    code: str
    title: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None


def indicators(schools: Sequence[School], on: date) -> list[Row]:
    """Of one school or of many (Σ / Σ). A school without a card, or without an accepted report for the surveys, is left
    out of both sums of the indicators that need it."""
    pairs = [_figures(school, on) for school in schools]
    rows = []
    for code, indicator in INDICATORS.items():
        supplied = [
            (top, bottom)
            for figures in pairs
            for top, bottom in [figures[code]]
            if top.value is not None and bottom.value is not None
        ]
        figure = indicator.figure([top for top, _ in supplied], [bottom for _, bottom in supplied])
        rows.append(
            Row(
                code,
                indicator.title,
                sum(int(top.value or 0) for top, _ in supplied) if supplied else None,
                sum(int(bottom.value or 0) for _, bottom in supplied) if supplied else None,
                None if figure.value is None else Decimal(figure.value),
            )
        )
    return rows


def _figures(school: School, on: date) -> dict[str, tuple[Figure, Figure]]:
    year = card_year(on)
    counted, found = counts(school.id, on, year), card(school, year)
    known: dict[str, int] = {}
    if found is not None:
        known = {
            "pupils_10_19": found.pupils_aged(10, 19, on),
            "pupils_15_19": found.pupils_aged(15, 19, on),
            "early_career_teachers": found.early_career_teachers,
            "teachers": found.teachers,
        }
    reports = accepted(school.municipality_id, school_report.MEASURE.module, str(year + 1), school.id)
    answers = next((report.answers for report in reports if report.accepted_on <= on), {})
    counted_ones = {code: (_figure(counted.get(top)), _figure(known.get(low))) for code, (top, low) in COUNTED.items()}
    surveyed = {code: (_figure(answers.get(top)), _figure(answers.get(low))) for code, (top, low) in SURVEYED.items()}
    return counted_ones | surveyed


def _figure(value: int | None) -> Figure:
    return absent("чел.", "") if value is None else Figure(value, "чел.", "")
