"""Two people at once: real transactions in two threads, on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from sqlalchemy import func, select

from roadmap.database import db, unit_of_work
from roadmap.errors import DomainError


def at_once(app, act: Callable[[], object]) -> list[str]:
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


def count_rows(app, model) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model))
        db.session.rollback()
    return found or 0
