"""Practice cards, the experts' scores, mentors in communities, and events that spread practices."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant, is_office
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.registers.words import FORMS, MentoringKind
from roadmap.schools.models import School

EXPERTS_NEEDED = 2  # a score of fewer experts is not shown


class Criterion(Labelled):
    """Five criteria of 1–10 points each, 50 at most (dossier §4.6)."""

    RESULT = "result", "Результативность"
    EFFICIENCY = "efficiency", "Эффективность"
    UNIQUENESS = "uniqueness", "Уникальность"
    REPLICATION = "replication", "Возможность тиражирования"
    SCALING = "scaling", "Возможность масштабирования"


class PracticeState(Labelled):
    DRAFT = "draft", "черновик"
    SUBMITTED = "submitted", "представлена"
    INCLUDED = "accepted", "включена в реестр"
    REJECTED = "returned", "отклонена"


class Level(Labelled):
    SCHOOL = "school", "школьный"
    MUNICIPAL = "municipal", "муниципальный"
    REGIONAL = "regional", "региональный"


class RaopState(Labelled):
    """Where the practice stands with РАОП."""

    NONE = "none", "не подавалась"
    SENT = "sent", "подана"
    PLACED = "placed", "размещена"


class Practice(Tenant, Base):
    """A practice card (dossier §4.6). ``round`` counts how often it was submitted: experts score one round."""

    __tablename__ = "practice"
    __table_args__ = (
        Index(None, "municipality_id", "school_id", "state"),
        CheckConstraint("period_end IS NULL OR period_end >= period_start", name="period"),
        CheckConstraint("state != 'returned' OR rejected_reason != ''", name="rejected_has_reason"),
        CheckConstraint("(raop = 'none') = (raop_on IS NULL)", name="raop_dated"),
        CheckConstraint("raop != 'placed' OR raop_link != ''", name="placed_has_link"),
    )
    PARAMETER: ClassVar[str] = "practice"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    state: Mapped[str] = mapped_column(String(20), default=PracticeState.DRAFT.value)
    round: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300))
    authors: Mapped[str] = mapped_column(String(400))
    form: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20), default="")
    level: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(400), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    aim: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    results: Mapped[str] = mapped_column(Text, default="")
    replication: Mapped[str] = mapped_column(Text, default="")
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    link: Mapped[str] = mapped_column(String(400), default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    raop: Mapped[str] = mapped_column(String(20), default=RaopState.NONE.value)
    raop_on: Mapped[date | None]
    raop_link: Mapped[str] = mapped_column(String(400), default="")
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    rejected_reason: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School] = relationship()
    reviews: Mapped[list[PracticeReview]] = relationship(back_populates="practice")
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> PracticeState:
        return PracticeState(self.state)

    @property
    def form_label(self) -> str:
        return FORMS[self.form].label

    @property
    def kind_label(self) -> str:
        return MentoringKind(self.kind).label if self.kind else ""

    @property
    def level_label(self) -> str:
        return Level(self.level).label

    @property
    def raop_label(self) -> str:
        return RaopState(self.raop).label

    @property
    def scored(self) -> list[PracticeReview]:
        """The given scores of the present round."""
        return [review for review in self.reviews if review.round == self.round and review.scored_at is not None]

    @property
    def score(self) -> Decimal | None:
        """The mean of the experts' sums, of 50, to one decimal half up; None under two experts."""
        given = self.scored
        if len(given) < EXPERTS_NEEDED:
            return None
        return (Decimal(sum(one.total for one in given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP)


_BOUNDS = " AND ".join(f"{criterion.value} BETWEEN 1 AND 10" for criterion in Criterion)
_NULLS = " AND ".join(f"{criterion.value} IS NULL" for criterion in Criterion)
_GIVEN = " AND ".join(f"{criterion.value} IS NOT NULL" for criterion in Criterion)


class PracticeReview(Tenant, Base):
    """An expert's invitation to one round and, once given, the five scores: all of them or none.

    An expert sees the card through it, and nothing else of the school.
    """

    __tablename__ = "practice_review"
    __table_args__ = (
        UniqueConstraint("practice_id", "round", "expert_id"),
        CheckConstraint(
            f"(scored_at IS NULL AND {_NULLS}) OR (scored_at IS NOT NULL AND {_GIVEN} AND {_BOUNDS})",
            name="scored_whole",
        ),
    )
    PARAMETER: ClassVar[str] = "review"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice.id"))
    round: Mapped[int]
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    result: Mapped[int | None]
    efficiency: Mapped[int | None]
    uniqueness: Mapped[int | None]
    replication: Mapped[int | None]
    scaling: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    invited_at: Mapped[datetime]
    scored_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    practice: Mapped[Practice] = relationship(back_populates="reviews")
    expert: Mapped[User] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def total(self) -> int:
        return sum(getattr(self, criterion.value) or 0 for criterion in Criterion)

    @classmethod
    def visible_to(cls, user: Any) -> Select[Any]:
        query = select(cls).where(cls.municipality_id == user.municipality_id)
        return query if is_office(user) else query.where(cls.expert_id == user.id)

    def may_view(self, user: Any) -> bool:
        return self.municipality_id == user.municipality_id and (is_office(user) or self.expert_id == user.id)


class CommunityMember(Tenant, Base):
    """A mentor of a school in a professional community (measure 4.3)."""

    __tablename__ = "community_member"
    __table_args__ = (Index(None, "municipality_id", "school_id"),)
    PARAMETER: ClassVar[str] = "member"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    mentor: Mapped[str] = mapped_column(String(200))
    community: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    activity: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def level_label(self) -> str:
        return Level(self.level).label


class PracticeEvent(Tenant, Base):
    """A thematic event, planned and then held, of a school or (without one) of the office (measure 4.2)."""

    __tablename__ = "practice_event"
    __table_args__ = (
        Index(None, "municipality_id", "school_id", "planned_on"),
        CheckConstraint("participants IS NULL OR held_on IS NOT NULL", name="participants_of_held"),
        CheckConstraint("participants IS NULL OR participants >= 0", name="participants_count"),
    )
    PARAMETER: ClassVar[str] = "event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    practice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice.id"))
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(400))
    participants: Mapped[int | None]
    link: Mapped[str] = mapped_column(String(400), default="")
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School | None] = relationship()
    practice: Mapped[Practice | None] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def level_label(self) -> str:
        return Level(self.level).label
