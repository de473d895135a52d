"""One datum on its way: a pair entered in the registers is a figure of the June report and of the indicators."""

from __future__ import annotations

import json
from datetime import date

import factories
import pytest
from register_world import approved, pupil, teacher

from roadmap.boards.indicators import indicators
from roadmap.database import db
from roadmap.submissions import service
from roadmap.submissions.facts import facts_for


@pytest.fixture
def pair(context):
    """A teacher of the first school mentors a pupil born in 2012 (14 in 2026) and a pupil of 9."""
    mentor = teacher()
    return approved(mentor, pupil(birth_year=2012))


def test_the_report_begins_with_what_the_registers_count(pair):
    occurrence = factories.occurrence("t1-01")
    submission = service.start(occurrence, factories.user("head"))
    typed = {name: submission.draft[name] for name in ("pairs", "mentors", "mentees_pupils", "pupil_mentees")}
    assert typed == {"pairs": ["1"], "mentors": ["1"], "mentees_pupils": ["1"], "pupil_mentees": ["1"]}
    assert facts_for(occurrence)["register"]["as_of"] == "2026-06-03"


def test_an_empty_register_prefills_nothing(context):
    submission = service.start(factories.occurrence("t1-02"), factories.user("stranger"))
    assert submission.draft == {}
    assert facts_for(submission.occurrence)["register"] is None


def test_a_figure_that_differs_from_the_registers_is_a_warning(pair):
    submission = factories.started("t1-01", pairs=12)
    warnings = service.form_of_draft(submission, submission.draft).warnings()
    assert "Пар и групп: по базе 1, в отчёте 12" in warnings


def test_indicators_are_counted_and_divided_by_the_card(pair):
    rows = {row.code: row for row in indicators([factories.school("t1-01")], date(2026, 6, 3))}
    pupils = sum(count for year, count in factories.PUPILS.items() if 10 <= 2026 - year <= 19)
    assert (rows["I1"].numerator, rows["I1"].denominator) == (1, pupils)
    assert str(rows["I1"].value) == "0.5"
    assert (rows["I5"].numerator, rows["I5"].value) == (None, None)


def test_a_zero_denominator_gives_no_value(pair):
    school = factories.school("t1-01")
    from roadmap.schools.queries import card

    found = card(school, 2025)
    assert found is not None
    found.early_career_teachers = 0
    rows = {row.code: row for row in indicators([school], date(2026, 6, 3))}
    assert (rows["I3"].denominator, rows["I3"].value) == (0, None)
    db.session.rollback()


def test_indicators_command(app):
    result = app.test_cli_runner().invoke(args=["indicators", "show", "--school", "t1-01", "--json"])
    rows = json.loads(result.stdout)
    assert [row["code"] for row in rows] == ["I1", "I2", "I3", "I5", "I6", "I7"]
    assert (rows[0]["numerator"], rows[0]["value"]) == (0, 0.0)
    unknown = app.test_cli_runner().invoke(args=["indicators", "show", "--school", "zz"])
    assert (unknown.exit_code, unknown.stderr.strip()) == (2, "Школа «zz» не найдена.")


def test_a_report_accepted_later_is_unknown_on_an_earlier_day(context):
    factories.accepted("t1-01")
    school = factories.school("t1-01")
    surveyed = {
        day: {row.code: row for row in indicators([school], date(2026, *day))}["I5"] for day in ((6, 2), (6, 3))
    }
    assert (surveyed[6, 2].numerator, surveyed[6, 2].value) == (None, None)
    assert (surveyed[6, 3].numerator, surveyed[6, 3].denominator) == (10, 12)
