"""A mentorship's personal programme («персонализированная программа», dossier §4.5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.registers import register
from roadmap.registers.models import Mentorship
from roadmap.registers.words import ProgrammeState
from roadmap.schools.models import School


class Review(Labelled):
    """The methodist's mark beside the state: a programme runs while it waits. Values as of a report's states."""

    NONE = "", "не передана методисту"
    WAITING = "submitted", "ждёт согласования"
    AGREED = "accepted", "согласована"
    RETURNED = "returned", "возвращена на доработку"


class Step(Labelled):
    """A line of a programme's history."""

    SENT = "sent", "Утверждена руководителем, передана методисту"
    WITHDRAWN = "withdrawn", "Возвращена школой в проект"
    AGREED = "agreed", "Согласована"
    RETURNED = "returned", "Возвращена на доработку"


class Programme(Tenant, Base):
    """``plan_draft`` and ``progress_draft`` are raw form data as typed (ProgrammeForm, ProgressForm); the typed answers
    beside them are of the last saving. The passport is derived from the mentorship.

    ``sent_at`` is when the head's approval put it before the methodist, ``check_by`` the norm of the review.
    """

    __tablename__ = "programme"
    __table_args__ = (
        Index(None, "school_id", "starts_on", "id"),
        Index(None, "municipality_id", "starts_on", "id"),
        Index("ix_programme_queue", "municipality_id", "review", "sent_at", "id"),
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
    review: Mapped[str] = mapped_column(String(20), default=Review.NONE.value)
    sent_at: Mapped[datetime | None]
    check_by: Mapped[date | None]
    plan_draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    plan_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress_draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    mentorship: Mapped[Mentorship] = relationship()
    school: Mapped[School] = relationship()
    events: Mapped[list[ProgrammeEvent]] = relationship(order_by="ProgrammeEvent.at", back_populates="programme")
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> ProgrammeState:
        return ProgrammeState(self.state)

    @property
    def review_label(self) -> Review:
        return Review(self.review)

    @property
    def sent_by_id(self) -> uuid.UUID | None:
        """Whoever approved it put it into the queue, and may not judge it."""
        return self.approved_by_id

    @property
    def remark(self) -> ProgrammeEvent | None:
        """Why it came back, while it waits for its correction."""
        returned = [event for event in self.events if event.verb == Step.RETURNED]
        return returned[-1] if returned and self.review == Review.RETURNED else None

    @property
    def last_day(self) -> date:
        return self.ended_on or self.extended_to_on or self.ends_on

    def facts(self) -> register.Programme:
        names = {"state", "answers", "progress"}
        plain = {name: getattr(self, name) for name in register.Programme.__dataclass_fields__ if name not in names}
        return register.Programme(
            **plain, state=ProgrammeState(self.state), answers=self.plan_answers, progress=self.progress_answers
        )


class ProgrammeEvent(Base):
    """What happened between the school and the methodist; append-only. ``comment`` is the reviewer's reason."""

    __tablename__ = "programme_event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[Programme] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()
