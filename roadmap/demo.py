"""Demonstration data: invented people and reports from a fixed seed."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from roadmap.accounts.models import User
from roadmap.database import db
from roadmap.plan.seed import FOUNDING_TITLE, founding_roadmap, moved
from roadmap.plan.service import draft_edition, publish


def accounts_exist() -> bool:
    return db.session.scalar(select(User.id).where(User.username == "head-1")) is not None


def load() -> bool:
    return False


def add_founding_editions(municipality_id: uuid.UUID) -> None:
    """2022–2024 with its printed period and dates in force, and the edition that follows it (rules.md 2)."""
    founding = draft_edition(municipality_id, FOUNDING_TITLE, date(2022, 1, 1), date(2024, 12, 31), founding_roadmap())
    publish(founding, date(2022, 10, 1), date(2024, 12, 31))
    title = FOUNDING_TITLE.replace("2022-2024", "2025-2027")
    current = draft_edition(municipality_id, title, date(2025, 1, 1), date(2027, 12, 31), moved(founding_roadmap(), 3))
    publish(current, date(2025, 1, 1), date(2027, 12, 31))
