"""An approved pair and its programme for the tests of programmes."""

from __future__ import annotations

from datetime import date
from typing import Any

import factories
from register_world import ANSWERS as ANSWERS
from register_world import PLAN as PLAN

from roadmap.programmes import service
from roadmap.programmes.forms import ProgrammeForm, ProgressForm
from roadmap.programmes.models import Programme
from roadmap.registers import pairing
from roadmap.registers import service as people
from roadmap.registers.models import Mentorship
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind

SEPTEMBER = date(2025, 9, 1)


def pair(school: str = "t1-01", *, approve: bool = True, consent: bool = True, **changes: Any) -> Mentorship:
    owner = factories.school(school)
    mentor = people.add_participant(
        owner,
        people.PersonDetails("Иванова Мария Петровна", PersonKind.TEACHER, 1980, employee=True, post="учитель"),
        mentor=people.MentorDetails(SEPTEMBER),
    )
    mentee = people.add_participant(
        owner,
        people.PersonDetails("Петров Пётр Ильич", PersonKind.PUPIL, 2012, group="7 А"),
        mentee=people.MenteeDetails(SEPTEMBER, request="математика"),
    )
    if consent:
        people.give_consent(mentor, people.ConsentDetails(ConsentKind.MENTOR_ADULT, SEPTEMBER))
        people.give_consent(
            mentee, people.ConsentDetails(ConsentKind.STUDENT_UNDER14, SEPTEMBER, representative_signed=True)
        )
    values: dict[str, Any] = {
        "form": "teacher_pupil",
        "kind": MentoringKind.ONE_TO_ONE,
        "starts_on": date(2025, 9, 15),
        "ends_on": date(2026, 8, 31),
        "order_number": "12",
        "order_on": date(2025, 9, 12),
    }
    made = pairing.add_mentorship(owner, pairing.MentorshipDetails(mentor.id, (mentee.id,), **(values | changes)))
    if approve:
        pairing.approve_mentorship(made, made.version)
    return made


def draft(mentorship: Mentorship | None = None, **answers: Any) -> Programme:
    programme = service.add_programme(mentorship or pair())
    service.save_plan(programme, ProgrammeForm.to_draft(ANSWERS | answers), programme.version)
    return programme


def approved(mentorship: Mentorship | None = None) -> Programme:
    programme = draft(mentorship)
    service.approve(programme, programme.version, factories.user("head"))
    return programme


def progress(programme: Programme, **answers: Any) -> Programme:
    values = {"meetings": [{"uid": "m1", "held_on": "2025-09-20", "topic": "Знакомство"}]} | answers
    service.save_progress(programme, ProgressForm.to_draft(values), programme.version)
    return programme
