"""What two people do at once: one of them is told why not. Real transactions, on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import factories
import turn_world as world
from sqlalchemy import func, select

from roadmap.database import db, unit_of_work
from roadmap.errors import DomainError
from roadmap.registers.models import RegisterRevision
from roadmap.year_turn import queries, service
from roadmap.year_turn.models import BaseConfirmation, YearTurnMark


def _at_once(app, act: Callable[[], object]) -> list[str]:
    """Two threads, each with a transaction of its own; what each was told, «» for success."""
    barrier, told = Barrier(2), []

    def run() -> None:
        with app.app_context():
            barrier.wait(timeout=20)
            try:
                with unit_of_work():
                    act()
                told.append("")
            except DomainError as refusal:
                told.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(told)


def _count(app, model) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model))
        db.session.rollback()
    return found or 0


def test_a_year_is_turned_once(app):
    with app.app_context():
        world.pupil("Аев Пётр Ильич", "5А")
        db.session.commit()
        found = queries.proposal(factories.school("t1-01").id, 2026)
        seen, choices = found.seen, service.usual_choices(found)
        db.session.rollback()
    before = _count(app, RegisterRevision)

    def act() -> None:
        service.run(factories.school("t1-01"), choices, seen, factories.user("curator"))

    assert _at_once(app, act) == ["", "Conflict"]
    assert (_count(app, YearTurnMark), _count(app, RegisterRevision) - before) == (1, 1)


def test_a_base_is_confirmed_once(app):
    told = _at_once(app, lambda: service.confirm(factories.school("t1-01"), factories.user("curator")))
    assert (told, _count(app, BaseConfirmation)) == (["", "WrongState"], 1)
