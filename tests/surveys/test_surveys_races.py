"""What two people do at once: one of them is told why not. Real transactions, on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import factories
import survey_world as world
from sqlalchemy import func, select

from roadmap.database import db, unit_of_work
from roadmap.errors import DomainError
from roadmap.surveys import service
from roadmap.surveys.models import SurveyAnswer


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


def test_a_link_is_spent_once(app):
    with app.app_context():
        owner = factories.school("t1-01")
        (token,) = service.issue_links(owner, world.key(), 1, 7, factories.user("curator"))
        db.session.commit()
    told = _at_once(app, lambda: service.answer_by_link(token, world.answers(), "127.0.0.1"))
    assert (told, _count(app, SurveyAnswer)) == (["", "DeadLink"], 1)


def test_a_blank_is_typed_once(app):
    def act() -> None:
        service.enter(factories.school("t1-01"), world.key(), world.answers(), 1, factories.user("curator"))

    assert (_at_once(app, act), _count(app, SurveyAnswer)) == (["", "NumberTaken"], 1)
