"""Plain values of registers for pure tests: no database."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import count
from typing import Any

from roadmap.registers.register import (
    Consent,
    Member,
    MenteeCard,
    MentorCard,
    Mentorship,
    Person,
    Programme,
    Register,
)
from roadmap.registers.words import ConsentKind, MentoringKind, MentorshipState, PersonKind, ProgrammeState

SCHOOL = uuid.UUID(int=1)
ENTERED = date(2025, 9, 1)
STARTS = date(2025, 9, 15)
TODAY = date(2026, 6, 3)
_numbers = count(100)


def key() -> uuid.UUID:
    return uuid.UUID(int=next(_numbers))


def person(kind: PersonKind = PersonKind.TEACHER, birth_year: int | None = 1980, **changes: Any) -> Person:
    """A mentor and a mentee at once, entered on the first of September."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "school_id": SCHOOL,
        "number": number,
        "full_name": f"Человек {number}",
        "kind": kind,
        "birth_year": birth_year,
        "mentor": MentorCard(ENTERED),
        "mentee": MenteeCard(ENTERED),
    }
    return Person(**(values | changes))


def pupil(birth_year: int | None = 2012, **changes: Any) -> Person:
    return person(PersonKind.PUPIL, birth_year, **changes)


def pair(mentor: Person, *mentees: Person, **changes: Any) -> Mentorship:
    """Approved, one to one or a group, for the school year."""
    starts = changes.get("starts_on", STARTS)
    values: dict[str, Any] = {
        "id": key(),
        "school_id": SCHOOL,
        "mentor_id": mentor.id,
        "form": "teacher_pupil",
        "kind": MentoringKind.ONE_TO_ONE if len(mentees) == 1 else MentoringKind.GROUP,
        "starts_on": STARTS,
        "ends_on": date(2026, 8, 31),
        "state": MentorshipState.APPROVED,
        "order_number": "12",
        "order_on": date(2025, 9, 12),
        "members": tuple(Member(mentee.id, starts) for mentee in mentees),
    }
    return Mentorship(**(values | changes))


def consents(*people: Person, given_on: date = ENTERED) -> tuple[Consent, ...]:
    """A valid consent of each for whatever role he has."""
    found = []
    for one in people:
        if one.kind is PersonKind.PUPIL:
            young = one.birth_year is not None and given_on.year - one.birth_year <= 14
            kinds = [ConsentKind.STUDENT_UNDER14 if young else ConsentKind.STUDENT_14_17]
        else:
            kinds = [ConsentKind.MENTOR_ADULT, ConsentKind.MENTEE_ADULT]
        found += [Consent(key(), one.id, kind, given_on, own_signed=True, representative_signed=True) for kind in kinds]
    return tuple(found)


def register(people: Any = (), mentorships: Any = (), given: Any = (), programmes: Any = ()) -> Register:
    return Register({one.id: one for one in people}, tuple(given), tuple(mentorships), tuple(programmes))


def programme(state: ProgrammeState, first: date = STARTS, last: date = date(2026, 5, 31)) -> Programme:
    return Programme(key(), key(), state, first, last)
