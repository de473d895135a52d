"""Fifty preparations at once on PostgreSQL, a fifth of them aborted: the journal has no gap and no number twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import factories
import pytest
from application import POSTGRES
from flask import Flask
from sqlalchemy import select

from roadmap.database import db
from roadmap.documents import queries, service
from roadmap.documents.models import Document, Journal
from roadmap.errors import Conflict
from roadmap.schools.queries import first_municipality

TIMES = 50
pytestmark = pytest.mark.skipif(not POSTGRES, reason="TEST_DATABASE_URL не задан: гонка идёт на PostgreSQL")


def _prepare(app: Flask, turn: int, seen: int | None = None) -> str:
    """The number taken, "" where the work was aborted or refused."""
    with app.app_context():
        try:
            municipality = first_municipality()
            assert municipality is not None
            source = service.source_for(municipality, None)
            document = service.prepare(queries.spec_of("D18"), source, "2026", factories.user("specialist"), seen)
            number = document.number
            if turn % 5 == 0:
                db.session.rollback()
                return ""
            db.session.commit()
            return number
        except Conflict:
            db.session.rollback()
            return ""
        finally:
            db.session.remove()


def _all(app: Flask, seen: int | None) -> list[str]:
    with app.app_context():
        factories.accepted("t1-01")
        db.session.commit()
        db.session.remove()
    with ThreadPoolExecutor(10) as pool:
        return [n for n in pool.map(lambda turn: _prepare(app, turn, seen), range(1, TIMES + 1)) if n]


def test_numbers_are_unique_and_without_gaps(app: Flask) -> None:
    taken = _all(app, None)
    assert sorted(taken) == [f"01-18-{n:02}" for n in range(1, 41)]
    with app.app_context():
        assert sorted(db.session.scalars(select(Document.seq))) == list(range(1, 41))
        assert db.session.scalars(select(Journal.last)).all() == [40]


def test_an_impatient_hand_gets_one_number(app: Flask) -> None:
    assert _all(app, 0) == ["01-18-01"]
