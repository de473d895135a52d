"""An upload: its rows while they are previewed, and what each of them did, so that the whole can be undone."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.labels import Labelled
from roadmap.schools.models import School
from roadmap.workbooks.columns import Kind


class BatchState(Labelled):
    PREVIEW = "preview", "ждёт решения"
    TAKEN = "taken", "загружено"
    UNDONE = "undone", "отменено"

    @property
    def colour(self) -> str:
        """The class of a badge that the style sheet knows."""
        return {"preview": "draft", "taken": "accepted", "undone": "closed"}[self.value]


class ImportBatch(Tenant, Base):
    """One upload of a school. The figures are those of the taking; a preview counts its rows anew each time."""

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "school_id", "kind", "created_at"),)
    PARAMETER: ClassVar[str] = "batch"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default=BatchState.PREVIEW.value)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[User | None] = relationship()
    school: Mapped[School] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(
        back_populates="batch", cascade="all, delete-orphan", order_by="ImportRow.number"
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def kind_label(self) -> Kind:
        return Kind(self.kind)

    @property
    def state_label(self) -> BatchState:
        return BatchState(self.state)


class ImportRow(Base):
    """A row as typed (``texts``, emptied once taken: names live in the register alone) and what it did.

    ``object_id`` is the record it made or changed and ``object_version`` the record's version right after; the state
    before is the revision ``revision_id``, so that erasing a person reaches it too. ``kept`` holds what revisions do
    not: nothing that names anybody.
    """

    __tablename__ = "import_row"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    number: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    problems: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    object_id: Mapped[uuid.UUID | None]
    object_version: Mapped[int | None]
    made: Mapped[bool] = mapped_column(default=False)
    revision_id: Mapped[int | None] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("register_revision.id")
    )
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    batch: Mapped[ImportBatch] = relationship(back_populates="rows")
