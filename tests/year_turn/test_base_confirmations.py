"""«База подтверждена»: in November and in May, once, with the counts of the day."""

from __future__ import annotations

import re
from datetime import date

import factories
import pytest
import turn_world as world
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.year_turn import queries, service
from roadmap.year_turn.models import BaseConfirmation, Season

URL = "/register/confirmations"


def cells(page: str, school: str) -> list[str]:
    row = re.search(rf'<th scope="row">{re.escape(school)}</th>(.*?)</tr>', page, re.S)
    assert row is not None
    return re.findall(r'class="state state-\w+">([^<]+)<', row[1])


@pytest.mark.parametrize(
    ("month", "season"),
    [(10, None), (11, Season.NOVEMBER), (12, Season.NOVEMBER), (1, None), (4, None), (5, Season.MAY), (6, Season.MAY)],
)
def test_seasons(month, season):
    assert service.season_of(date(2026, month, 1)) is season


def test_a_curator_confirms_and_the_specialist_sees_it(app, browser, at):
    with app.app_context():
        world.pair(world.teacher(), world.pupil("Аев Пётр Ильич", "5А"))
        db.session.commit()
    at(2026, 11, 28, 9, 0)
    curator = browser("curator")
    assert "Подтвердить базу" in curator.get(URL).text
    answer = curator.post(f"{URL}/confirm")
    assert (answer.status_code, answer.location) == (303, URL)
    page = curator.get(URL).text
    assert "База подтверждена 28.11.2026." in page
    assert "Подтвердить базу" not in page
    assert cells(page, "Школа № 1 (Первый район)") == ["подтверждена 28.11.2026", "нет"]
    with app.app_context():
        row = db.session.scalars(select(BaseConfirmation)).one()
        assert (row.year, row.season, row.confirmed_on) == (2026, "november", date(2026, 11, 28))
        assert row.confirmed_by_id == factories.user("curator").id
        told = {key: row.counts[key] for key in ("pairs", "mentors", "mentees_pupils", "mentees_teachers")}
        assert told == {"pairs": 1, "mentors": 1, "mentees_pupils": 1, "mentees_teachers": 0}
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "base_confirmed")).one()
        assert (event.subject_type, event.subject_id) == ("BaseConfirmation", str(row.id))
        assert queries.confirmation_names([row.id]) == {row.id: "Школа № 1 (Первый район)"}
    office = browser("specialist").get(URL).text
    assert cells(office, "Школа № 1 (Первый район)") == ["подтверждена 28.11.2026", "нет"]
    assert cells(office, "Школа № 2 (Первый район)") == ["нет", "нет"]
    assert "Соколова М. В." in office.replace("\u00a0", " ")
    assert "Первый район" not in browser("other-specialist").get(URL).text.replace("Второй район", "")


def test_later_edits_leave_the_confirmed_counts(app, browser):
    browser("head").post(f"{URL}/confirm")
    with app.app_context():
        world.pair(world.teacher(), world.pupil("Аев Пётр Ильич", "5А"))
        db.session.commit()
        row = db.session.scalars(select(BaseConfirmation)).one()
        assert (row.season, row.year, row.counts["pairs"]) == ("may", 2025, 0)
    assert "пар и групп – 0" in browser("head").get(URL).text


def test_twice_is_refused(app, browser):
    head = browser("head")
    assert [head.post(f"{URL}/confirm").status_code for _ in range(2)] == [303, 409]
    with app.app_context():
        assert len(db.session.scalars(select(BaseConfirmation)).all()) == 1


def test_out_of_season_is_refused(app, browser, at):
    at(2026, 10, 31, 23, 59)
    client = browser("head")
    assert "Подтвердить базу" not in client.get(URL).text
    assert client.post(f"{URL}/confirm").status_code == 409
    with app.app_context():
        assert db.session.scalars(select(BaseConfirmation)).all() == []


@pytest.mark.parametrize(
    ("username", "status"), [("specialist", 200), ("methodist", 200), ("pds", 403), ("admin", 403)]
)
def test_roles(browser, username, status):
    client = browser(username)
    assert (client.get(URL).status_code, client.post(f"{URL}/confirm").status_code) == (status, 403)


def test_a_school_sees_its_own_line_only(browser):
    browser("head").post(f"{URL}/confirm")
    page = browser("stranger").get(URL).text
    assert "Школа № 1" not in page
    assert cells(page, "Школа № 2 (Первый район)") == ["нет", "нет"]


def test_an_earlier_year_is_read_and_a_broken_one_refused(app, browser, at):
    browser("head").post(f"{URL}/confirm")
    at(2026, 11, 3, 9, 0)
    client = browser("specialist")
    assert cells(client.get(URL).text, "Школа № 1 (Первый район)") == ["нет", "нет"]
    page = client.get(f"{URL}?year=2025").text
    assert cells(page, "Школа № 1 (Первый район)") == ["нет", "подтверждена 03.06.2026"]
    assert [client.get(f"{URL}?year={year}").status_code for year in ("x", "2031", "-1", "9" * 5000)] == [400] * 4
