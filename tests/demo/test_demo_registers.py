"""The registers, programmes, acts and practices of the demo: nobody finds them empty, and each shows what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from test_demo import DAYS, JUNE, NOVEMBER, build, drop

from roadmap.accounts.models import User
from roadmap.acts.checklist import Item, Presence
from roadmap.acts.models import LocalAct
from roadmap.acts.queries import completeness
from roadmap.database import db
from roadmap.demo.pairs import school_year
from roadmap.practices.models import CommunityMember, Practice, PracticeEvent, PracticeReview
from roadmap.practices.queries import reviews_asked
from roadmap.programmes.models import Programme
from roadmap.programmes.service import obstacles, plan_form, progress_form
from roadmap.registers.as_of import counts
from roadmap.registers.findings import findings
from roadmap.registers.models import Consent, Mentorship, Participant
from roadmap.registers.queries import limits_of, living_register
from roadmap.registers.words import PersonKind
from roadmap.schools.models import Municipality, School
from roadmap.schools.queries import card

BASES = ("se-01", "se-03", "se-05", "yl-01")
LIVE = tuple(day for day in DAYS if day != JUNE)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[date], Flask]]:
    built: dict[date, Flask] = {}

    def of(day: date) -> Flask:
        if day not in built:
            built[day] = build(tmp_path_factory.mktemp("demo"), day)
        return built[day]

    yield of
    for app in built.values():
        drop(app)


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest, installed: Callable[[date], Flask]) -> Iterator[date]:
    with installed(request.param).app_context():
        yield request.param


@pytest.fixture(params=LIVE, ids=str)
def live(request: pytest.FixtureRequest, installed: Callable[[date], Flask]) -> Iterator[date]:
    """A day on which pairs work."""
    with installed(request.param).app_context():
        yield request.param


@pytest.fixture
def june(installed: Callable[[date], Flask]) -> Iterator[date]:
    with installed(JUNE).app_context():
        yield JUNE


@pytest.fixture
def november(installed: Callable[[date], Flask]) -> Iterator[date]:
    with installed(NOVEMBER).app_context():
        yield NOVEMBER


def contradictions(day: date) -> list[tuple[str, str, bool]]:
    schools = db.session.scalars(select(School).order_by(School.code)).all()
    return [
        (school.code, finding.rule, finding.blocking)
        for school in schools
        for finding in findings(living_register(school.id), day, limits_of(school.municipality_id, day))
    ]


def counted(column: Any, *where: Any) -> dict[str, dict[str, int]]:
    """School code → value of the column → rows."""
    query = (
        select(School.code, column, func.count())
        .select_from(column.class_)
        .join(School, School.id == column.class_.school_id)
        .where(*where)
        .group_by(School.code, column)
    )
    found: dict[str, dict[str, int]] = {}
    for code, value, number in db.session.execute(query):
        found.setdefault(code, {})[value] = number
    return found


def municipality(code: str) -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.code == code)).one()


def user(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


def test_pairs_of_this_year_and_the_last(live: date):
    first = date(school_year(live), 9, 1)
    assert counted(Mentorship.state, Mentorship.starts_on >= first) == {
        "se-01": {"approved": 13, "draft": 1},
        "se-03": {"approved": 9},
        "se-05": {"approved": 6},
        "yl-01": {"approved": 8},
    }
    assert counted(Mentorship.state, Mentorship.starts_on < first) == {
        "se-01": {"approved": 1, "completed": 3},
        "se-03": {"completed": 2},
        "se-05": {"completed": 1},
        "yl-01": {"completed": 2},
    }


def test_findings_show_what_was_planted_and_nothing_else(live: date):
    assert contradictions(live) == [
        ("se-01", "expired", False),
        ("se-01", "consent", True),
        ("se-03", "duplicate", False),
    ]


def test_pupils_pairs_end_in_may(june: date):
    assert contradictions(june) == [("se-01", "expired", False), ("se-03", "duplicate", False)]
    open_ones = db.session.scalars(
        select(Mentorship).where(Mentorship.state == "approved", Mentorship.ends_on > june)
    ).all()
    assert {one.form for one in open_ones} == {"teacher_teacher"}
    assert counted(Mentorship.state, Mentorship.state == "stopped") == {"se-01": {"stopped": 1}}


def test_one_waits_for_a_consent_and_one_has_withdrawn_it(live: date):
    draft = db.session.scalars(select(Mentorship).where(Mentorship.state == "draft")).one()
    assert (draft.members[0].participant.consents, draft.order_number) == ([], "")
    withdrawn = db.session.scalars(select(Consent).where(Consent.withdrawn_on.is_not(None))).one()
    assert withdrawn.participant.hidden_since == withdrawn.withdrawn_on
    assert withdrawn.participant.name == f"Участник №\u00a0{withdrawn.participant.number}"


def test_consents_are_of_the_right_kinds(day: date):
    kinds: dict[str, set[str]] = {}
    for consent in db.session.scalars(select(Consent)):
        person = consent.participant
        age = None if person.kind != PersonKind.PUPIL else consent.given_on.year - (person.birth_year or 0)
        group = person.kind if age is None else f"pupil {'over' if age > 14 else 'to'} 14"
        kinds.setdefault(group, set()).add(consent.kind)
    assert kinds == {
        "teacher": {"mentor_adult", "mentee_adult", "labour_consent_351_8"},
        "partner": {"mentor_adult"},
        "pupil to 14": {"student_under14"},
        "pupil over 14": {"student_14_17"},
    }
    assert db.session.scalar(select(func.count()).where(Consent.sha256.is_not(None))) == 0


def test_classes_fit_birth_years(day: date):
    """Whoever is n in the calendar year in which the school year ends is in class n - 7."""
    people = db.session.scalars(select(Participant).where(Participant.kind == PersonKind.PUPIL)).all()
    assert len(people) > 60
    for person in people:
        entered = (person.mentor or person.mentee).entered_on  # type: ignore[union-attr]
        assert person.birth_year is not None
        assert int(person.group.split("\u00a0")[0]) == entered.year + 1 - person.birth_year - 7
        assert entered.month == 9


def test_counts_agree_with_the_cards(day: date):
    year = school_year(day)
    for school in db.session.scalars(select(School)):
        found, numbers = card(school, year), counts(school.id, day, year)
        assert found is not None
        assert numbers["pupil_mentees"] <= found.pupils_aged(10, 19, day)
        assert numbers["pupil_mentors"] <= found.pupils_aged(15, 19, day)
        assert numbers["early_career_mentees"] <= found.early_career_teachers
        assert numbers["teachers_involved"] <= found.teachers
        assert (numbers["pairs"] > 0) is (school.code in BASES)


def test_programmes_are_whole_and_one_of_each_waits(live: date):
    """At the head of the first school, at the methodist of each municipality."""
    rows = db.session.scalars(select(Programme)).all()
    assert len(rows) == db.session.scalar(select(func.count()).where(Mentorship.state != "draft"))
    waiting = counted(Programme.state, Programme.state.in_(("draft", "approved")))
    assert waiting == {"se-01": {"draft": 1}, "se-03": {"approved": 1}, "yl-01": {"approved": 1}}
    assert Counter(row.review for row in rows) == {"accepted": len(rows) - 3, "submitted": 2, "": 1}
    for row in rows:
        assert (plan_form(row).problems(), progress_form(row).problems()) == ([], [])
        assert plan_form(row).warnings() == []
        assert len(row.plan_answers["plan"]) == 9
        if row.state in ("running", "completed"):
            assert len(row.progress_answers["meetings"]) >= 1
    assert [obstacles(row) for row in rows if row.state == "draft"] == [[]]


def test_checklist_is_nearly_whole(november: date):
    schools, found = completeness(municipality("se").id, november)
    states = {school.code: found.rows[school.id] for school in schools}
    lacking = {
        (code, item)
        for code, row in states.items()
        for item, state in row.items()
        if state not in (Presence.PRESENT, Presence.NOT_ASKED)
    }
    assert lacking == {("se-06", Item.L5), ("se-06", Item.L9), ("se-06", Item.L10), ("se-07", Item.L10)}
    assert states["se-06"][Item.L5] is Presence.BARE
    asked = {code for code, row in states.items() if row[Item.L7] is Presence.PRESENT}
    assert asked >= {"se-01", "se-03"}


def test_one_order_was_replaced_and_few_acts_have_files(day: date):
    files = 4 if day < date(2025, 9, 1) else 4 + 9  # with each school's form of a separate consent
    replaced = db.session.scalars(select(LocalAct).where(LocalAct.replaces_id.is_not(None))).all()
    assert [(act.school.code, act.item) for act in replaced] == [("se-01", "L1")]
    old = replaced[0].replaces
    assert old is not None
    assert (old.in_force(day), replaced[0].in_force(day)) == (False, True)
    links = db.session.scalars(select(LocalAct.link).where(LocalAct.link != "")).all()
    assert all(".example/nastavnichestvo/" in link for link in links)
    assert db.session.scalar(select(func.count()).where(LocalAct.sha256.is_not(None))) == files


def test_practices_are_in_every_state(day: date):
    assert counted(Practice.state) == {
        "se-01": {"accepted": 1, "submitted": 1},
        "se-02": {"accepted": 1},
        "se-03": {"submitted": 1},
        "se-04": {"returned": 1},
        "se-05": {"draft": 1},
        "yl-01": {"accepted": 1},
    }
    scored = [one.score for one in db.session.scalars(select(Practice)) if one.state == "accepted"]
    assert all(score is not None and 30 <= score <= 50 for score in scored)
    assert [review.practice.school.code for review in reviews_asked(user("head-1"))] == ["se-03"]
    assert db.session.scalar(select(func.count()).where(PracticeReview.scored_at.is_(None))) == 1
    assert db.session.scalar(select(func.count()).select_from(CommunityMember)) == 3


def test_events_are_held_when_their_day_has_passed(day: date):
    events = db.session.scalars(select(PracticeEvent)).all()
    assert len(events) == 8
    assert {event.id for event in events if event.held_on} == {event.id for event in events if event.planned_on < day}
    assert all(event.participants for event in events if event.held_on)
