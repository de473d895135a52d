"""Municipalities, their schools, the yearly school card, and dated settings."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.database import Base, new_id


class Municipality(Base):
    """The tenant. ``code`` orders municipalities: the first one is the lowest."""

    __tablename__ = "municipality"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_gen: Mapped[str] = mapped_column(String(200))


class School(Tenant, Base):
    """An educational organization (ОО). ``code`` is unique in the whole installation."""

    __tablename__ = "school"
    __table_args__ = (Index(None, "municipality_id", "sort_key"),)
    PARAMETER: ClassVar[str] = "school"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    short_name: Mapped[str] = mapped_column(String(120))
    full_name: Mapped[str] = mapped_column(String(400))
    full_name_gen: Mapped[str] = mapped_column(String(400))
    place: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    sort_key: Mapped[str] = mapped_column(String(140))
    active: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date]  # owes what is reported for periods that end on or after this day
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    municipality: Mapped[Municipality] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def school_id(self) -> uuid.UUID:
        """A school belongs to itself: its people see it and no other."""
        return self.id


class SchoolCard(Tenant, Base):
    """«Карточка ОО» of one school year (1 September to 31 August), filled in September and confirmed in May.

    ``pupils`` maps birth year to the number of pupils: {"2012": 31}.
    """

    __tablename__ = "school_card"
    __table_args__ = (
        UniqueConstraint("school_id", "year"),
        CheckConstraint("teachers >= 0 AND early_career_teachers >= 0", name="not_negative"),
        CheckConstraint("early_career_teachers <= teachers", name="early_career_within_teachers"),
    )
    PARAMETER: ClassVar[str] = "card"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    year: Mapped[int]  # the calendar year of its September
    pupils: Mapped[dict[str, int]] = mapped_column(JSON)
    teachers: Mapped[int]
    early_career_teachers: Mapped[int]
    site_section_url: Mapped[str] = mapped_column(String(400), default="")
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[uuid.UUID | None]
    confirmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def pupils_total(self) -> int:
        return sum(self.pupils.values())

    @property
    def pupils_10_19(self) -> int:
        return self.pupils_aged(10, 19, self._year_ends)

    @property
    def pupils_15_19(self) -> int:
        return self.pupils_aged(15, 19, self._year_ends)

    @property
    def _year_ends(self) -> date:
        """Ages are told for the calendar year in which the school year ends, when the June report is due."""
        return date(self.year + 1, 8, 31)

    def pupils_aged(self, first: int, last: int, on: date) -> int:
        """Pupils of ``first``–``last`` years inclusive; age is the calendar year less the birth year (dossier §3.3)."""
        return sum(count for birth_year, count in self.pupils.items() if first <= on.year - int(birth_year) <= last)


class Setting(Base):
    """A dated setting of a municipality with its source: names, thresholds, targets; the newest valid one holds.

    What prints in an official paper and may be wrong or change lives here, never in code (rules.md 13, 20).
    """

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("municipality_id", "key", "valid_from"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source_note: Mapped[str] = mapped_column(Text, default="")
