"""The registers as plain values: what the rules and the counts see, today's or as on a date.

Each is frozen into a revision as JSON and thawed from it, so that the living register and a past one are read alike.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, Self

from roadmap.language import initials
from roadmap.registers.words import (
    Basis,
    ConsentKind,
    MentoringKind,
    MentorshipState,
    PersonKind,
    ProgrammeState,
    form_label,
)

DATES = {"valid_to", "since", "until", "hidden_since"}  # beside all names that end with _on
WORKING = frozenset({MentorshipState.APPROVED, MentorshipState.COMPLETED, MentorshipState.STOPPED})


class Frozen:
    """JSON both ways: dates as ISO, ids as text. A key that an old revision lacks takes its default."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        known = {f.name: _thawed(f.name, data[f.name]) for f in fields(cls) if f.name in data}  # type: ignore[arg-type]
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = _jsonable(asdict(self))  # type: ignore[call-overload]
        return plain


@dataclass(frozen=True)
class MentorCard(Frozen):
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
class MenteeCard(Frozen):
    entered_on: date
    completed_on: date | None = None
    request: str = ""
    result: str = ""
    testimonial_url: str = ""
    passed: bool = False


@dataclass(frozen=True)
class Person(Frozen):
    """``number`` names the person within the school when the name may not be shown."""

    id: uuid.UUID
    school_id: uuid.UUID
    number: int
    full_name: str
    kind: PersonKind
    birth_year: int | None = None
    sex: str | None = None
    employee: bool = False  # works at this school: ст. 351.8 asks it of the mentor (rules.md 16)
    group: str = ""  # «7 А»
    post: str = ""
    category: str = ""
    experience_years: int | None = None  # full years of teaching on experience_on
    experience_on: date | None = None
    enterprise: str = ""
    contact: str = ""
    hidden_since: date | None = None
    name_gen: str = ""  # as confirmed by a person: documents print these and never decline
    name_dat: str = ""
    name_ins: str = ""
    mentor: MentorCard | None = None
    mentee: MenteeCard | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        found = super().of(data)
        return replace(
            found,
            kind=PersonKind(found.kind),
            mentor=MentorCard.of(data["mentor"]) if data.get("mentor") else None,
            mentee=MenteeCard.of(data["mentee"]) if data.get("mentee") else None,
        )

    @property
    def name(self) -> str:
        """The full name, or «Участник № 7» once the consent is withdrawn (dossier §8.3)."""
        return alias(self.number) if self.hidden_since else self.full_name

    @property
    def short_name(self) -> str:
        return alias(self.number) if self.hidden_since else initials(self.full_name)

    @property
    def worker(self) -> bool:
        """A pedagogue or another employee of the school, as opposed to a pupil."""
        return self.kind is PersonKind.TEACHER or self.employee

    def age(self, on: date) -> int | None:
        """The calendar year less the birth year (dossier §3.3)."""
        return None if self.birth_year is None else on.year - self.birth_year

    def experience(self, on: date) -> int | None:
        """Full years of teaching on a day, told forward or back from the day when they were entered."""
        if self.experience_years is None or self.experience_on is None:
            return self.experience_years
        since = self.experience_on
        years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
        return max(0, self.experience_years + years)


@dataclass(frozen=True)
class Consent(Frozen):
    id: uuid.UUID
    person_id: uuid.UUID
    kind: ConsentKind
    given_on: date
    basis: Basis = Basis.CONSENT
    valid_to: date | None = None
    withdrawn_on: date | None = None
    paper_number: str = ""
    own_signed: bool = False
    representative_signed: bool = False
    came_of_age: bool = False  # «исполнилось 14 (18) на дату согласия», rules.md 17
    addendum_number: str = ""
    addendum_on: date | None = None
    payment_basis: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        found = super().of(data)
        return replace(found, kind=ConsentKind(found.kind), basis=Basis(found.basis))

    def valid(self, on: date) -> bool:
        """Given by then, not expired and not withdrawn: the day of withdrawal no longer counts."""
        ended = self.valid_to is not None and self.valid_to < on
        return self.given_on <= on and not ended and not (self.withdrawn_on is not None and self.withdrawn_on <= on)


@dataclass(frozen=True)
class Member(Frozen):
    """A mentee's time in a mentorship."""

    person_id: uuid.UUID
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Mentorship(Frozen):
    id: uuid.UUID
    school_id: uuid.UUID
    mentor_id: uuid.UUID
    form: str
    kind: MentoringKind
    starts_on: date
    state: MentorshipState = MentorshipState.DRAFT
    ends_on: date | None = None  # as planned
    ended_on: date | None = None  # as it was, once completed or stopped
    name: str = ""
    role_variant: str = ""
    order_number: str = ""
    order_on: date | None = None
    reason: str = ""
    result: str = ""
    members: tuple[Member, ...] = field(default=())

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        found = super().of(data)
        return replace(
            found,
            kind=MentoringKind(found.kind),
            state=MentorshipState(found.state),
            members=tuple(Member.of(row) for row in data.get("members", ())),
        )

    @property
    def last_day(self) -> date | None:
        return self.ended_on or self.ends_on

    @property
    def worked(self) -> bool:
        """Drafts don't count (dossier §3.3)."""
        return self.state in WORKING

    @property
    def open(self) -> bool:
        return self.state in (MentorshipState.DRAFT, MentorshipState.APPROVED)

    @property
    def form_label(self) -> str:
        return form_label(self.form)

    def touches(self, first: date, last: date | None) -> bool:
        """Some day of it lies from ``first`` to ``last`` inclusive; None is no end."""
        return overlap(self.starts_on, self.last_day, first, last)

    def member_last_day(self, member: Member) -> date | None:
        ends = [day for day in (member.until, self.last_day) if day is not None]
        return min(ends) if ends else None


@dataclass(frozen=True)
class Programme(Frozen):
    """What is counted of a personal programme; its texts live with the programme itself."""

    id: uuid.UUID
    mentorship_id: uuid.UUID
    state: ProgrammeState
    starts_on: date
    ends_on: date
    extended_to_on: date | None = None
    ended_on: date | None = None
    approved_on: date | None = None
    reason: str = ""  # of the extension or of the early end
    answers: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        found = super().of(data)
        return replace(found, state=ProgrammeState(found.state))

    @property
    def last_day(self) -> date:
        return self.ended_on or self.extended_to_on or self.ends_on


@dataclass(frozen=True)
class Register:
    """A school's (or municipality's) registers; dictionaries by id, in the order of their making."""

    people: Mapping[uuid.UUID, Person] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    mentorships: tuple[Mentorship, ...] = ()
    programmes: tuple[Programme, ...] = ()

    def consents_of(self, person_id: uuid.UUID) -> tuple[Consent, ...]:
        return self._consents_by_person.get(person_id, ())

    @cached_property
    def _consents_by_person(self) -> dict[uuid.UUID, tuple[Consent, ...]]:
        found: dict[uuid.UUID, tuple[Consent, ...]] = {}
        for consent in self.consents:
            found[consent.person_id] = (*found.get(consent.person_id, ()), consent)
        return found


def overlap(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """Two spans of days share a day; None is no end."""
    return (last is None or other_first <= last) and (other_last is None or first <= other_last)


def alias(number: int) -> str:
    """«Участник № 7»: the name of one whose consent is withdrawn."""
    return f"Участник №\u00a0{number}"


def _thawed(name: str, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if name.endswith("_on") or name in DATES:
        return date.fromisoformat(value)
    return uuid.UUID(value) if name == "id" or name.endswith("_id") else value


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | str) else value
