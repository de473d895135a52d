"""Many at once: of parallel decisions, sendings and beginnings exactly one counts, the others are told so.

Sixteen on PostgreSQL, where requests really meet; four on SQLite, whose writers queue.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import factories
import pytest
from filling import events, made, stored
from sqlalchemy import func, select

from roadmap.audit.service import verify
from roadmap.database import db
from roadmap.submissions.models import State, Submission

needs_postgres = pytest.mark.skipif(
    not os.environ.get("TEST_DATABASE_URL"), reason="TEST_DATABASE_URL names no PostgreSQL: requests meet only there"
)
MANY = pytest.mark.parametrize("many", [4, pytest.param(16, marks=[pytest.mark.postgres, needs_postgres])])


def _at_once(browsers, path: str, data: dict[str, object]) -> list[int]:
    """The statuses of the same POST from all browsers, let go at one moment."""
    gate = Barrier(len(browsers))

    def post(person) -> int:
        gate.wait(timeout=30)
        return person.post(path, data).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(post, browsers))


def _chain_is_whole(app) -> bool:
    with app.app_context():
        return list(verify()) == []


@MANY
def test_of_many_accepts_one_counts(app, browser, many):
    key, version = made(app, factories.sent)
    people = [browser("methodist") for _ in range(many)]
    statuses = _at_once(people, f"/submissions/{key}/accept", {"version": version})
    assert Counter(statuses) == {303: 1, 409: many - 1}
    after = stored(app, key)
    assert (after.state, after.versions[0].decision, len(after.versions)) == (State.ACCEPTED, "accepted", 1)
    assert [event.verb for event in after.events].count("accepted") == 1
    assert events(app, key, "accepted") == 1
    assert _chain_is_whole(app)


@MANY
def test_of_accepts_and_returns_one_decision_counts(app, browser, many):
    key, version = made(app, factories.sent)
    people = [browser("methodist") for _ in range(many)]
    gate = Barrier(many)

    def decide(numbered) -> tuple[str, int]:
        index, person = numbered
        verb = ("accept", "return")[index % 2]
        gate.wait(timeout=30)
        answer = person.post(f"/submissions/{key}/{verb}", {"version": version, "reason": f"Причина {index}."})
        assert answer.status_code == 303 or f"Причина {index}." in answer.text
        return verb, answer.status_code

    with ThreadPoolExecutor(many) as pool:
        answers = list(pool.map(decide, enumerate(people)))
    assert Counter(status for _, status in answers) == {303: 1, 409: many - 1}
    won = next(verb for verb, status in answers if status == 303)
    state = {"accept": State.ACCEPTED, "return": State.RETURNED}[won]
    assert stored(app, key).state == state
    assert events(app, key, "accepted") + events(app, key, "returned") == 1


@MANY
def test_of_many_sendings_one_counts(app, browser, many):
    key, version = made(app, factories.started)
    people = [browser("head") for _ in range(many)]
    statuses = _at_once(people, f"/submissions/{key}/submit", {"version": version})
    assert Counter(statuses) == {303: 1, 409: many - 1}
    after = stored(app, key)
    assert (after.state, after.number, len(after.versions)) == (State.SUBMITTED, 1, 1)
    assert events(app, key, "submitted") == 1


@MANY
def test_many_beginnings_begin_one_report(app, browser, many):
    with app.app_context():
        occurrence_id = factories.occurrence("t1-01").id
    people = [browser("head") for _ in range(many)]
    statuses = _at_once(people, f"/occurrences/{occurrence_id}/start", {})
    assert Counter(statuses) == {303: many}
    with app.app_context():
        query = select(func.count()).where(Submission.occurrence_id == occurrence_id)
        assert db.session.scalar(query) == 1
        key = db.session.scalars(select(Submission.id)).one()
    assert events(app, key, "draft_started") == 1


@MANY
def test_of_many_savings_one_counts_and_the_rest_keep_their_text(app, browser, many):
    key, version = made(app, factories.started)
    people = [browser("head") for _ in range(many)]
    gate = Barrier(many)

    def save(numbered) -> int:
        index, person = numbered
        gate.wait(timeout=30)
        data = {"version": version, "pairs": f"{100 + index}", "draft": "1"}
        answer = person.post(f"/submissions/{key}/edit/people", data)
        assert answer.status_code == 303 or f'value="{100 + index}"' in answer.text
        return answer.status_code

    with ThreadPoolExecutor(many) as pool:
        statuses = list(pool.map(save, enumerate(people)))
    assert Counter(statuses) == {303: 1, 409: many - 1}
    assert stored(app, key).draft["pairs"] == [str(100 + statuses.index(303))]
