"""The Source that contexts see: one municipality (and one school, for a school's paper) on one day.

It joins what the slices offer: answers of reports, the registers, the practices, the settings.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Self

from roadmap.catalogue.base import Accepted, Office, Signatory, Target
from roadmap.catalogue.base import School as PrintedSchool
from roadmap.catalogue.register_parts import ListedPractice, MenteeRow, MentorRow, PersonalProgramme
from roadmap.documents.practice_source import listed_practices
from roadmap.documents.queries import curators_of, signatory_on
from roadmap.documents.register_source import RegisterPart
from roadmap.schools.models import Municipality, School
from roadmap.schools.queries import DEFAULTS, setting_rows
from roadmap.submissions.queries import accepted, owing, previous_period, printed_school


class DatabaseSource:
    """``as_of`` dates the registers and the settings; answers are those accepted by now, and whoever signs signs today.

    ``school`` None is the whole municipality; ``object_id`` names the pair whose paper is made.
    """

    def __init__(
        self,
        municipality: Municipality,
        school: School | None,
        today: date,
        as_of: date,
        object_id: uuid.UUID | None = None,
    ) -> None:
        self.municipality, self.school = municipality, school
        self.today, self.as_of, self.object_id = today, as_of, object_id
        self._rows = {row.key: row for row in setting_rows(municipality.id, as_of)}
        self._accepted: dict[tuple[str, str], list[Accepted]] = {}

    def office(self) -> Office:
        return Office(
            full_name=self.setting("office_full_name") or "",
            full_name_gen=self.setting("office_full_name_gen") or "",
            short_name=self.setting("office_short_name") or "",
            place=self.setting("office_place") or "",
            details=self.setting("office_details") or "",
            municipality_gen=self.municipality.name_gen,
            abbreviations=self.setting("abbreviations") or {},
        )

    def owner(self) -> PrintedSchool | None:
        return printed_school(self.school) if self.school is not None else None

    def schools(self, module: str, period: str) -> Sequence[PrintedSchool]:
        found = owing(self.municipality.id, module, period)
        return [printed_school(one) for one in found if self.school is None or one.id == self.school.id]

    def accepted(self, module: str, period: str) -> Sequence[Accepted]:
        key = module, period
        if key not in self._accepted:
            self._accepted[key] = accepted(self.municipality.id, module, period, self._school_id())
        return self._accepted[key]

    def history(self, module: str, period: str) -> Sequence[Accepted]:
        before = previous_period(self.municipality.id, module, period)
        return self.accepted(module, before) if before else []

    def setting(self, key: str) -> Any:
        row = self._rows.get(key)
        return row.value if row is not None else DEFAULTS.get(key)

    def signatory(self, kind: str) -> Signatory | None:
        row = signatory_on(self.municipality.id, self._school_id(), kind, self.today)
        if row is None:
            return None
        return Signatory(post=row.post, name=row.name, acting=row.acting, order=row.order_number)

    def executor(self) -> dict[str, str] | None:
        """{name, phone} of the dated setting; None where the owner has set none (rules.md 7)."""
        value = self.setting(executor_key(self.school))
        return {"name": value["name"], "phone": value["phone"]} if value else None

    def target(self, indicator: str, year: int) -> Target | None:
        """The setting «target.I1.2026»: a number as text, and its source note; without a source there is no plan."""
        row = self._rows.get(f"target.{indicator}.{year}")
        if row is None or not row.source_note:
            return None
        try:
            return Target(Decimal(str(row.value)), row.source_note)
        except InvalidOperation:
            return None

    def mentors(self) -> Sequence[MentorRow]:
        return self.registers.mentors if self.registers else []

    def mentees(self) -> Sequence[MenteeRow]:
        return self.registers.mentees if self.registers else []

    def programme(self) -> PersonalProgramme | None:
        if self.registers is None or self.object_id is None:
            return None
        return self.registers.programme(self.object_id)

    def curators(self) -> Sequence[str]:
        return self._curators

    def practices(self) -> Sequence[ListedPractice]:
        return self._practices

    def about(self, object_id: uuid.UUID) -> Self:
        """The same world for another pair's paper: what was read is shared."""
        other = copy.copy(self)
        other.object_id = object_id
        return other

    @cached_property
    def registers(self) -> RegisterPart | None:
        """A school's own; None for the office, which has none."""
        return RegisterPart(self.school, self.as_of, self.today) if self.school is not None else None

    @cached_property
    def _curators(self) -> list[str]:
        return curators_of(self.school.id) if self.school is not None else []

    @cached_property
    def _practices(self) -> list[ListedPractice]:
        raop = (self.setting("abbreviations") or {}).get("РАОП", "РАОП")
        return listed_practices(self.municipality.id, self.as_of, raop)

    def _school_id(self) -> uuid.UUID | None:
        return self.school.id if self.school is not None else None


def executor_key(school: School | None) -> str:
    """The setting that names who prepares an owner's papers: the office's, or a school's by its code."""
    return f"executor.{school.code}" if school is not None else "executor"
