"""People who sign in, their server-side sessions, one-time links for passwords, and failed attempts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Role, Tenant
from roadmap.database import Base, new_id
from roadmap.language import initials
from roadmap.schools.models import Municipality, School


class UserRole(Base):
    __tablename__ = "user_role"
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class User(Tenant, Base):
    """An account. One person may be head and curator at once; school roles need a school, the others have none."""

    __tablename__ = "user"
    PARAMETER: ClassVar[str] = "user"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("school.id"), index=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    sort_key: Mapped[str] = mapped_column(String(220))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    municipality: Mapped[Municipality] = relationship()
    school: Mapped[School | None] = relationship()
    role_rows: Mapped[list[UserRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    __mapper_args__ = {"version_id_col": version}

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    session_token: str = ""

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(row.role) for row in self.role_rows)

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    @property
    def short_name(self) -> str:
        """«Иванова И. И.»"""
        return initials(self.full_name)

    def get_id(self) -> str:
        """Flask-Login keeps the opaque token of the session row, never the user's id."""
        return self.session_token

    @classmethod
    def visible_to(cls, user: Any) -> Select[Any]:
        """People are managed by the specialist and the administrator; everybody sees himself."""
        query = select(cls).where(cls.municipality_id == user.municipality_id)
        return query if _manages_people(user) else query.where(cls.id == user.id)

    def may_view(self, user: Any) -> bool:
        return self.municipality_id == user.municipality_id and (_manages_people(user) or self.id == user.id)


def _manages_people(user: Any) -> bool:
    return not user.roles.isdisjoint({Role.SPECIALIST, Role.ADMIN})


class UserSession(Base):
    """A signed-in browser. The cookie holds the token, the row its sha256, so a stolen table opens nothing."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class PasswordLink(Base):
    """A one-time link by which an invited person, or one who forgot it, sets a password."""

    __tablename__ = "password_link"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    issued_by_id: Mapped[uuid.UUID | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """Counters of the sign-in limits, shared by all processes. ``who`` and ``address`` are keyed hashes."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index(None, "who", "at"), Index(None, "address", "at"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    who: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
