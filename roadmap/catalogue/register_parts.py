"""What documents see of the registers: people of the bases, a personal programme, practices of the registry.

Names stand here as they may be printed: «Участник № 7» for one without a valid consent, whose `named` is False and
whose personal fields are blank (dossier §8.3).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from roadmap.catalogue.figures import Reference


@dataclass(frozen=True)
class MentorRow:
    """A line of «База наставников» (dossier §4.4); `mentees` and what follows from them are told by the pairs."""

    name: str
    named: bool
    contact: str
    place: str
    competences: str
    achievements: str
    interests: str
    wished_age: str
    time: str
    entered_on: date
    mentees: tuple[str, ...]
    forms: tuple[str, ...]
    mentee_places: tuple[str, ...]
    left_on: date | None
    results: tuple[str, ...]
    link: str
    reference: Reference


@dataclass(frozen=True)
class MenteeRow:
    """A line of «База наставляемых» (dossier §4.3). `contact` may be the representative's."""

    name: str
    named: bool
    contact: str
    birth_year: str
    request: str
    entered_on: date
    mentors: tuple[str, ...]
    forms: tuple[str, ...]
    mentor_places: tuple[str, ...]
    completed_on: date | None
    results: tuple[str, ...]
    link: str
    passed: bool
    reference: Reference


@dataclass(frozen=True)
class ProgrammePerson:
    """A participant of a programme: `signs_as` «М. П. Иванова»; `post` the post or the class; `experience` full years.

    `with_representative`: the legal representative signs too (dossier §4.5, rules 17).
    """

    name: str
    named: bool
    signs_as: str
    post: str
    experience: int | None = None
    category: str = ""
    with_representative: bool = False


@dataclass(frozen=True)
class PlanEvent:
    """A line of the plan; `done_on` and `actual` are what became of it."""

    title: str
    content: str
    due: date | None
    way: str
    expected: str
    done_on: date | None
    actual: str


@dataclass(frozen=True)
class Change:
    """«Было – стало» of one measured thing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Control:
    """An interim or final control: its day and conclusion, blank until it is held."""

    on: date | None
    conclusion: str


@dataclass(frozen=True)
class PersonalProgramme:
    """A pair's or group's programme (dossier §4.5), texts as typed. `draft`: not approved yet.

    `end` is «», «extended» or «stopped», with its `reason`; `last_day` is told by them.
    """

    group: bool
    title: str  # the pair's or group's own name; may be blank
    order_number: str
    order_on: date | None
    model: str
    form: str
    role_variant: str
    kind: str
    mentor: ProgrammePerson
    mentees: tuple[ProgrammePerson, ...]
    starts_on: date
    ends_on: date
    last_day: date
    mode: str
    frequency: str
    request: str
    aim: str
    tasks: str
    directions: str
    expected: str
    plan: tuple[PlanEvent, ...]
    changes: tuple[Change, ...]
    interim: Control
    final: Control
    end: str
    reason: str
    draft: bool
    state: str
    reference: Reference


@dataclass(frozen=True)
class ListedPractice:
    """A practice of the registry (dossier §4.6). `score` of 50 is None under two experts."""

    title: str
    school: str
    authors: str
    form: str
    summary: str
    results: str
    score: Decimal | None
    presented: tuple[str, ...]  # «РАОП: размещена 01.06.2026», events
    links: tuple[str, ...]
    reference: Reference
