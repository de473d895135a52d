"""Figures of the June report from the registers: boundaries, distinct people, drafts, and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import register_facts as make
from hypothesis import given
from hypothesis import strategies as st

from roadmap.registers.counts import school_counts
from roadmap.registers.register import Member, MenteeCard, MentorCard, overlap
from roadmap.registers.words import MentorshipState, PersonKind, ProgrammeState

ON, START = date(2026, 6, 10), date(2025, 9, 1)


def counts(people, pairs, programmes=(), years=3):
    return school_counts(make.register(people, pairs, programmes=programmes), ON, START, years)


@pytest.mark.parametrize(("age", "counted"), [(9, 0), (10, 1), (19, 1), (20, 0)])
def test_pupil_mentees_are_ten_to_nineteen(age, counted):
    mentor, mentee = make.person(), make.pupil(2026 - age)
    found = counts([mentor, mentee], [make.pair(mentor, mentee)])
    assert (found["pupil_mentees"], found["mentees_pupils"]) == (counted, 1)


@pytest.mark.parametrize(("age", "counted"), [(14, 0), (15, 1), (19, 1), (20, 0)])
def test_pupil_mentors_are_fifteen_to_nineteen(age, counted):
    mentor, mentee = make.pupil(2026 - age), make.pupil()
    found = counts([mentor, mentee], [make.pair(mentor, mentee, form="pupil_pupil")])
    assert (found["pupil_mentors"], found["mentors"]) == (counted, 1)


@pytest.mark.parametrize(("years", "entered", "counted"), [(0, ON, 1), (3, ON, 1), (4, ON, 0), (3, START, 1)])
def test_early_career_is_up_to_the_setting_inclusive(years, entered, counted):
    mentor = make.person(employee=True)
    mentee = make.person(employee=True, experience_years=years, experience_on=entered)
    found = counts([mentor, mentee], [make.pair(mentor, mentee, form="teacher_teacher")])
    assert (found["early_career_mentees"], found["mentees_teachers"], found["teachers_involved"]) == (counted, 1, 2)


def test_experience_grows_from_the_day_it_was_entered():
    person = make.person(experience_years=3, experience_on=date(2025, 6, 11))
    assert [person.experience(day) for day in (date(2026, 6, 10), date(2026, 6, 11), date(2021, 1, 1))] == [3, 4, 0]


def test_without_a_birth_year_nobody_is_counted_by_age():
    mentor, mentee = make.person(), make.pupil(None)
    found = counts([mentor, mentee], [make.pair(mentor, mentee)])
    assert (found["pupil_mentees"], found["mentees_pupils"]) == (0, 1)


def test_people_are_counted_once_and_a_teacher_in_both_roles_once():
    one, two, child = make.person(employee=True), make.person(employee=True), make.pupil()
    pairs = [
        make.pair(one, two, form="teacher_teacher"),
        make.pair(two, one, form="teacher_teacher"),
        make.pair(one, child),
        make.pair(two, child),
    ]
    found = counts([one, two, child], pairs)
    assert {key: found[key] for key in ("pairs", "mentors", "mentees_pupils", "mentees_teachers")} == {
        "pairs": 4,
        "mentors": 2,
        "mentees_pupils": 1,
        "mentees_teachers": 2,
    }
    assert found["teachers_involved"] == 2


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({"state": MentorshipState.DRAFT}, 0),
        ({"starts_on": date(2026, 6, 11)}, 0),
        ({"starts_on": ON}, 1),
        ({"starts_on": date(2024, 9, 1), "ends_on": date(2025, 8, 31)}, 0),
        ({"starts_on": date(2024, 9, 1), "ends_on": START}, 1),
        ({"state": MentorshipState.STOPPED, "ended_on": date(2025, 10, 1)}, 1),
        ({"state": MentorshipState.COMPLETED, "starts_on": date(2024, 9, 1), "ended_on": date(2025, 8, 31)}, 0),
    ],
)
def test_pairs_of_the_period(changes, counted):
    mentor, mentee = make.person(), make.pupil()
    cards = {"mentor": MentorCard(date(2024, 9, 1)), "mentee": MenteeCard(date(2024, 9, 1))}
    people = [replace(mentor, **cards), replace(mentee, **cards)]
    found = counts(people, [make.pair(mentor, mentee, **changes)])
    assert (found["pairs"], found["mentors"], found["mentees_pupils"]) == (counted, counted, counted)


@pytest.mark.parametrize(
    ("card", "counted"),
    [
        (MenteeCard(ON), 1),
        (MenteeCard(date(2026, 6, 11)), 0),
        (MenteeCard(date(2024, 9, 1), completed_on=date(2025, 8, 31)), 0),
        (MenteeCard(date(2024, 9, 1), completed_on=START), 1),
        (None, 0),
    ],
)
def test_entered_by_the_date_and_not_completed_before_the_period(card, counted):
    mentor, mentee = make.person(), make.pupil(mentee=card)
    assert counts([mentor, mentee], [make.pair(mentor, mentee)])["mentees_pupils"] == counted


def test_a_member_who_left_before_the_period_is_not_counted():
    mentor, one, two = make.person(), make.pupil(), make.pupil()
    early = date(2024, 9, 1)
    group = make.pair(
        mentor, one, two, starts_on=early, members=(Member(one.id, early, date(2025, 8, 31)), Member(two.id, early))
    )
    assert counts([mentor, one, two], [group])["mentees_pupils"] == 1


def test_programmes_by_state():
    states = [*ProgrammeState, ProgrammeState.RUNNING]
    old = make.programme(ProgrammeState.COMPLETED, date(2024, 9, 1), date(2025, 5, 31))
    found = counts([], [], [*(make.programme(state) for state in states), old])
    assert {key: value for key, value in found.items() if key.startswith("programmes")} == {
        "programmes_total": 7,
        "programmes_approved": 6,
        "programmes_running": 3,
        "programmes_completed": 1,
        "programmes_stopped": 1,
    }


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
ENDS = st.none() | DAYS


@given(DAYS, ENDS, DAYS, ENDS)
def test_overlap_is_sharing_a_day(first, last, other, other_last):
    horizon = date(2028, 1, 1)
    mine = set(_days(first, last or horizon))
    theirs = set(_days(other, other_last or horizon))
    if mine and theirs:
        assert overlap(first, last, other, other_last) is bool(mine & theirs)
        assert overlap(first, last, other, other_last) is overlap(other, other_last, first, last)


@st.composite
def registers(draw):
    """A few people of any kind and age, and pairs among them in any state and term."""
    people = [
        make.person(
            draw(st.sampled_from(PersonKind)),
            draw(st.none() | st.integers(1950, 2022)),
            employee=draw(st.booleans()),
            experience_years=draw(st.none() | st.integers(0, 10)),
        )
        for _ in range(draw(st.integers(2, 6)))
    ]
    pairs = []
    for _ in range(draw(st.integers(0, 8))):
        mentor, *mentees = draw(st.lists(st.sampled_from(people), min_size=2, max_size=4, unique_by=lambda p: p.id))
        starts = draw(DAYS)
        state, ends = draw(st.sampled_from(MentorshipState)), draw(ENDS)
        pairs.append(make.pair(mentor, *mentees, starts_on=starts, ends_on=ends and max(starts, ends), state=state))
    return people, pairs


@given(registers())
def test_counts_keep_the_rules_of_the_june_form(register):
    people, pairs = register
    found = counts(people, pairs)
    assert all(value >= 0 for value in found.values())
    assert found["pupil_mentees"] <= found["mentees_pupils"]
    assert found["pupil_mentors"] <= found["mentors"]
    assert found["early_career_mentees"] <= min(found["mentees_teachers"], found["teachers_involved"])
    assert found["mentors"] <= min(len(people), found["pairs"])
    assert found["mentees_pupils"] + found["mentees_teachers"] <= len(people)
    assert found["pairs"] <= len(pairs)


@given(registers(), st.randoms())
def test_order_and_repetition_change_nothing(register, random):
    people, pairs = register
    found = counts(people, pairs)
    shuffled, again = list(people), [replace(pair, id=make.key()) for pair in pairs]
    random.shuffle(shuffled)
    doubled = counts(shuffled, [*pairs, *again])
    assert doubled == found | {"pairs": 2 * found["pairs"]}


def _days(first, last):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
