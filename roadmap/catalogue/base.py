"""What a measure, its form and its documents are, and the only view of the world they get: a Source.

Pure: no database, no request. A measure's module ends with `MEASURE = Measure(...)`; `__init__.py` lists it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from babel.dates import format_date

from roadmap.catalogue.figures import DASH as DASH
from roadmap.catalogue.figures import NO_DATA as NO_DATA
from roadmap.catalogue.figures import NO_PLAN as NO_PLAN
from roadmap.catalogue.figures import NO_SURVEY as NO_SURVEY
from roadmap.catalogue.figures import Figure as Figure
from roadmap.catalogue.figures import Filled as Filled
from roadmap.catalogue.figures import Reference as Reference
from roadmap.catalogue.figures import absent as absent
from roadmap.catalogue.figures import difference as difference
from roadmap.catalogue.figures import fill as fill
from roadmap.catalogue.figures import half_up as half_up
from roadmap.catalogue.figures import ratio as ratio
from roadmap.catalogue.figures import total as total
from roadmap.catalogue.register_parts import ListedPractice, MenteeRow, MentorRow, PersonalProgramme
from roadmap.forms import Answers, Draft, Facts, ReportForm

Scope = Literal["municipality", "school", "mentorship", "event", "blank"]
Input = Literal["period", "as_of", "object"]


@dataclass(frozen=True)
class School:
    """An organisation as documents name it; cases are stored, never made at printing time.

    `details` is the block under its name, lines parted by \\n; it and `place` may be blank.
    """

    code: str
    short_name: str
    full_name: str
    full_name_gen: str
    place: str = ""
    details: str = ""


@dataclass(frozen=True)
class Office:
    """The education office as dated settings name it (rules 20). `abbreviations`: «РУО» → what to print for it.

    `details` is the block of address and telephones under the name, lines parted by \\n; may be blank.
    `municipality_gen` is the municipality in the genitive: «Северо-Енисейского района».
    """

    full_name: str
    full_name_gen: str
    short_name: str
    place: str
    details: str = ""
    municipality_gen: str = ""
    abbreviations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signatory:
    """Who signs (rules 7). `post` as printed: nominative, or genitive after «И.о.» when `acting` by `order` №."""

    post: str
    name: str
    acting: bool = False
    order: str = ""

    def printed_post(self) -> str:
        """«Директор» or «И.о. директора»."""
        return f"И.о. {self.post}" if self.acting else self.post

    def printed_name(self) -> str:
        """«П.А. Каминская» with a no-break space between initials and surname (ГОСТ, dossier §5.1)."""
        return self.name.replace(". ", ".\u00a0")


@dataclass(frozen=True)
class Accepted:
    """An accepted answer of a school, with the facts frozen beside it. Dates are the office's."""

    school: School
    answers: Mapping[str, Any]
    facts: Facts
    period: str  # «2026», «2026-11», «2026-Q4»
    version: int  # of the submission: 1 is the first sent
    accepted_on: date
    accepted_by: str
    sent_on: date
    reference: Reference


@dataclass(frozen=True)
class Target:
    """A planned value and the paper it comes from (rules 13)."""

    value: Decimal
    source_note: str


class Source(Protocol):
    """The world as a context function sees it: one municipality, one moment."""

    @property
    def today(self) -> date:
        """The office's date."""

    @property
    def as_of(self) -> date:
        """The date the figures are taken at."""

    def office(self) -> Office: ...
    def owner(self) -> School | None:
        """The school a school's document is made for; None for a municipal one."""

    def schools(self, module: str, period: str) -> Sequence[School]:
        """Who owes the measure in that period (without «не требуется»), sorted for print."""

    def accepted(self, module: str, period: str) -> Sequence[Accepted]:
        """Accepted answers, upgraded to the module's VERSION, sorted by school; only the owner's if there is one."""

    def history(self, module: str, period: str) -> Sequence[Accepted]:
        """The same for the period before this one; empty when there is none."""

    def setting(self, key: str) -> Any:
        """A dated setting at `as_of`; None when unset."""

    def signatory(self, kind: str) -> Signatory | None:
        """Who signs this kind of document; None when the setting is missing."""

    def target(self, indicator: str, year: int) -> Target | None:
        """The plan for an indicator («I1») in a calendar year; None unless it was entered with its source."""

    def mentors(self) -> Sequence[MentorRow]:
        """The owner's base of mentors as known on `as_of`, sorted for print."""

    def mentees(self) -> Sequence[MenteeRow]: ...
    def programme(self) -> PersonalProgramme | None:
        """The latest programme, as known on `as_of`, of the pair that the document is made for."""

    def curators(self) -> Sequence[str]:
        """Full names of the owner's curators."""

    def practices(self) -> Sequence[ListedPractice]:
        """The municipal registry on `as_of`, by school and title."""


@dataclass(frozen=True)
class DocumentSpec:
    """A kind of document: `kind` «D3»; `template` under doc_templates/. Both functions take (source, period).

    `inputs` say what one paper of the kind is made for: a reported «period» of the measure, a day «as_of» (then the
    period is that day in ISO), an «object» such as a pair; a blank form is made for none and its period is "".
    `short` names the kind in lists; `named`: people stand in it by name, so taking it asks for a reason (dossier §8.3).
    `drafted` names the list of paragraphs in the context that a person may rewrite before signing (dossier §5.3).
    `context` never raises on missing data: it prints «нет данных» and `missing` lists it in sentences beforehand.
    `unready` says in a sentence why no number may be taken yet, "" if one may.
    """

    kind: str
    title: str
    measure: str
    scope: Scope
    template: str
    context: Callable[[Source, str], Filled]
    missing: Callable[[Source, str], list[str]]
    drafted: str = ""
    short: str = ""
    inputs: tuple[Input, ...] = ("period",)
    named: bool = False
    unready: Callable[[Source, str], str] = lambda source, period: ""

    @property
    def goes_to_office(self) -> bool:
        """A school's paper that the office records as incoming: one about an accepted report (rules 6)."""
        return self.scope == "school" and "period" in self.inputs

    def obstacle(self, source: Source, period: str) -> str:
        """Why this paper may not be made ready for signing; "" when nothing stands in the way."""
        if "period" in self.inputs and not source.accepted(self.measure, period):
            return "За этот период ещё нет принятых отчётов: документ формировать не из чего."
        return self.unready(source, period)


@dataclass(frozen=True)
class Measure:
    """A measure's module. `form` is None for a measure without a form.

    `totals(accepted)` are municipal figures by name, right for none, one and many; `upgrade(answers, version)` brings
    answers of an older form VERSION to the present one; `prefill(answers)` drafts the next report from the last;
    `example_facts` go with `example`; `unchanged` is the draft that says «без изменений» in one click, if there is one.
    """

    module: str
    title: str
    form: type[ReportForm] | None
    totals: Callable[[Sequence[Accepted]], dict[str, Figure]]
    upgrade: Callable[[Answers, int], Answers]
    example: Answers
    example_facts: Facts
    documents: tuple[DocumentSpec, ...] = ()
    prefill: Callable[[Answers], Draft] | None = None
    unchanged: Draft | None = None


def upgraded(
    answers: Answers, version: int, present: int, steps: Mapping[int, Callable[[Answers], Answers]]
) -> Answers:
    """Answers of form version `version` brought to `present`; `steps[n]` turns version n into n + 1.

    The given answers are not changed. ValueError for a version from the future or without a way up.
    """
    if not 1 <= version <= present:
        raise ValueError(f"form version {version} is unknown, the present one is {present}")
    for number in range(version, present):
        if number not in steps:
            raise ValueError(f"no step from form version {number}")
        answers = steps[number](answers)
    return answers


def school_year(period: str) -> str:
    """«2026» -> «2025/2026»: a yearly report belongs to the school year that ends in its calendar year."""
    year = int(period[:4])
    return f"{year - 1}/{year}"


def month_title(period: str) -> str:
    """«2026-11» -> «ноябрь 2026 года»."""
    return f"{format_date(date.fromisoformat(f'{period}-01'), 'LLLL y', locale='ru')} года"


def long_date(day: date) -> str:
    """«10 июня 2026 г.» with no-break spaces between day and month and before «г.»."""
    return format_date(day, "d\u00a0MMMM y\u00a0'г'.", locale="ru")


def not_reported(source: Source, module: str, period: str) -> list[School]:
    """Schools that owe the measure and have no accepted answer."""
    reported = {accepted.school.code for accepted in source.accepted(module, period)}
    return [school for school in source.schools(module, period) if school.code not in reported]
