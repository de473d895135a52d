"""What is entered of a person, of his cards and of a consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from roadmap.registers.words import Basis, ConsentKind, PersonKind


@dataclass(frozen=True)
class PersonDetails:
    """``sex`` "male", "female" or None: then it is told by the name and marked «проверьте».

    ``employee`` None is told by the kind: a teacher works at this school unless somebody says otherwise.
    """

    full_name: str
    kind: PersonKind
    birth_year: int | None = None
    sex: str | None = None
    employee: bool | None = None
    group: str = ""
    post: str = ""
    category: str = ""
    experience_years: int | None = None
    enterprise: str = ""
    contact: str = ""


@dataclass(frozen=True)
class MentorDetails:
    entered_on: date
    trained_on: date | None = None
    left_on: date | None = None
    competences: str = ""
    achievements: str = ""
    interests: str = ""
    wished_age: str = ""
    time: str = ""
    testimonial_url: str = ""


@dataclass(frozen=True)
class MenteeDetails:
    entered_on: date
    completed_on: date | None = None
    request: str = ""
    result: str = ""
    testimonial_url: str = ""
    passed: bool = False


@dataclass(frozen=True)
class ConsentDetails:
    kind: ConsentKind
    given_on: date
    basis: Basis = Basis.CONSENT
    valid_to: date | None = None
    paper_number: str = ""
    own_signed: bool = False
    representative_signed: bool = False
    came_of_age: bool = False
    addendum_number: str = ""
    addendum_on: date | None = None
    payment_basis: str = ""
