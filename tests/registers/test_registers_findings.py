"""Contradictions: each rule alone, and twelve of them planted among four hundred pairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import register_facts as make
from register_facts import TODAY

from roadmap.registers.findings import Limits, approval_findings, findings
from roadmap.registers.register import Member, MenteeCard, MentorCard
from roadmap.registers.words import MentoringKind, MentorshipState, PersonKind

LIMITS = Limits(mentor_load=5, labour_consent_from=date(2025, 3, 1))


def found(people, mentorships, given=None, limits=LIMITS, on=TODAY):
    consents = make.consents(*people) if given is None else given
    return [f.rule for f in findings(make.register(people, mentorships, consents), on, limits)]


def test_four_hundred_pairs_with_twelve_contradictions_give_exactly_twelve():
    people, pairs = [], []
    for number in range(400):
        mentor, mentee = make.person(), make.pupil(2008 + number % 8)
        people += [mentor, mentee]
        pairs.append(make.pair(mentor, mentee))

    def one(index, **changes):
        people[index] = replace(people[index], **changes)

    planted = []

    def plant(number, rule, **changes):
        pairs[number] = replace(pairs[number], **changes)
        planted.append((pairs[number].id, rule))

    plant(3, "self", kind=MentoringKind.VIRTUAL, members=(*pairs[3].members, Member(pairs[3].mentor_id, make.STARTS)))
    plant(40, "one_to_one", members=(*pairs[40].members, Member(people[1].id, make.STARTS)))
    plant(77, "group", kind=MentoringKind.GROUP)
    plant(110, "form", form="pupil_pupil")
    plant(150, "dates", ends_on=date(2025, 9, 1))
    plant(151, "member_dates", members=(Member(people[303].id, date(2025, 8, 1)),))
    one(303, mentee=MenteeCard(date(2025, 8, 1)))
    plant(190, "overlap", mentor_id=people[376].id, members=(Member(people[377].id, make.STARTS),))
    one(440, birth_year=1999)
    one(441, kind=PersonKind.TEACHER, birth_year=1970)
    plant(220, "younger", form="teacher_teacher")
    one(500, mentor=MentorCard(make.ENTERED, left_on=date(2026, 1, 15)))
    planted.append((pairs[250].id, "left"))
    one(561, mentee=MenteeCard(date(2025, 10, 1)))
    planted.append((pairs[280].id, "entered"))
    consents = [c for c in make.consents(*people) if c.person_id != people[621].id]
    planted.append((pairs[310].id, "consent"))
    plant(399, "order", order_number="", order_on=None)
    register = make.register(people, pairs, consents)
    seen = [(f.object_id, f.rule) for f in findings(register, TODAY, LIMITS)]
    assert sorted(map(str, seen)) == sorted(map(str, planted))
    assert len(planted) == 12


def test_a_sound_register_has_no_findings():
    mentor, one, two = make.person(), make.pupil(), make.pupil()
    assert found([mentor, one, two], [make.pair(mentor, one, two)]) == []


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"starts_on": date(2026, 3, 1), "ends_on": date(2026, 2, 28)}, ["dates"]),
        ({"ends_on": date(2026, 6, 2)}, ["expired"]),
        ({"ends_on": date(2026, 6, 3)}, []),
        ({"ends_on": None}, []),
        ({"kind": MentoringKind.GROUP}, ["group"]),
        ({"form": "teacher_teacher"}, ["form"]),
        ({"form": "an older list's key"}, []),
        ({"order_on": None}, ["order"]),
        ({"state": MentorshipState.DRAFT, "order_number": ""}, []),
        ({"state": MentorshipState.COMPLETED, "ended_on": date(2026, 5, 1), "order_number": ""}, []),
    ],
)
def test_each_rule_of_a_pair(changes, rules):
    mentor, mentee = make.person(), make.pupil()
    assert found([mentor, mentee], [make.pair(mentor, mentee, **changes)]) == rules


def test_reverse_mentoring_allows_a_younger_mentor():
    mentor, mentee = make.person(birth_year=1999), make.person(birth_year=1970)
    usual = make.pair(mentor, mentee, form="teacher_teacher")
    assert found([mentor, mentee], [usual]) == ["younger"]
    assert found([mentor, mentee], [replace(usual, kind=MentoringKind.REVERSE)]) == []


def test_a_person_of_another_school_is_told_without_a_name():
    mentor, foreign = make.person(), make.pupil(school_id=make.key())
    pair = make.pair(mentor, foreign)
    told = findings(make.register([mentor, foreign], [pair], make.consents(mentor, foreign)), TODAY, LIMITS)
    assert [f.rule for f in told] == ["school"]
    assert foreign.full_name not in told[0].message


def test_load_counts_pairs_at_the_same_time_against_the_setting():
    mentor = make.person()
    mentees = [make.pupil() for _ in range(3)]
    pairs = [make.pair(mentor, mentee) for mentee in mentees]
    everybody = [mentor, *mentees]
    two, three, none = (
        Limits(2, LIMITS.labour_consent_from),
        Limits(3, LIMITS.labour_consent_from),
        Limits(0, LIMITS.labour_consent_from),
    )
    assert found(everybody, pairs, limits=two) == ["load"]
    assert found(everybody, pairs, limits=three) == []
    assert found(everybody, pairs, limits=none) == []
    earlier = replace(pairs[0], state=MentorshipState.COMPLETED, ended_on=date(2026, 1, 1))
    assert found(everybody, [earlier, *pairs[1:]], limits=two) == []


def test_overlap_ends_the_day_before_the_next_begins():
    mentor, mentee = make.person(), make.pupil()
    first = make.pair(mentor, mentee, state=MentorshipState.COMPLETED, ended_on=date(2026, 1, 10))
    second = make.pair(mentor, mentee, starts_on=date(2026, 1, 11))
    assert found([mentor, mentee], [first, second]) == []
    same_day = make.pair(mentor, mentee, starts_on=date(2026, 1, 10))
    assert found([mentor, mentee], [first, same_day]) == ["overlap"]
    other_mentor = make.person()
    assert found([mentor, mentee, other_mentor], [first, make.pair(other_mentor, mentee)]) == []


def test_labour_consent_is_asked_of_an_employee_for_a_worker_from_the_day_it_is_law():
    mentor, mentee, child = make.person(employee=True), make.person(employee=True), make.pupil()
    among_workers = make.pair(mentor, mentee, form="teacher_teacher")
    assert found([mentor, mentee], [among_workers]) == ["labour"]
    assert found([mentor, child], [make.pair(mentor, child)]) == []
    partner = make.person(PersonKind.PARTNER)
    assert found([partner, mentee], [make.pair(partner, mentee, form="partner_teacher")]) == []
    before = Limits(5, date(2026, 6, 4))
    assert found([mentor, mentee], [replace(among_workers, ends_on=None)], limits=before) == []


def test_approval_of_a_draft_asks_what_an_approved_pair_must_have():
    mentor, mentee = make.person(), make.pupil()
    draft = make.pair(mentor, mentee, state=MentorshipState.DRAFT, order_number="", order_on=None)
    register = make.register([mentor, mentee], [draft])
    assert findings(register, TODAY, LIMITS) == []
    assert [f.rule for f in approval_findings(draft, register, TODAY, LIMITS)] == ["order", "consent", "consent"]


def test_doubles_and_pupils_without_a_birth_year():
    mentor, mentee = make.person(), make.pupil(None)
    double = make.person(full_name=mentor.full_name)
    given = make.consents(mentor, double, mentee)
    assert found([mentor, mentee, double], [make.pair(mentor, mentee)], given) == ["birth_year", "duplicate"]
    assert found([mentor, replace(double, birth_year=1981)], []) == []
