"""A mentorship's personal programme («персонализированная программа», dossier §4.5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.database import Base, new_id
from roadmap.registers import register
from roadmap.registers.models import Mentorship
from roadmap.registers.words import ProgrammeState
from roadmap.schools.models import School


class Programme(Tenant, Base):
    """``plan_draft`` and ``progress_draft`` are raw form data as typed (ProgrammeForm, ProgressForm); the typed answers
    beside them are of the last saving. The passport is derived from the mentorship."""

    __tablename__ = "programme"
    __table_args__ = (
        Index(None, "school_id", "starts_on", "id"),
        Index(None, "municipality_id", "starts_on", "id"),
        CheckConstraint("ends_on >= starts_on", name="term"),
    )
    PARAMETER: ClassVar[str] = "programme"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    mentorship_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mentorship.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=ProgrammeState.DRAFT.value)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    extended_to_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(1000), default="")  # of the extension or of the early end
    plan_draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    plan_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress_draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    mentorship: Mapped[Mentorship] = relationship()
    school: Mapped[School] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> ProgrammeState:
        return ProgrammeState(self.state)

    @property
    def last_day(self) -> date:
        return self.ended_on or self.extended_to_on or self.ends_on

    def facts(self) -> register.Programme:
        names = {"state", "answers", "progress"}
        plain = {name: getattr(self, name) for name in register.Programme.__dataclass_fields__ if name not in names}
        return register.Programme(
            **plain, state=ProgrammeState(self.state), answers=self.plan_answers, progress=self.progress_answers
        )
