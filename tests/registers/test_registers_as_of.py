"""A past date keeps its figures and its texts whatever is edited later; only a withdrawn name is hidden."""

from __future__ import annotations

from datetime import date

import factories
import pytest
import register_world as world
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from roadmap.database import db
from roadmap.registers import pairing, service
from roadmap.registers.as_of import counts, municipal_register_as_of, register_as_of
from roadmap.registers.models import RegisterRevision
from roadmap.registers.queries import living_register
from roadmap.registers.register import Register

JUNE_3, JUNE_9 = date(2026, 6, 3), date(2026, 6, 9)


def _build(number: int) -> list:
    mentor = world.teacher(f"Иванова {number} Петровна", birth_year=1960 + number)
    mentees = [world.pupil(f"Петров {number}-{n} Ильич", 2010 + n) for n in range(2)]
    return [mentor, *mentees, world.approved(mentor, *mentees)]


def test_a_hundred_later_changes_leave_a_past_day_as_it_was(context, at):
    at(2026, 6, 3, 10, 0)
    groups = [_build(number) for number in range(10)]
    school = factories.school("t1-01")
    before, texts = counts(school.id, JUNE_3, 2025), register_as_of(school.id, JUNE_3)
    assert (before["pairs"], before["mentors"], before["mentees_pupils"]) == (10, 10, 20)
    at(2026, 6, 9, 10, 0)
    changes = 0
    for mentor, one, two, pair in groups:
        for person, year in ((mentor, 1950), (one, 2018), (two, 2019)):
            details = service.PersonDetails("Новое Имя Иванович", world.PersonKind(person.kind), birth_year=year)
            service.change_participant(person, details, person.version)
            service.save_cards(person, person.version, mentee=service.MenteeDetails(date(2026, 6, 9), request="иное"))
            service.give_consent(
                person,
                service.ConsentDetails(
                    world.ConsentKind.DISTRIBUTION,
                    JUNE_9,
                ),
            )
            changes += 3
        service.leave(one, JUNE_9, "переезд", one.version)
        pairing.end_mentorship(pair, JUNE_9, result="цели достигнуты", version=pair.version)
        changes += 2
    assert changes == 110
    db.session.flush()
    assert counts(school.id, JUNE_3, 2025) == before
    assert register_as_of(school.id, JUNE_3) == texts
    assert counts(school.id, JUNE_9, 2025) != before
    assert _same(register_as_of(school.id, JUNE_9), living_register(school.id))
    assert register_as_of(school.id, date(2026, 6, 2)) == Register()


def test_the_day_ends_at_the_offices_midnight(context, at):
    at(2026, 6, 3, 23, 59)
    first = world.teacher("Первый Иван Ильич")
    at(2026, 6, 4, 0, 1)
    world.teacher("Второй Иван Ильич")
    assert list(register_as_of(first.school_id, JUNE_3).people) == [first.id]


def test_a_name_withdrawn_later_is_hidden_on_every_day(context, at):
    at(2026, 6, 3, 10, 0)
    person = world.pupil()
    at(2026, 6, 9, 10, 0)
    service.withdraw_consent(person.consents[0], JUNE_9, 1)
    db.session.flush()
    assert [p.name for p in register_as_of(person.school_id, JUNE_3).people.values()] == ["Участник №\u00a01"]


def test_schools_do_not_mix_and_the_municipality_sees_its_own(context):
    here, there, far = world.teacher(), world.teacher(school="t1-02"), world.teacher(school="t2-01")
    today = JUNE_3
    assert list(register_as_of(here.school_id, today).people) == [here.id]
    assert set(municipal_register_as_of(here.municipality_id, today).people) == {here.id, there.id}
    assert far.municipality_id != here.municipality_id


def test_early_career_reads_the_dated_setting(context):
    from roadmap.schools.service import set_setting

    mentor = world.teacher("Опытная Анна Ильинична")
    novice = world.teacher("Новая Яна Ильинична", mentor=False, mentee=True, experience_years=4)
    world.give(mentor, world.ConsentKind.LABOUR, addendum_number="1", addendum_on=world.SEPTEMBER)
    world.approved(mentor, novice, form="teacher_teacher")
    school = factories.school("t1-01")
    assert counts(school.id, JUNE_3, 2025)["early_career_mentees"] == 0
    set_setting(school.municipality_id, "early_career_years", 4, date(2026, 6, 1))
    assert counts(school.id, JUNE_3, 2025)["early_career_mentees"] == 1


def test_revisions_are_append_only(context):
    world.teacher()
    db.session.commit()
    for statement in (
        "DELETE FROM register_revision",
        "UPDATE register_revision SET verb = 'x'",
        "UPDATE register_revision SET recorded_at = '2020-01-01'",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_erasing_leaves_no_name_in_any_revision_and_the_same_figures(context, app):
    person = world.pupil("Тайнов Секрет Ильич", contact="+7 900 111-22-33")
    mentor = world.teacher()
    world.approved(mentor, person)
    service.leave(person, JUNE_3, "переезд", person.version)
    before = counts(person.school_id, JUNE_3, 2025)
    service.erase(person, person.version, factories.user("head"))
    db.session.commit()
    rows = db.session.scalars(select(RegisterRevision.snapshot)).all()
    dump = str(rows) + str(db.session.execute(text("SELECT * FROM participant")).all())
    dump += str(db.session.execute(text("SELECT * FROM mentee_card")).all())
    assert [word for word in ("Тайнов", "тайнов", "900 111", "математика") if word in dump] == []
    assert counts(person.school_id, JUNE_3, 2025) == before


def _same(one: Register, other: Register) -> bool:
    """Alike but for the order, which is of making in one and of the tables in the other."""
    return (
        dict(one.people) == dict(other.people)
        and set(one.consents) == set(other.consents)
        and {m.id: m for m in one.mentorships} == {m.id: m for m in other.mentorships}
    )
