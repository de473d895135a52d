"""Demonstration data: invented municipalities, people and reports from a fixed seed, the same on every load.

What happened is replayed through the services with the clock at its moment, from September 2022 until the day before
the office's today: so a newcomer sees deadlines alive whenever the demo is loaded.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator

from sqlalchemy import select

from roadmap import clock
from roadmap.accounts.models import User
from roadmap.database import db, ids_from
from roadmap.demo.editions import current_edition, founding_edition
from roadmap.demo.history import replay
from roadmap.schools.models import Municipality

NAMESPACE = uuid.UUID("5b0e7a52-9a3c-5d1e-8f46-2c7d1e90b8a4")


def accounts_exist() -> bool:
    return db.session.scalar(select(User.id).where(User.username == "head-1")) is not None


def load() -> bool:
    """Fills the database, unless it was done before: then False and nothing changes. The caller commits."""
    if accounts_exist():
        return False
    with ids_from(_ids()):
        replay(clock.today())
        db.session.flush()
    return True


def add_founding_editions(municipality_id: uuid.UUID) -> None:
    """2022–2024 and the edition that follows it, both in force on their dates (rules.md 2)."""
    municipality = db.session.get_one(Municipality, municipality_id)
    founding_edition(municipality)
    current_edition(municipality)


def _ids() -> Iterator[uuid.UUID]:
    return (uuid.uuid5(NAMESPACE, str(number)) for number in itertools.count())
