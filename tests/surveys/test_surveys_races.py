"""What two people do at once: one of them is told why not. Real transactions, on either database."""

from __future__ import annotations

import factories
import survey_world as world
from races import at_once, count_rows

from roadmap.database import db
from roadmap.surveys import service
from roadmap.surveys.models import SurveyAnswer


def test_a_link_is_spent_once(app):
    with app.app_context():
        owner = factories.school("t1-01")
        (token,) = service.issue_links(owner, world.key(), 1, 7, factories.user("curator"))
        db.session.commit()
    told = at_once(app, lambda: service.answer_by_link(token, world.answers(), "127.0.0.1"))
    assert (told, count_rows(app, SurveyAnswer)) == (["", "DeadLink"], 1)


def test_a_blank_is_typed_once(app):
    def act() -> None:
        service.enter(factories.school("t1-01"), world.key(), world.answers(), 1, factories.user("curator"))

    assert (at_once(app, act), count_rows(app, SurveyAnswer)) == (["", "NumberTaken"], 1)
