"""Figures of the registers as on a date: pure, over frozen values. Dossier §3.3.

Distinct people once; drafts don't count; «вошёл в программу» = entered by the date and not completed before the period.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import date

from roadmap.registers.register import Mentorship, Person, Programme, Register, overlap
from roadmap.registers.words import PersonKind, ProgrammeState

RUNNING = (ProgrammeState.RUNNING, ProgrammeState.EXTENDED)


def school_counts(register: Register, on: date, period_start: date, early_career_years: int) -> dict[str, int]:
    """The numbers that the June report asks for, by the names of its fields, for ``period_start``–``on`` inclusive."""
    working = working_mentorships(register, on, period_start)
    mentors = distinct(register, (m.mentor_id for m in working), lambda p: _mentors(p, on, period_start))
    mentees = distinct(register, _mentee_ids(working, on, period_start), lambda p: _is_mentored(p, on, period_start))
    teachers = {p.id for p in (*mentors, *mentees) if p.kind is PersonKind.TEACHER and p.employee}
    mentee_teachers = [p for p in mentees if p.kind is PersonKind.TEACHER]
    pupils = [p for p in mentees if p.kind is PersonKind.PUPIL]
    early = [p for p in mentee_teachers if p.employee and _early_career(p, on, early_career_years)]
    return {
        "pupil_mentees": sum(aged(p, 10, 19, on) for p in pupils),
        "pupil_mentors": sum(p.kind is PersonKind.PUPIL and aged(p, 15, 19, on) for p in mentors),
        "early_career_mentees": len(early),
        "teachers_involved": len(teachers),
        "pairs": len(working),
        "mentors": len(mentors),
        "mentees_pupils": len(pupils),
        "mentees_teachers": len(mentee_teachers),
        **_programme_counts(register.programmes, on, period_start),
    }


def working_mentorships(register: Register, on: date, period_start: date) -> list[Mentorship]:
    """Pairs and groups, drafts left out, that have some day in the period and a mentor in the register."""
    return [m for m in register.mentorships if m.worked and m.touches(period_start, on)]


def aged(person: Person, first: int, last: int, on: date) -> bool:
    """``first``–``last`` years inclusive; without a birth year nobody is counted."""
    age = person.age(on)
    return age is not None and first <= age <= last


def distinct(register: Register, ids: Iterable[uuid.UUID], fits: Callable[[Person], bool]) -> list[Person]:
    """Each person once, in the order of first mention, who is in the register and fits."""
    found = [register.people[key] for key in dict.fromkeys(ids) if key in register.people]
    return [person for person in found if fits(person)]


def _mentee_ids(working: Iterable[Mentorship], on: date, period_start: date) -> Iterable[uuid.UUID]:
    for mentorship in working:
        for member in mentorship.members:
            if overlap(member.since, mentorship.member_last_day(member), period_start, on):
                yield member.person_id


def _mentors(person: Person, on: date, period_start: date) -> bool:
    card = person.mentor
    return card is not None and card.entered_on <= on and (card.left_on is None or card.left_on >= period_start)


def _is_mentored(person: Person, on: date, period_start: date) -> bool:
    card = person.mentee
    return (
        card is not None and card.entered_on <= on and (card.completed_on is None or card.completed_on >= period_start)
    )


def _early_career(person: Person, on: date, years: int) -> bool:
    """«Стаж от 0 до 3 лет»: the upper bound is a setting, inclusive."""
    experience = person.experience(on)
    return experience is not None and experience <= years


def _programme_counts(programmes: Iterable[Programme], on: date, period_start: date) -> dict[str, int]:
    """Of the period, also drafts in ``total``; each approved one is in the state that it has reached."""
    known = [p for p in programmes if overlap(p.starts_on, p.last_day, period_start, on)]
    return {
        "programmes_total": len(known),
        "programmes_approved": sum(p.state is not ProgrammeState.DRAFT for p in known),
        "programmes_running": sum(p.state in RUNNING for p in known),
        "programmes_completed": sum(p.state is ProgrammeState.COMPLETED for p in known),
        "programmes_stopped": sum(p.state is ProgrammeState.STOPPED for p in known),
    }
