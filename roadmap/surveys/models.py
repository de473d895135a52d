"""Answers without names, and the one-time links by which some of them come."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped, mapped_column

from roadmap.access import SCHOOL_ROLES, Tenant
from roadmap.database import Base, new_id
from roadmap.surveys.questions import SCALES

RANGES = " AND ".join(f"({key} IS NULL OR {key} BETWEEN 1 AND 10)" for key in SCALES)


class SurveyAnswer(Tenant, Base):
    """One filled questionnaire. Nothing in it tells who filled it: no name, no link, the day but no hour.

    ``number`` is written on a paper blank by the curator, so that a mistyped one can be found; from a link there is
    none, and such an answer is never shown alone.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        UniqueConstraint("school_id", "year", "form", "stage", "audience", "number"),
        Index(None, "municipality_id", "year", "school_id"),
        CheckConstraint(RANGES, name="scores"),
    )
    PARAMETER: ClassVar[str] = "answer"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    year: Mapped[int]  # the calendar year of the school year's September
    form: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str] = mapped_column(String(10))
    number: Mapped[int | None]
    answered_on: Mapped[date]
    comfort: Mapped[int | None]
    usefulness: Mapped[int | None]
    planning: Mapped[int | None]
    involvement: Mapped[int | None]
    satisfaction: Mapped[int]  # without it an answer says nothing of I5 and I6
    expectations: Mapped[bool | None]
    further: Mapped[bool | None]
    valuable: Mapped[str] = mapped_column(Text, default="")
    missing: Mapped[str] = mapped_column(Text, default="")
    suggestions: Mapped[str] = mapped_column(Text, default="")

    @classmethod
    def visible_to(cls, user: Any) -> Select[Any]:
        """A school's own: the municipality sees aggregates only."""
        query = select(cls).where(cls.municipality_id == user.municipality_id)
        return query.where(cls.school_id == user.school_id) if _at_school(user) else query.where(false())

    def may_view(self, user: Any) -> bool:
        return _at_school(user) and (self.municipality_id, self.school_id) == (user.municipality_id, user.school_id)


def _at_school(user: Any) -> bool:
    return user.school_id is not None and not SCHOOL_ROLES.isdisjoint(user.roles)


class SurveyLink(Base):
    """A one-time link for one respondent. It remembers only that it was used: neither by whom, nor when, nor for which
    answer. The database keeps the token's hash."""

    __tablename__ = "survey_link"
    __table_args__ = (Index(None, "school_id", "year", "form", "stage", "audience"),)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    year: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)
