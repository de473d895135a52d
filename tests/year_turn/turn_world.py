"""Pupils, pairs and programmes for the tests of the turn of a school year."""

from __future__ import annotations

from datetime import date
from typing import Any

import factories

from roadmap.programmes import service as programmes
from roadmap.programmes.forms import ProgrammeForm, ProgressForm
from roadmap.programmes.models import Programme
from roadmap.registers import pairing
from roadmap.registers import service as people
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind

SEPTEMBER = date(2025, 9, 1)
PLAN = [
    {"uid": "e1", "title": "Знакомство", "content": "", "due": "2025-09-20", "way": "meeting", "expected": "контакт"},
    {"uid": "e2", "title": "Итоги", "content": "", "due": "2026-05-20", "way": "meeting", "expected": "вывод"},
    {"uid": "e3", "title": "Лето", "content": "", "due": "2026-06-05", "way": "visit", "expected": "интерес"},
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


def teacher(name: str = "Иванова Мария Петровна", school: str = "t1-01") -> Participant:
    person = people.add_participant(
        factories.school(school),
        people.PersonDetails(name, PersonKind.TEACHER, 1980, employee=True, post="учитель"),
        mentor=people.MentorDetails(SEPTEMBER),
    )
    people.give_consent(person, people.ConsentDetails(ConsentKind.MENTOR_ADULT, SEPTEMBER))
    return person


def pupil(name: str, group: str, school: str = "t1-01") -> Participant:
    person = people.add_participant(
        factories.school(school),
        people.PersonDetails(name, PersonKind.PUPIL, 2012, sex="male", group=group),
        mentee=people.MenteeDetails(SEPTEMBER, request="математика"),
    )
    consent = people.ConsentDetails(ConsentKind.STUDENT_UNDER14, SEPTEMBER, representative_signed=True)
    people.give_consent(person, consent)
    return person


def pair(mentor: Participant, *mentees: Participant, approve: bool = True, **changes: Any) -> Mentorship:
    values: dict[str, Any] = {
        "form": "teacher_pupil",
        "kind": MentoringKind.ONE_TO_ONE if len(mentees) == 1 else MentoringKind.GROUP,
        "starts_on": date(2025, 9, 15),
        "ends_on": date(2027, 5, 31),
        "order_number": "12",
        "order_on": date(2025, 9, 12),
    }
    details = pairing.MentorshipDetails(mentor.id, tuple(m.id for m in mentees), **(values | changes))
    made = pairing.add_mentorship(mentor.school, details)
    if approve:
        pairing.approve_mentorship(made, made.version)
    return made


def running(mentorship: Mentorship) -> Programme:
    """Approved and begun."""
    programme = programmes.add_programme(mentorship)
    programmes.save_plan(programme, ProgrammeForm.to_draft(ANSWERS), programme.version)
    programmes.approve(programme, programme.version, factories.user("head"))
    values = {"meetings": [{"uid": "m1", "held_on": "2025-09-20", "topic": "Знакомство"}], "final": "Цель достигнута"}
    programmes.save_progress(programme, ProgressForm.to_draft(values), programme.version)
    return programme


def completed(mentorship: Mentorship) -> Programme:
    programme = running(mentorship)
    programmes.complete(programme, date(2026, 6, 2), programme.version)
    return programme
