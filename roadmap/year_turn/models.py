"""What the turn of the school year leaves behind, and the confirmations of the bases."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.schools.models import School


class Outcome(Labelled):
    MOVED = "moved", "переведён в следующий класс"
    STAYED = "stayed", "остался в классе"
    LEFT = "left", "выбыл или окончил школу"


class Season(Labelled):
    NOVEMBER = "november", "ноябрь"
    MAY = "may", "май"


class YearTurnMark(Base):
    """A pupil for whom the turn of a year is done: it is not proposed again. No class stands here, so that erasing a
    person leaves nothing behind."""

    __tablename__ = "year_turn_mark"
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the year of the September that begins
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    done_at: Mapped[datetime]


class BaseConfirmation(Base):
    """«База подтверждена»: the day, who did it, and the register's counts as of that day."""

    __tablename__ = "base_confirmation"
    __table_args__ = (
        UniqueConstraint("school_id", "year", "season"),
        Index(None, "municipality_id", "year"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    year: Mapped[int]  # the calendar year of the school year's September
    season: Mapped[str] = mapped_column(String(10))
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    confirmed_by: Mapped[User] = relationship()
    school: Mapped[School] = relationship()
