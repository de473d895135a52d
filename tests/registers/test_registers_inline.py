"""A few fields changed in the list itself: a row turns into a form and back, one address with and without scripts."""

from __future__ import annotations

import re
from datetime import date

import pytest
import register_world as world
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.registers import pairing, service
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import ConsentKind

HTMX = {"HX-Request": "true"}


@pytest.fixture
def made(app):
    """Ids of a teacher, a pupil and their approved pair."""
    with app.app_context():
        mentor, mentee = world.teacher(contact="старый"), world.pupil()
        pair = world.approved(mentor, mentee)
        db.session.commit()
        return {"mentor": mentor.id, "mentee": mentee.id, "pair": pair.id}


def _person(app, key) -> Participant:
    with app.app_context():
        found = db.session.get_one(Participant, key)
        db.session.expunge(found)
        db.session.rollback()
        return found


def _version(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def _fields(row: str) -> list[str]:
    return [name for name in re.findall(r' name="(\w+)"', row) if name not in ("csrf_token", "version")]


def _verbs(app, key) -> list[str]:
    with app.app_context():
        query = select(AuditEvent.verb).where(AuditEvent.subject_id == str(key)).order_by(AuditEvent.id)
        return list(db.session.scalars(query))


def test_the_list_links_to_the_form_and_htmx_gets_it_as_a_row(made, browser):
    head = browser("head")
    page = head.get("/register/mentors?q=иванова").text
    link = re.search(r'hx-get="(/register/people/[^"]+/brief[^"]*)"', page)[1].replace("&amp;", "&")
    row = head.get(link, headers=HTMX).text
    assert row.startswith('<tr class="edit-row">')
    assert 'colspan="8"' in row
    assert _fields(row) == ["post", "experience_years", "contact"]
    assert row.count("autofocus") == 1
    page = head.get(link).text
    assert page.startswith("<!doctype html>")
    assert "Остальные сведения" in page


@pytest.mark.parametrize(("role", "fields"), [("mentor", "post experience_years contact"), ("mentee", "group contact")])
def test_fields_fit_the_person(made, browser, role, fields):
    row = browser("curator").get(f"/register/people/{made[role]}/brief?role={role}", headers=HTMX).text
    assert _fields(row) == fields.split()


def test_saving_by_htmx_gives_the_row_back_with_the_focus(app, made, browser):
    head = browser("head")
    where = f"/register/people/{made['mentor']}/brief?role=mentor&full=1"
    version = _version(head.get(where, headers=HTMX).text)
    form = {"version": version, "post": "завуч", "experience_years": "7", "contact": "8 391 000", "full_name": "Чужой"}
    answer = head.post(where, form, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.startswith(f'<tr id="row-{made["mentor"]}">')
    assert "8 391 000" in answer.text
    assert "autofocus" in answer.text
    assert 'role="status">сохранено' in answer.text
    person = _person(app, made["mentor"])
    assert (person.post, person.experience_years, person.experience_on, person.contact, person.full_name) == (
        "завуч",
        7,
        date(2026, 6, 3),
        "8 391 000",
        "Иванова Мария Петровна",
    )
    assert _verbs(app, made["mentor"])[-1] == "participant_changed"


def test_saving_without_scripts_leads_back_to_the_same_page_of_the_list(app, made, browser):
    head = browser("head")
    where = f"/register/people/{made['mentee']}/brief?role=mentee&q=петров&state=in"
    version = _version(head.get(where).text)
    answer = head.post(where, {"version": version, "group": "8 А", "contact": ""})
    assert answer.status_code == 303
    back = answer.location
    assert back.startswith("/register/mentees?")
    assert back.endswith(f"#row-{made['mentee']}")
    assert "8 А" in head.get(back).text
    assert _person(app, made["mentee"]).group == "8 А"


def test_what_is_wrong_is_said_in_the_row(app, made, browser):
    head = browser("head")
    where = f"/register/people/{made['mentee']}/brief?role=mentee"
    version = _version(head.get(where).text)
    answer = head.post(where, {"version": version, "group": "", "contact": "8 391"}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.startswith('<tr class="edit-row">')
    assert "Заполните это поле" in answer.text
    assert 'value="8 391"' in answer.text
    assert _person(app, made["mentee"]).group == "7 А"
    answer = head.post(f"/register/people/{made['mentor']}/brief", {"version": "1", "experience_years": "сто"})
    assert answer.status_code == 422
    assert "<!doctype html>" in answer.text


def test_a_conflict_shows_both_values_and_the_second_saving_is_meant(app, made, browser):
    head, curator = browser("head"), browser("curator")
    where = f"/register/people/{made['mentor']}/brief?role=mentor"
    version = _version(head.get(where, headers=HTMX).text)
    curator.post(where, {"version": version, "post": "учитель", "experience_years": "", "contact": "их телефон"})
    mine = {"version": version, "post": "учитель", "experience_years": "", "contact": "мой телефон"}
    answer = head.post(where, mine, headers=HTMX)
    assert answer.status_code == 409
    assert answer.text.startswith('<tr class="edit-row">')
    assert 'value="мой телефон"' in answer.text
    assert re.findall(r"Сейчас в базе: ([^<]*)", answer.text) == ["их телефон"]
    assert _person(app, made["mentor"]).contact == "их телефон"
    again = head.post(where, mine | {"version": _version(answer.text)}, headers=HTMX)
    assert again.status_code == 200
    assert _person(app, made["mentor"]).contact == "мой телефон"


def test_the_way_back_changes_nothing(app, made, browser):
    head = browser("head")
    where = f"/register/people/{made['mentor']}/brief?row=1&role=mentor"
    assert head.get(where, headers=HTMX).text.startswith(f'<tr id="row-{made["mentor"]}">')
    assert head.get(where).location == f"/register/mentors#row-{made['mentor']}"


def test_marks_of_other_fields_stay(context):
    person = world.teacher(sex=None)
    person.to_check = ["birth_year", "contact", "sex"]
    db.session.flush()
    service.change_some(person, person.version, contact="8 391")
    assert (person.to_check, person.contact) == (["birth_year", "sex"], "8 391")


def test_a_hidden_person_is_not_edited_in_the_list(app, made, browser):
    with app.app_context():
        person = db.session.get_one(Participant, made["mentor"])
        for consent in list(person.consents):
            assert consent.kind == ConsentKind.MENTOR_ADULT
            service.withdraw_consent(consent, date(2026, 6, 3), consent.version)
        db.session.commit()
        version = person.version
    head = browser("head")
    assert f"/people/{made['mentor']}/brief" not in head.get("/register/mentors").text
    where = f"/register/people/{made['mentor']}/brief"
    assert head.get(where).location == f"/register/people/{made['mentor']}"
    answer = head.post(where, {"version": version, "post": "завуч"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Согласие отозвано" in answer.text
    assert _person(app, made["mentor"]).post == "учитель"


def test_the_result_of_a_pair_also_after_its_end(app, made, browser):
    with app.app_context():
        pair = db.session.get_one(Mentorship, made["pair"])
        pairing.end_mentorship(pair, date(2026, 6, 1), version=pair.version)
        db.session.commit()
    head = browser("head")
    where = f"/register/pairs/{made['pair']}/result?state=completed"
    version = _version(head.get(where, headers=HTMX).text)
    answer = head.post(where, {"version": version, "result": "Сдан <ОГЭ>"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Сдан &lt;ОГЭ&gt;" in answer.text
    stale = head.post(where, {"version": version, "result": "Другое"}, headers=HTMX)
    assert stale.status_code == 409
    assert "Сейчас в базе: Сдан &lt;ОГЭ&gt;" in stale.text
    long = head.post(where, {"version": version, "result": "я" * 2001}, headers=HTMX)
    assert long.status_code == 422
    assert "Слишком длинный текст" in long.text
    saved = head.post(where, {"version": _version(stale.text), "result": "Другое"})
    assert saved.location == f"/register/pairs?state=completed#row-{made['pair']}"
    assert "Другое" in head.get("/register/pairs").text
    assert _verbs(app, made["pair"])[-2:] == ["mentorship_saved", "mentorship_saved"]


def test_a_draft_has_no_result(app, browser):
    with app.app_context():
        pair = world.pair(world.teacher(), world.pupil())
        db.session.commit()
        key, version = pair.id, pair.version
    head = browser("head")
    assert f"/pairs/{key}/result" not in head.get("/register/pairs").text
    assert head.get(f"/register/pairs/{key}/result").location == f"/register/pairs/{key}"
    assert head.post(f"/register/pairs/{key}/result", {"version": version, "result": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"), [("methodist", 403), ("specialist", 403), ("stranger", 404), ("other-head", 404), ("pds", 404)]
)
def test_others_change_nothing(app, made, browser, who, status):
    client = browser(who)
    for path in (f"people/{made['mentor']}/brief", f"pairs/{made['pair']}/result"):
        assert client.get(f"/register/{path}").status_code == status
        assert client.post(f"/register/{path}", {"version": "1", "contact": "x"}).status_code == status
    assert _person(app, made["mentor"]).contact == "старый"


def test_the_office_sees_no_buttons(made, browser):
    page = browser("specialist").get("/register/mentors").text
    assert "Иванова Мария Петровна" in page
    assert "/brief" not in page


@pytest.mark.parametrize(("role", "free"), [("mentors", "Вольная"), ("mentees", "Вольный")])
def test_without_a_pair_the_office_and_the_school_see_the_same(app, made, browser, role, free):
    with app.app_context():
        world.teacher("Вольная Анна Ильинична")
        world.pupil("Вольный Олег Ильич")
        gone = world.pair(world.teacher("Бывшая Анна Ильинична"), world.pupil("Бывший Олег Ильич"))
        pairing.end_mentorship(gone, date(2026, 6, 3), reason="переезд", version=gone.version)
        db.session.commit()
    former = {"mentors": "Бывшая", "mentees": "Бывший"}[role]
    for who in ("head", "specialist"):
        page = browser(who).get(f"/register/{role}?state=free").text
        names = re.findall(r'<th scope="row" hx-disable><a [^>]*>(\w+)', page)
        assert names == [former, free], who


def test_a_pair_is_found_by_either_name(made, browser):
    for who in ("head", "specialist"):
        for name, found in (("иванова", 1), ("пётр", 1), ("мария петр", 1), ("сидоров", 0)):
            page = browser(who).get(f"/register/pairs?q={name}").text
            assert page.count('<th scope="row" hx-disable>') == found, (who, name)
