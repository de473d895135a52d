"""People, consents and pairs for the tests of registers: through the services, as a curator would enter them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import factories

from roadmap.acts.checklist import Item
from roadmap.acts.service import ActDetails
from roadmap.acts.service import add as add_act
from roadmap.practices import activities
from roadmap.practices import service as practices
from roadmap.practices.models import Practice
from roadmap.programmes import service as programmes
from roadmap.programmes.forms import ProgrammeForm
from roadmap.programmes.models import Programme
from roadmap.registers import pairing, service
from roadmap.registers.models import Consent, Mentorship, Participant
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind

SEPTEMBER = date(2025, 9, 1)
MAY = date(2026, 5, 31)
PLAN = [
    {"uid": f"e{n}", "title": f"Встреча {n}", "content": "", "due": day, "way": "meeting", "expected": "навык"}
    for n, day in enumerate(
        [
            "2025-09-20",
            "2025-10-20",
            "2025-11-20",
            "2025-12-20",
            "2026-01-20",
            "2026-02-20",
            "2026-03-20",
            "2026-04-20",
            "2026-05-20",
            "2026-06-02",
        ]
    )
]
ANSWERS: dict[str, Any] = {
    "starts_on": "2025-09-15",
    "ends_on": "2026-06-10",
    "mode": "onsite",
    "frequency": "раз в неделю",
    "request": "математика",
    "aim": "успешная сдача ОГЭ",
    "tasks": "первая\nвторая\nтретья",
    "directions": "",
    "expected": "средний балл не ниже 4",
    "plan": PLAN,
}
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


def programme(mentorship: Mentorship, head: str | None = None) -> Programme:
    """A whole draft, or with a ``head`` an approved one that waits for the methodist."""
    made = programmes.add_programme(mentorship)
    programmes.save_plan(made, ProgrammeForm.to_draft(ANSWERS), made.version)
    if head is not None:
        programmes.approve(made, made.version, factories.user(head))
    return made


def practice(school: str, expert: str | None = None) -> Practice:
    """A filled draft, or with an ``expert`` one that was submitted and is being scored."""
    owner, head = factories.school(school), factories.user(FILLERS[school])
    texts = dict.fromkeys(("audience", "problem", "aim", "description", "results"), "слово")
    details = practices.PracticeDetails("Шаг навстречу", "Соколова М. В.", "pupil_pupil", "", "school", **texts)
    made = practices.add(owner, details, None, head)
    if expert is not None:
        practices.submit(made, made.version, head)
        specialist = "specialist" if school.startswith("t1") else "other-specialist"
        practices.invite(made, factories.user(expert).id, factories.user(specialist))
    return made


def one_of_each(school: str, expert: str) -> dict[str, uuid.UUID]:
    """An id of everything that a school keeps in registers, programmes, acts and practices, by the URL's parameter."""
    owner, head = factories.school(school), factories.user(FILLERS[school])
    mentor, mentee = teacher(school=school), pupil(school=school)
    mentorship = approved(mentor, mentee)
    scored = practice(school, expert)
    act = ActDetails("Положение", "1", SEPTEMBER, "приказ", SEPTEMBER, link="https://school.ru/act")
    member = activities.MemberDetails("Соколова М. В.", "Клуб", "school", "участник", date(2025, 10, 1))
    event = activities.EventDetails(date(2026, 5, 20), "school", "Ярмарка")
    return {
        "participant_id": mentor.id,
        "consent_id": mentee.consents[0].id,
        "mentorship_id": mentorship.id,
        "programme_id": programme(mentorship, FILLERS[school]).id,
        "act_id": add_act(owner, Item.L2, act, None, head).id,
        "practice_id": scored.id,
        "review_id": scored.reviews[0].id,
        "member_id": activities.add_member(owner, member, head).id,
        "event_id": activities.add_event(event, head).id,
    }
