"""Official papers: their numbers in gapless journals, their frozen bytes, and who signs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.language import period_label
from roadmap.schools.models import School

OF_SCHOOL, OF_OFFICE = text("school_id IS NOT NULL"), text("school_id IS NULL")


def period_words(period: str) -> str:
    """«за 2026 год»; for a paper about one day «на 3 июня 2026 г.»."""
    return f"{'на' if len(period) == 10 else 'за'} {period_label(period)}"


class DocumentState(Labelled):
    RESERVED = "reserved", "подготовлен к подписанию"
    REGISTERED = "registered", "зарегистрирован"
    SIGNED = "signed", "подписан (бумага)"
    ANNULLED = "annulled", "аннулирован"


class Journal(Base):
    """The counter of one organization × kind × year; ``school_id`` null is the office. Kind «in:D3» counts incoming."""

    __tablename__ = "journal"
    __table_args__ = (
        Index(
            "uq_journal_school",
            "school_id",
            "kind",
            "year",
            unique=True,
            sqlite_where=OF_SCHOOL,
            postgresql_where=OF_SCHOOL,
        ),
        Index(
            "uq_journal_office",
            "municipality_id",
            "kind",
            "year",
            unique=True,
            sqlite_where=OF_OFFICE,
            postgresql_where=OF_OFFICE,
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class Document(Tenant, Base):
    """A paper of a school (``school_id``) or of the office. From registration on its bytes never change."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("journal_id", "seq"),
        Index(None, "municipality_id", "school_id", "reserved_at"),
        CheckConstraint("state NOT IN ('registered', 'signed') OR sha256 IS NOT NULL", name="registered_is_frozen"),
        CheckConstraint("state != 'signed' OR scan_sha256 IS NOT NULL", name="signed_has_scan"),
        CheckConstraint("state != 'annulled' OR annulled_reason != ''", name="annulled_has_reason"),
    )
    PARAMETER: ClassVar[str] = "document"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[uuid.UUID | None]  # the pair, where the kind is made for one
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=DocumentState.RESERVED.value)
    journal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("journal.id"))
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(60))
    reserved_at: Mapped[datetime]
    reserved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    registered_on: Mapped[date | None]
    registered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    signatory_post: Mapped[str] = mapped_column(String(200), default="")
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    template_sha256: Mapped[str] = mapped_column(String(64), default="")
    conclusions: Mapped[str] = mapped_column(Text, default="")  # a person's words, a paragraph a line; "" = as drafted
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    scan_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    scan_name: Mapped[str] = mapped_column(String(255), default="")
    scan_media_type: Mapped[str] = mapped_column(String(100), default="")
    signed_at: Mapped[datetime | None]
    annulled_at: Mapped[datetime | None]
    annulled_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School | None] = relationship()
    journal: Mapped[Journal] = relationship()
    registered_by: Mapped[User | None] = relationship(foreign_keys=[registered_by_id])
    incoming: Mapped[Incoming | None] = relationship(back_populates="document")
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> DocumentState:
        return DocumentState(self.state)

    @property
    def period_words(self) -> str:
        return period_words(self.period)


class Incoming(Tenant, Base):
    """The office's record of a school's paper: «вх. № … от …» (rules.md 6)."""

    __tablename__ = "incoming"
    __table_args__ = (UniqueConstraint("journal_id", "seq"), UniqueConstraint("document_id"))
    PARAMETER: ClassVar[str] = "incoming"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    journal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("journal.id"))
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(60))
    received_on: Mapped[date]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    document: Mapped[Document] = relationship(back_populates="incoming")


class SignatoryPeriod(Tenant, Base):
    """Who signs a kind of paper and when (rules.md 7): a dated setting; kind «» is any kind.

    ``post`` prints as it stands; after «И.о.» it is in the genitive. ``name`` is «И. О. Фамилия».
    """

    __tablename__ = "signatory_period"
    __table_args__ = (
        Index(None, "municipality_id", "school_id", "kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("NOT acting OR order_number != ''", name="acting_by_order"),
    )
    PARAMETER: ClassVar[str] = "signatory"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20), default="")
    post: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    acting: Mapped[bool] = mapped_column(default=False)
    order_number: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
