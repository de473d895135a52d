"""Local acts of schools. The school's programme or roadmap is the act of item L3 with a kind and a period."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.acts.checklist import Item, Paper
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.schools.models import School

KEPT = text("replaces_id IS NOT NULL AND removed_at IS NULL")


class ProgrammeKind(Labelled):
    """«Дорожные карты или программы в каждой ОО» (dossier §4.1)."""

    ROADMAP = "roadmap", "дорожная карта"
    PROGRAMME = "programme", "программа"


class LocalAct(Tenant, Base):
    """An act with what its reader needs to find it (dossier §4.2).

    An act is replaced by a later one and stays readable; a mistaken entry is removed with a reason and stays in the
    history. ``replaces_id`` is unique among the acts that are kept.
    """

    __tablename__ = "local_act"
    __table_args__ = (
        Index("uq_local_act_replaces", "replaces_id", unique=True, sqlite_where=KEPT, postgresql_where=KEPT),
        Index(None, "municipality_id", "school_id", "item"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        CheckConstraint("period_end IS NULL OR period_end >= period_start", name="period"),
        CheckConstraint("(item = 'L3') = (programme_kind != '')", name="programme_has_kind"),
        CheckConstraint("item != 'L3' OR (period_start IS NOT NULL AND period_end IS NOT NULL)", name="has_period"),
        CheckConstraint("item != 'L3' OR link != '' OR sha256 IS NOT NULL", name="programme_has_material"),
        CheckConstraint("removed_at IS NULL OR removed_reason != ''", name="removed_has_reason"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity_positive"),
    )
    PARAMETER: ClassVar[str] = "act"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    item: Mapped[str] = mapped_column(String(3))
    title: Mapped[str] = mapped_column(String(400))
    number: Mapped[str] = mapped_column(String(60))
    approved_on: Mapped[date]
    approved_by: Mapped[str] = mapped_column(String(200))
    council_number: Mapped[str] = mapped_column(String(60), default="")  # the pedagogical council's minutes
    council_on: Mapped[date | None]
    programme_kind: Mapped[str] = mapped_column(String(20), default="")
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    quantity: Mapped[int | None]
    link: Mapped[str] = mapped_column(String(400), default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("local_act.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School] = relationship()
    replaces: Mapped[LocalAct | None] = relationship(remote_side=[id], foreign_keys=[replaces_id])
    replacements: Mapped[list[LocalAct]] = relationship(foreign_keys=[replaces_id], viewonly=True)
    __mapper_args__ = {"version_id_col": version}

    @property
    def kind_label(self) -> str:
        return ProgrammeKind(self.programme_kind).label if self.programme_kind else Item(self.item).label

    @property
    def has_material(self) -> bool:
        return bool(self.link) or self.sha256 is not None

    @property
    def replaced_by(self) -> LocalAct | None:
        return next((one for one in self.replacements if one.removed_at is None), None)

    @property
    def in_force_to(self) -> date | None:
        """The last day: its own, or the day before the act that replaces it, whichever comes first."""
        after = self.replaced_by
        if after is None:
            return self.valid_to
        last = after.valid_from - timedelta(days=1)
        return last if self.valid_to is None else min(last, self.valid_to)

    def in_force(self, on: date) -> bool:
        last = self.in_force_to
        return self.removed_at is None and self.valid_from <= on and (last is None or last >= on)

    def as_paper(self) -> Paper:
        return Paper(Item(self.item), self.valid_from, self.in_force_to, self.has_material)
