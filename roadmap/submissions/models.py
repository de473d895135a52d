"""A school's report for one occurrence: its draft, its submitted versions and its history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.plan.models import Occurrence
from roadmap.schools.models import School


class State(Labelled):
    DRAFT = "draft", "черновик"
    SIGN_OFF = "sign_off", "на подписи у руководителя"
    SUBMITTED = "submitted", "отправлено"
    IN_REVIEW = "in_review", "на проверке"
    RETURNED = "returned", "возвращено"
    ACCEPTED = "accepted", "принято"


class Submission(Tenant, Base):
    """One per occurrence. ``draft`` is raw form data as typed; ``number`` the last submitted version, 0 before any.

    ``sent_at`` is when that version was sent, ``first_sent_at`` when the first was (rules.md 1 counts by it).
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("occurrence_id"),
        Index("ix_submission_queue", "municipality_id", "state", "sent_at", "id"),
        Index(None, "municipality_id", "school_id"),
        CheckConstraint("number >= 0", name="number"),
    )
    PARAMETER: ClassVar[str] = "submission"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    occurrence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("occurrence.id"))
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT.value)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    form_version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    number: Mapped[int] = mapped_column(default=0)
    first_sent_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    check_by: Mapped[date | None]  # the reviewer's norm, «проверить до …»
    return_by: Mapped[date | None]  # the school's time after a return, «вернуть до …»
    accepted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    occurrence: Mapped[Occurrence] = relationship()
    school: Mapped[School] = relationship()
    saved_by: Mapped[User | None] = relationship(foreign_keys=[saved_by_id])
    versions: Mapped[list[SubmissionVersion]] = relationship(
        order_by="SubmissionVersion.number", back_populates="submission"
    )
    events: Mapped[list[SubmissionEvent]] = relationship(order_by="SubmissionEvent.at", back_populates="submission")
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> State:
        return State(self.state)

    @property
    def last_version(self) -> SubmissionVersion | None:
        return self.versions[-1] if self.versions else None


class SubmissionVersion(Base):
    """What was sent: typed answers, and the facts (card figures, thresholds) frozen beside them. Never changed but for
    its decision."""

    __tablename__ = "submission_version"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    form_version: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[Submission] = relationship(back_populates="versions")
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class SubmissionEvent(Base):
    """A line of the timeline that both sides read."""

    __tablename__ = "submission_event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[Submission] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()
