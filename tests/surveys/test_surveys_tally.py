"""Tallies by hand, and what the June report is offered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import factories
import pytest
import survey_world as world

from roadmap.registers.words import FORMS
from roadmap.schools.service import set_setting
from roadmap.surveys import queries
from roadmap.surveys.questions import (
    PARTNERS,
    SATISFACTION,
    SCALES,
    TEXTS,
    WORDING,
    Audience,
    Stage,
    offered_forms,
    questionnaire,
)
from roadmap.surveys.tally import Tally, survey_counts, total

AFTER, BEFORE = Stage.AFTER, Stage.BEFORE
MENTEE, MENTOR = Audience.MENTEE, Audience.MENTOR


def tally(*scores: int, threshold: int = 7) -> Tally:
    satisfied = sum(score >= threshold for score in scores)
    return Tally(len(scores), satisfied, {SATISFACTION: (len(scores), sum(scores))})


def test_every_offered_form_has_its_questionnaire():
    assert set(PARTNERS) == {form.key for form in FORMS.values() if not form.hidden}
    assert [key for key, _ in offered_forms()] == list(PARTNERS)


def test_the_questionnaire_of_the_dossier():
    asked = questionnaire("teacher_pupil", AFTER, MENTEE)
    assert [q.kind for q in asked.questions] == ["scale"] * 5 + ["flag"] * 2 + ["text"] * 3
    assert [q.key for q in asked.scales] == list(SCALES)
    assert [q.key for q in asked.texts] == list(TEXTS)
    assert asked.title == "Анкета наставляемого после завершения программы"
    assert asked.text_of("comfort") == "Насколько комфортным было общение с педагогом-наставником?"


def test_before_mirrors_after_in_words_of_expectation():
    before, after = (questionnaire("pupil_pupil", stage, MENTOR) for stage in (BEFORE, AFTER))
    assert [(q.key, q.kind) for q in before.questions] == [(q.key, q.kind) for q in after.questions]
    assert before.text_of("comfort") == "Насколько комфортным вы ожидаете общение с наставляемым учеником?"
    assert len(WORDING) == 10


def test_means_are_rounded_half_up():
    assert tally(7, 7, 8, 8).mean() == Decimal("7.5")
    assert Tally(20, 0, {SATISFACTION: (20, 145)}).mean() == Decimal("7.3")  # 7,25
    assert Tally(3, 0, {"comfort": (0, 0)}).mean("comfort") is None
    assert Tally().mean() is None


def test_a_share_of_nobody_is_not_counted():
    assert (Tally().share(), tally(7, 6, 10).share()) == (None, Decimal(200) / 3)


def test_sums_are_added_not_means():
    both = total([tally(10), tally(4, 4, 4)])
    assert (both.n, both.satisfied, both.mean()) == (4, 1, Decimal("5.5"))


@pytest.mark.parametrize(("n", "shown"), [(4, False), (5, True)])
def test_verbatim_from_five(n, shown):
    assert Tally(n).verbatim is shown


def test_counts_for_the_report():
    found = survey_counts(
        {
            (MENTEE, BEFORE): tally(5, 6),
            (MENTEE, AFTER): tally(6, 7, 10),
            (MENTOR, AFTER): tally(9, 9),
        }
    )
    assert found == {
        "mentees_surveyed": 3,
        "mentees_satisfied": 2,
        "mentees_before": "5.5",
        "mentees_after": "7.7",
        "mentors_surveyed": 2,
        "mentors_satisfied": 2,
        "mentors_before": None,
        "mentors_after": "9.0",
    }


def test_without_answers_after_the_report_has_nothing_but_zero():
    found = survey_counts({(MENTEE, BEFORE): tally(5, 6)})
    assert found == {
        "mentees_surveyed": 0,
        "mentees_satisfied": None,
        "mentees_before": None,
        "mentees_after": None,
        "mentors_surveyed": 0,
        "mentors_satisfied": None,
        "mentors_before": None,
        "mentors_after": None,
    }


def test_counts_are_fit_for_the_june_form(context):
    from roadmap.catalogue import MEASURES

    world.enter(6, 7, 10)
    world.enter(5, at=world.key(stage=BEFORE))
    world.enter(9, 10, at=world.key(audience=MENTOR))
    measure = MEASURES["school_report"]
    assert measure.form is not None
    counts = queries.report_counts(factories.school("t1-01").id, 2025, date(2026, 6, 3))
    draft = measure.form.to_draft(dict(measure.example) | counts)
    form = measure.form.from_draft(draft, {"satisfied_from": 7})
    form.validate()
    assert {name: form[name].answer() for name in counts} == counts
    assert [problem for problem in form.problems() if problem.name in counts] == []


def test_tallies_from_the_database(context):
    world.enter(6, 7, 10, comfort=3, further=False)
    world.enter(9, school="t1-02")
    world.enter(8, at=world.key(form="pupil_pupil"), comfort=None, expectations=None)
    world.enter(2, at=world.key(year=2024))
    world.enter(1, school="t2-01")
    found = queries.tallies(factories.school("t1-01").municipality_id, factories.school("t1-01").id, 2025, 7)
    assert set(found) == {world.key(), world.key(form="pupil_pupil")}
    one, other = found[world.key()], found[world.key(form="pupil_pupil")]
    assert (one.n, one.satisfied, one.points["comfort"], one.points[SATISFACTION]) == (3, 2, (3, 9), (3, 23))
    assert one.yes == {"expectations": (3, 3), "further": (3, 0)}
    assert (other.points["comfort"], other.yes["expectations"], other.mean("comfort")) == ((0, 0), (0, 0), None)
    school = queries.by_audience(found)[(MENTEE, AFTER)]
    assert (school.n, school.satisfied, school.mean()) == (4, 3, Decimal("7.8"))  # 31 : 4
    everybody = queries.tallies(factories.school("t1-01").municipality_id, None, 2025, 7)
    assert queries.by_audience(everybody)[(MENTEE, AFTER)].n == 5


def test_the_threshold_is_a_dated_setting(context):
    owner = factories.school("t1-01")
    world.enter(7, 8, 9)
    set_setting(owner.municipality_id, "satisfied_from", 9, date(2026, 9, 1))
    set_setting(owner.municipality_id, "satisfied_from", 8, date(2025, 9, 1))
    assert queries.report_counts(owner.id, 2025, date(2026, 6, 3))["mentees_satisfied"] == 2
    # the year is over: a later threshold does not judge it
    assert queries.report_counts(owner.id, 2025, date(2026, 10, 1))["mentees_satisfied"] == 2
