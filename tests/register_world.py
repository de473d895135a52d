"""People, consents and pairs for the tests of registers: through the services, as a curator would enter them."""

from __future__ import annotations

from datetime import date
from typing import Any

import factories

from roadmap.registers import pairing, service
from roadmap.registers.models import Consent, Mentorship, Participant
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind

SEPTEMBER = date(2025, 9, 1)
MAY = date(2026, 5, 31)
FILLERS = {"t1-01": "head", "t1-02": "stranger", "t1-03": "both", "t2-01": "other-head"}


def teacher(
    name: str = "Иванова Мария Петровна",
    *,
    school: str = "t1-01",
    mentor: bool = True,
    mentee: bool = False,
    entered: date = SEPTEMBER,
    consent: bool = True,
    **details: Any,
) -> Participant:
    """An employed teacher in the base, with a consent to processing for each role."""
    values = {"birth_year": 1980, "employee": True, "post": "учитель"} | details
    person = service.add_participant(
        factories.school(school),
        service.PersonDetails(name, PersonKind.TEACHER, **values),
        mentor=service.MentorDetails(entered) if mentor else None,
        mentee=service.MenteeDetails(entered) if mentee else None,
        actor=factories.user(FILLERS[school]),
    )
    for wanted, kind in ((mentor, ConsentKind.MENTOR_ADULT), (mentee, ConsentKind.MENTEE_ADULT)):
        if wanted and consent:
            give(person, kind)
    return person


def pupil(
    name: str = "Петров Пётр Ильич",
    birth_year: int | None = 2012,
    *,
    school: str = "t1-01",
    mentor: bool = False,
    mentee: bool = True,
    entered: date = SEPTEMBER,
    consent: bool = True,
    **details: Any,
) -> Participant:
    """A pupil in the base, with the consent that fits the birth year."""
    person = service.add_participant(
        factories.school(school),
        service.PersonDetails(name, PersonKind.PUPIL, birth_year=birth_year, **({"group": "7 А"} | details)),
        mentor=service.MentorDetails(entered) if mentor else None,
        mentee=service.MenteeDetails(entered, request="математика") if mentee else None,
        actor=factories.user(FILLERS[school]),
    )
    if consent:
        young = birth_year is not None and 2025 - birth_year < 14
        give(person, ConsentKind.STUDENT_UNDER14 if young else ConsentKind.STUDENT_14_17, came_of_age=not young)
    return person


def give(person: Participant, kind: ConsentKind, given_on: date = SEPTEMBER, **details: Any) -> Consent:
    values = {"own_signed": True, "representative_signed": True} | details
    return service.give_consent(person, service.ConsentDetails(kind, given_on, **values))


def details(mentor: Participant, *mentees: Participant, **changes: Any) -> pairing.MentorshipDetails:
    values: dict[str, Any] = {
        "mentor_id": mentor.id,
        "mentee_ids": tuple(person.id for person in mentees),
        "form": "teacher_pupil",
        "kind": MentoringKind.ONE_TO_ONE if len(mentees) == 1 else MentoringKind.GROUP,
        "starts_on": date(2025, 9, 15),
        "ends_on": date(2026, 8, 31),
        "order_number": "12",
        "order_on": date(2025, 9, 12),
    }
    return pairing.MentorshipDetails(**(values | changes))


def pair(mentor: Participant, *mentees: Participant, **changes: Any) -> Mentorship:
    """A draft."""
    return pairing.add_mentorship(mentor.school, details(mentor, *mentees, **changes))


def approved(mentor: Participant, *mentees: Participant, **changes: Any) -> Mentorship:
    mentorship = pair(mentor, *mentees, **changes)
    pairing.approve_mentorship(mentorship, mentorship.version)
    return mentorship
