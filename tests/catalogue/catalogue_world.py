"""A Source without a database, and accepted reports to put in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from roadmap.catalogue.base import Accepted, Office, Reference, School, Signatory, Target
from roadmap.catalogue.register_parts import ListedPractice, MenteeRow, MentorRow, PersonalProgramme


def school(number: int) -> School:
    return School(
        f"s{number}",
        f"СШ № {number}",
        f"Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № {number}»",
        f"Муниципального бюджетного общеобразовательного учреждения «Средняя школа № {number}»",
        "п. Северный",
    )


def accepted(
    number: int, answers: Mapping[str, Any], facts: Mapping[str, Any], period: str = "2026", version: int = 1
) -> Accepted:
    return Accepted(
        school=school(number),
        answers=answers,
        facts=facts,
        period=period,
        version=version,
        accepted_on=date(2026, 6, 12),
        accepted_by="Методист",
        sent_on=date(2026, 6, 9),
        reference=Reference("submission", f"{number}-{period}", f"Отчёт СШ № {number}"),
    )


@dataclass
class World:
    owed: Sequence[School] = ()
    reports: Sequence[Accepted] = ()
    earlier: Sequence[Accepted] = ()
    the_owner: School | None = None
    signs: Signatory | None = field(default_factory=lambda: Signatory("Директор", "П.А. Иванова"))
    targets: Mapping[tuple[str, int], Target] = field(default_factory=dict)
    in_base: tuple[Sequence[MentorRow], Sequence[MenteeRow]] = ((), ())
    the_programme: PersonalProgramme | None = None
    the_curators: Sequence[str] = ()
    registry: Sequence[ListedPractice] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    today: date = date(2026, 6, 15)
    as_of: date = date(2026, 6, 15)

    def office(self) -> Office:
        return Office("Управление образования", "Управления образования", "РУО", "гп Северо-Енисейский")

    def owner(self) -> School | None:
        return self.the_owner

    def schools(self, module: str, period: str) -> Sequence[School]:
        return self.owed

    def accepted(self, module: str, period: str) -> Sequence[Accepted]:
        return [report for report in self.reports if report.period == period]

    def history(self, module: str, period: str) -> Sequence[Accepted]:
        return self.earlier

    def setting(self, key: str) -> Any:
        return self.settings.get(key)

    def mentors(self) -> Sequence[MentorRow]:
        return self.in_base[0]

    def mentees(self) -> Sequence[MenteeRow]:
        return self.in_base[1]

    def programme(self) -> PersonalProgramme | None:
        return self.the_programme

    def curators(self) -> Sequence[str]:
        return self.the_curators

    def practices(self) -> Sequence[ListedPractice]:
        return self.registry

    def signatory(self, kind: str) -> Signatory | None:
        return self.signs

    def target(self, indicator: str, year: int) -> Target | None:
        return self.targets.get((indicator, year))
