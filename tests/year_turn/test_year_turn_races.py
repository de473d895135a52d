"""What two people do at once: one of them is told why not. Real transactions, on either database."""

from __future__ import annotations

import factories
import turn_world as world
from races import at_once, count_rows

from roadmap.database import db
from roadmap.registers.models import RegisterRevision
from roadmap.year_turn import queries, service
from roadmap.year_turn.models import BaseConfirmation, YearTurnMark


def test_a_year_is_turned_once(app):
    with app.app_context():
        world.pupil("Аев Пётр Ильич", "5А")
        db.session.commit()
        found = queries.proposal(factories.school("t1-01").id, 2026)
        seen, choices = found.seen, service.usual_choices(found)
        db.session.rollback()
    before = count_rows(app, RegisterRevision)

    def act() -> None:
        service.run(factories.school("t1-01"), choices, seen, factories.user("curator"))

    assert at_once(app, act) == ["", "Conflict"]
    assert (count_rows(app, YearTurnMark), count_rows(app, RegisterRevision) - before) == (1, 1)


def test_a_base_is_confirmed_once(app):
    told = at_once(app, lambda: service.confirm(factories.school("t1-01"), factories.user("curator")))
    assert (told, count_rows(app, BaseConfirmation)) == (["", "WrongState"], 1)
