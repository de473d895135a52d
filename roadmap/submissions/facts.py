"""What the server knows beside a form: figures of the school card, thresholds, sums of the monthly returns."""

from __future__ import annotations

from datetime import date
from typing import Any

from roadmap import clock
from roadmap.catalogue import monthly_return, school_report
from roadmap.forms import Facts
from roadmap.plan.models import Occurrence
from roadmap.registers.as_of import counts
from roadmap.schools.models import School
from roadmap.schools.queries import card, settings
from roadmap.submissions.queries import accepted_monthly_returns, previous_answers
from roadmap.surveys.queries import report_counts


def facts_for(occurrence: Occurrence) -> Facts:
    """JSON values only, since they are frozen with each submitted version.

    Denominators come from the card of the school year in which the period ends (rules.md 12): ages are counted in the
    calendar year of the period's end, for numerators and denominators alike.
    """
    school, end = occurrence.school, occurrence.period_end
    if school is None:
        return {}
    values = settings(occurrence.municipality_id, end)
    facts: dict[str, Any] = {
        "period": occurrence.period,
        "period_start": occurrence.period_start.isoformat(),
        "period_end": end.isoformat(),
        "school": school.short_name,
        "short_form_pairs": values["short_form_pairs"],
        "satisfied_from": values["satisfied_from"],
    }
    if occurrence.measure.module == "school_report":
        facts |= _card_facts(school, end)
        facts["register"] = _register_facts(school, end)
        facts["surveys"] = _survey_facts(school, end)
        facts["previous"] = previous_answers(occurrence, school_report.MEASURE)
        facts["monthly"] = monthly_return.facts(accepted_monthly_returns(school, _september(end), end))
    return facts


def _card_facts(school: School, end: date) -> dict[str, Any]:
    year = card_year(end)
    found = card(school, year)
    if found is None:
        return {"card": None}
    return {
        "card": {"id": str(found.id), "version": found.version, "year": f"{year}/{year + 1}"},
        "pupils_10_19": found.pupils_aged(10, 19, end),
        "pupils_15_19": found.pupils_aged(15, 19, end),
        "teachers": found.teachers,
        "early_career_teachers": found.early_career_teachers,
    }


def _register_facts(school: School, end: date) -> dict[str, Any] | None:
    """What the registers count for the form's fields, as of the period's end or today; None where they are empty."""
    day = min(clock.today(), end)
    found = counts(school.id, day, card_year(end))
    return {"as_of": day.isoformat(), "counts": found} if any(found.values()) else None


def _survey_facts(school: School, end: date) -> dict[str, Any] | None:
    """The tallies of the school year's questionnaires for the form's fields; None where nobody was asked."""
    found = report_counts(school.id, card_year(end), min(clock.today(), end))
    return found if found["mentees_surveyed"] or found["mentors_surveyed"] else None


def card_year(end: date) -> int:
    """Which card the figures of a period come from: the school year's first calendar year."""
    return _september(end).year


def _september(day: date) -> date:
    """1 September of the school year that ``day`` belongs to."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)
