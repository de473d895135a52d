"""What two people do at once: one of them is told why not. Real transactions, on either database."""

from __future__ import annotations

from datetime import date

import register_world as world
from races import at_once
from sqlalchemy import func, select

from roadmap.database import db
from roadmap.registers import pairing
from roadmap.registers.models import Mentorship, Participant


def test_the_same_pair_is_made_once(app):
    with app.app_context():
        mentor, mentee = world.teacher(), world.pupil()
        db.session.commit()
        ids = mentor.id, mentee.id

    def act() -> None:
        found = [db.session.get_one(Participant, key) for key in ids]
        pairing.add_mentorship(found[0].school, world.details(*found, ends_on=date(2026, 5, 31)))

    assert at_once(app, act) == ["", "Contradiction"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mentorship)) == 1


def test_two_new_people_take_two_numbers(app):
    with app.app_context():
        world.teacher()
        db.session.commit()
    assert at_once(app, lambda: world.pupil()) == ["", ""]
    with app.app_context():
        assert sorted(db.session.scalars(select(Participant.number))) == [1, 2, 3]
