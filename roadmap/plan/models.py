"""Editions of the roadmap, their sections and measures, and the dated occurrences owed by schools and the office."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.plan.rules import Rule, Schedule
from roadmap.schools.models import School


class EditionState(Labelled):
    DRAFT = "draft", "проект"
    PUBLISHED = "published", "действует"


class OccurrenceState(Labelled):
    """What an occurrence looks like to its reader; derived, never stored (dossier §10.1)."""

    UPCOMING = "upcoming", "приём не открыт"
    NOT_STARTED = "not_started", "не начато"
    DRAFT = "draft", "в работе"
    SUBMITTED = "submitted", "на проверке"
    RETURNED = "returned", "возвращено"
    ACCEPTED = "accepted", "исполнено"
    LATE_ACCEPTED = "late_accepted", "исполнено с нарушением срока"
    OVERDUE = "overdue", "просрочено"
    NOT_REQUIRED = "not_required", "не требуется"


class Edition(Tenant, Base):
    """A roadmap with its printed period and, apart from it, the dates it is in force (rules.md 2)."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    PARAMETER: ClassVar[str] = "edition"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    printed_start: Mapped[date]
    printed_end: Mapped[date]
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default=EditionState.DRAFT.value)
    published_at: Mapped[datetime | None]
    sections: Mapped[list[Section]] = relationship(order_by="Section.position", back_populates="edition")


class Section(Base):
    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    edition: Mapped[Edition] = relationship(back_populates="sections")
    measures: Mapped[list[Measure]] = relationship(order_by="Measure.position", back_populates="section")


class Measure(Tenant, Base):
    """A line of the roadmap. ``rule`` is what its phrase says, ``schedule`` what it is run by."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)
    PARAMETER: ClassVar[str] = "measure"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    section_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("section.id"))
    number: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    module: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    deadline: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(Text)
    owed_by_office: Mapped[bool]
    owed_by_schools: Mapped[bool]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    schedule: Mapped[dict[str, Any]] = mapped_column(JSON)
    section: Mapped[Section] = relationship(back_populates="measures")
    edition: Mapped[Edition] = relationship()

    def get_rule(self) -> Rule:
        return Rule.from_json(self.rule)

    def get_schedule(self) -> Schedule:
        return Schedule.from_json(self.schedule)


class Occurrence(Tenant, Base):
    """One instance of a measure that somebody owes: a school, or the office where ``school_id`` is null.

    ``period`` is the stable key of what it reports; ``due`` the nominal date, inclusive. Filling is possible from
    ``opens_on`` until the specialist closes the period.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        Index(
            "uq_occurrence_school",
            "measure_id",
            "school_id",
            "period",
            unique=True,
            sqlite_where=text("school_id IS NOT NULL"),
            postgresql_where=text("school_id IS NOT NULL"),
        ),
        Index(
            "uq_occurrence_office",
            "measure_id",
            "period",
            unique=True,
            sqlite_where=text("school_id IS NULL"),
            postgresql_where=text("school_id IS NULL"),
        ),
        Index(None, "municipality_id", "school_id", "due"),
        CheckConstraint("not_required_reason != '' OR NOT not_required", name="reason_given"),
    )
    PARAMETER: ClassVar[str] = "occurrence"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    measure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("measure.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    period: Mapped[str] = mapped_column(String(20))
    period_start: Mapped[date]
    period_end: Mapped[date]
    opens_on: Mapped[date]
    due: Mapped[date]
    closed_on: Mapped[date | None]
    not_required: Mapped[bool] = mapped_column(default=False)
    not_required_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    measure: Mapped[Measure] = relationship()
    school: Mapped[School | None] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.given_at", back_populates="occurrence")
    __mapper_args__ = {"version_id_col": version}


class Evidence(Tenant, Base):
    """What proves that an occurrence was fulfilled: a short result with its date, and a file or a link."""

    __tablename__ = "evidence"
    __table_args__ = (CheckConstraint("link != '' OR sha256 IS NOT NULL", name="file_or_link"),)
    PARAMETER: ClassVar[str] = "evidence"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    occurrence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    done_on: Mapped[date]
    result: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(400), default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    given_at: Mapped[datetime]
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    occurrence: Mapped[Occurrence] = relationship(back_populates="evidence")
