"""Many decisions on one programme at once: exactly one counts, the others are told so and keep their text.

Sixteen on PostgreSQL, where requests really meet; four on SQLite, whose writers queue.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import programme_world as world
import pytest
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.audit.service import verify
from roadmap.database import db
from roadmap.programmes.models import Programme, Review

needs_postgres = pytest.mark.skipif(
    not os.environ.get("TEST_DATABASE_URL"), reason="TEST_DATABASE_URL names no PostgreSQL: requests meet only there"
)
MANY = pytest.mark.parametrize("many", [4, pytest.param(16, marks=[pytest.mark.postgres, needs_postgres])])


@MANY
def test_of_many_decisions_one_counts(app, browser, many):
    with app.app_context():
        programme = world.approved()
        db.session.commit()
        key, version = programme.id, programme.version
    people = [browser("methodist") for _ in range(many)]
    gate = Barrier(many)

    def decide(numbered) -> tuple[str, int]:
        index, person = numbered
        verb = ("agree", "return")[index % 2]
        gate.wait(timeout=30)
        answer = person.post(f"/programmes/{key}/{verb}", {"version": version, "reason": f"Причина {index}."})
        assert answer.status_code == 303 or f"Причина {index}." in answer.text
        return verb, answer.status_code

    with ThreadPoolExecutor(many) as pool:
        answers = list(pool.map(decide, enumerate(people)))
    assert Counter(status for _, status in answers) == {303: 1, 409: many - 1}
    won = next(verb for verb, status in answers if status == 303)
    expected = {"agree": ("approved", Review.AGREED, "agreed"), "return": ("draft", Review.RETURNED, "returned")}[won]
    with app.app_context():
        programme = db.session.get_one(Programme, key)
        assert (programme.state, programme.review) == expected[:2]
        assert [event.verb for event in programme.events] == ["sent", expected[2]]
        decided = AuditEvent.verb.in_(("programme_agreed", "programme_returned"))
        assert db.session.scalar(select(func.count()).where(decided)) == 1
        assert list(verify()) == []
