"""Communities and thematic events: entry, lists, and who may what."""

from __future__ import annotations

from datetime import date

import factories
import pytest
from sqlalchemy import select

from roadmap.database import db
from roadmap.errors import Invalid
from roadmap.practices import activities, service
from roadmap.practices.models import CommunityMember, Practice, PracticeEvent

MEMBER = {
    "mentor": "Соколова Марина Викторовна",
    "community": "Клуб наставников",
    "level": "regional",
    "role": "участник",
    "since": "01.10.2025",
}
EVENT = {"theme": "Ярмарка практик", "level": "municipal", "planned_on": "20.05.2026"}


def member(code="t1-01", actor="head", mentor="Соколова М. В."):
    details = activities.MemberDetails(mentor, "Клуб", "school", "участник", date(2025, 10, 1))
    added = activities.add_member(factories.school(code), details, factories.user(actor))
    db.session.commit()
    return added.id


def event(actor="head", planned_on=date(2026, 5, 20), **changes):
    added = activities.add_event(
        activities.EventDetails(planned_on, "school", changes.pop("theme", "Ярмарка"), **changes),
        factories.user(actor),
    )
    db.session.commit()
    return added.id


def practice(code, actor, included):
    card = {"kind": "", "resources": "", "replication": "", "link": "", "form": "pupil_pupil", "level": "school"}
    texts = dict.fromkeys(("audience", "problem", "aim", "description", "results", "authors"), "слово")
    details = service.PracticeDetails(title=f"Практика {code}", **card, **texts)
    made = service.add(factories.school(code), details, None, factories.user(actor))
    if included:
        service.submit(made, made.version, factories.user(actor))
        db.session.flush()
        service.include(made, made.version, factories.user("specialist"))
    db.session.commit()
    return made.id


def test_a_membership_is_added_corrected_and_removed(app, browser, cast):
    client = browser("curator")
    assert client.post("/practices/communities/new", MEMBER).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(CommunityMember)).one()
        assert (row.mentor, row.level, row.since, row.school_id) == (
            "Соколова Марина Викторовна",
            "regional",
            date(2025, 10, 1),
            cast.schools["t1-01"],
        )
        path = f"/practices/communities/{row.id}"
    assert client.post(f"{path}/edit", MEMBER | {"role": "эксперт", "version": "1"}).status_code == 303
    assert client.post(f"{path}/edit", MEMBER | {"role": "никто", "version": "1"}).status_code == 409
    assert "эксперт" in client.get("/practices/communities").text
    assert client.post(f"{path}/remove", {"version": "2"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(CommunityMember)).all() == []


def test_a_blank_membership_is_told(browser):
    answer = browser("head").post("/practices/communities/new", MEMBER | {"mentor": "", "since": "вчера"})
    assert answer.status_code == 422
    assert "Заполните это поле" in answer.text and "Введите дату в виде 10.06.2026" in answer.text


def test_the_office_sees_each_school_with_its_different_mentors(app, browser):
    with app.app_context():
        for name in ("Соколова М. В.", "Соколова М. В.", "Ларина О. П."):
            member(mentor=name)
        member("t1-02", "stranger", "Гусев П. И.")
    page = browser("methodist").get("/practices/communities").text
    assert "2\u00a0наставника" in page and "1\u00a0наставник<" in page
    own = browser("head").get("/practices/communities").text
    assert "Гусев" not in own and "Ларина О. П." in own


def test_an_event_is_planned_and_then_held(app, browser):
    client = browser("head")
    assert client.post("/practices/events/new", EVENT).status_code == 303
    assert "не отмечено" in client.get("/practices/events").text
    with app.app_context():
        path = f"/practices/events/{db.session.scalars(select(PracticeEvent.id)).one()}/edit"
    fact = EVENT | {"version": "1", "held": "1", "held_on": "22.05.2026", "participants": "41"}
    assert client.post(path, fact).status_code == 303
    page = client.get("/practices/events").text
    assert "проведено" in page and "22.05.2026" in page and "41" in page
    with app.app_context():
        row = db.session.scalars(select(PracticeEvent)).one()
        assert (row.planned_on, row.held_on, row.participants) == (date(2026, 5, 20), date(2026, 5, 22), 41)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"theme": ""}, "Заполните это поле"),
        ({"held": "1"}, "Укажите дату проведения"),
        ({"participants": "5"}, "Отметьте, что мероприятие проведено"),
        ({"held": "1", "held_on": "04.06.2026"}, "Дата проведения ещё не наступила"),
        ({"practice": "00000000-0000-0000-0000-000000000000"}, "Выберите один из предложенных вариантов"),
    ],
)
def test_bad_events_are_told_at_the_field(app, browser, changes, sentence):
    answer = browser("head").post("/practices/events/new", EVENT | changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    with app.app_context():
        assert db.session.scalars(select(PracticeEvent)).all() == []


def test_an_event_shows_a_practice_that_its_owner_may_show(context):
    own, foreign = practice("t1-01", "head", False), practice("t1-02", "stranger", True)
    shown = {
        name: {one.id for one in activities.event_practices(factories.user(name))} for name in ("head", "specialist")
    }
    assert shown == {"head": {own}, "specialist": {foreign}}
    with pytest.raises(Invalid):
        event(practice_id=foreign)
    assert db.session.get(PracticeEvent, event(practice_id=own)).practice == db.session.get(Practice, own)


def test_events_are_listed_by_school_year(app, browser):
    with app.app_context():
        event(planned_on=date(2025, 8, 31), theme="Прошлый год")
        event(planned_on=date(2025, 9, 1), theme="Первый день")
        event(planned_on=date(2026, 9, 1), theme="Будущий год")
    client = browser("head")

    def themes(year):
        page = client.get(f"/practices/events?year={year}").text
        return [one for one in ("Прошлый год", "Первый день", "Будущий год") if one in page]

    assert {year: themes(year) for year in (2024, 2025, 2026, "x")} == {
        2024: ["Прошлый год"],
        2025: ["Первый день"],
        2026: ["Будущий год"],
        "x": ["Первый день"],
    }


def test_the_offices_events_are_its_own(app, browser):
    with app.app_context():
        key = event("specialist", theme="Форум района")
        own = event("head")
    assert "муниципалитет" in browser("methodist").get("/practices/events").text
    head = browser("head")
    assert "Форум района" not in head.get("/practices/events").text
    assert head.get(f"/practices/events/{key}/edit").status_code == 404
    office = browser("methodist")
    assert [office.get(f"/practices/events/{one}/edit").status_code for one in (key, own)] == [200, 403]


@pytest.mark.parametrize(
    ("username", "status"),
    [("head", 200), ("curator", 200), ("methodist", 403), ("stranger", 404), ("pds", 404), ("other-head", 404)],
)
def test_who_changes_a_schools_rows(app, browser, username, status):
    with app.app_context():
        paths = [f"/practices/communities/{member()}", f"/practices/events/{event()}"]
    client = browser(username)
    assert [client.get(f"{path}/edit").status_code for path in paths] == [status] * 2
    removed = [client.post(f"{path}/remove", {"version": "1"}).status_code for path in paths]
    assert removed == [303 if status == 200 else status] * 2


def test_pages_of_the_section_are_schools_and_the_offices(browser):
    paths = ("/practices/events", "/practices/communities")
    statuses = {name: [browser(name).get(path).status_code for path in paths] for name in ("head", "specialist", "pds")}
    assert statuses == {"head": [200, 200], "specialist": [200, 200], "pds": [403, 403]}


def test_lists_cost_the_same_for_one_and_for_many(app, browser, count_queries):
    with app.app_context():
        member()
        event()
    client = browser("specialist")
    paths = ("/practices/events", "/practices/communities")
    one = [count_queries(lambda path=path: client.get(path)) for path in paths]
    with app.app_context():
        for _ in range(3):
            member("t1-02", "stranger")
            event("stranger")
            event("specialist")
    assert [count_queries(lambda path=path: client.get(path)) for path in paths] == one
