"""Lists of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from roadmap.accounts.models import User
from roadmap.database import db


def people(user: Any) -> Sequence[User]:
    """Everybody the user may manage, by surname."""
    query = User.visible_to(user).options(joinedload(User.school)).order_by(User.sort_key, User.username)
    return db.session.scalars(query).all()
