"""Lists of people, and what they are called in the journal."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roadmap.accounts.models import User
from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.language import initials


def people(user: Any) -> Sequence[User]:
    """Everybody the user may manage, by surname."""
    query = User.visible_to(user).options(joinedload(User.school)).order_by(User.sort_key, User.username)
    return db.session.scalars(query).all()


def short_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """«Иванова И. И.» by id."""
    rows = db.session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))
    return {row.id: initials(row.full_name) for row in rows}


name_subjects("User", short_names)
