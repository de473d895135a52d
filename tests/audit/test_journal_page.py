"""The journal as it is read: who, what, with what, when; nobody else's, no ids and no English."""

from __future__ import annotations

import re

import factories
import pytest
from sqlalchemy import func, select

from roadmap.access import Action
from roadmap.accounts import service
from roadmap.audit import queries
from roadmap.audit.models import SUBJECTS, TOPICS, AuditEvent, Topic, Verb
from roadmap.audit.words import REFUSED, details_in_words
from roadmap.database import Base, db


def lines(page: str) -> list[list[str]]:
    """Each line's cells: when, who, what, with what, details."""
    body = page[page.index("<tbody") : page.index("</tbody>")]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        for row in body.split("</tr>")[:-1]
    ]


def test_lines_tell_who_did_what_with_whom(app, browser, cast, at):
    boss = browser("specialist")
    at(2026, 6, 3, 10, 30)
    with app.app_context():
        version = factories.user("curator").version
    boss.post(f"/people/{cast.users['curator']}/active", {"active": "0", "version": str(version)})
    browser().post("/login", {"username": "head", "password": "wrong-wrong-wrong"})
    browser().post("/login", {"username": "nobody", "password": "wrong-wrong-wrong"})
    browser("head").get("/people")
    found = lines(boss.get("/audit").text)
    assert found[:5] == [
        ["сегодня, 10:30", "Ларина\u00a0О.\u00a0П.", "отказ в доступе", "раздел", "ведение учётных записей"],
        ["сегодня, 10:30", "Ларина\u00a0О.\u00a0П.", "вход", "пользователь: Ларина\u00a0О.\u00a0П.", ""],
        ["сегодня, 10:30", "–", "неудачный вход", "вход в систему: Ларина\u00a0О.\u00a0П.", ""],
        [
            "сегодня, 10:30",
            "Орлова\u00a0В.\u00a0Н.",
            "изменены права пользователя",
            "пользователь: Соколова\u00a0М.\u00a0В.",
            "учётная запись отключена",
        ],
        ["сегодня, 10:00", "Орлова\u00a0В.\u00a0Н.", "вход", "пользователь: Орлова\u00a0В.\u00a0Н.", ""],
    ]


def test_cards_and_schools_are_named(app, browser, cast):
    browser("head").post(f"/schools/{cast.schools['t1-01']}/card/2025/confirm", {"version": "1"})
    found = lines(browser("admin").get("/audit?show=schools").text)
    assert found[0][1:] == [
        "Ларина\u00a0О.\u00a0П.",
        "подтверждена карточка ОО",
        "карточка ОО: Школа № 1 (Первый район)",
        "2025/2026 учебный год",
    ]


def test_roles_are_told_in_words(app, browser, cast):
    with app.app_context():
        person = factories.user("head")
        roles = [factories.Role.CURATOR, factories.Role.HEAD]
        details = service.PersonDetails(person.full_name)
        service.change_person(person, details, roles, person.version, factories.user("admin"))
        db.session.commit()
    assert lines(browser("admin").get("/audit?show=people").text)[0][-1] == "роли: руководитель ОО, куратор"


@pytest.mark.parametrize("who", ["head", "curator", "methodist", "pds"])
def test_others_may_not_read_it(browser, who):
    assert browser(who).get("/audit").status_code == 403


def test_4_another_municipality_reads_its_own(browser):
    browser("specialist")
    page = browser("other-specialist").get("/audit").text
    assert "Дальняя\u00a0И.\u00a0Л.</td>" in page
    assert "Орлова" not in page and "Первый район" not in page


def test_pages_hold_all_lines_once_and_end(app, browser, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 7)
    boss = browser("admin")
    with app.app_context():
        chain = str(factories.user("admin").municipality_id)
        total = db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.chain == chain))
    counts, url = [], "/audit"
    while url:
        page = boss.get(url).text
        counts.append(len(lines(page)))
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = following[1] if following else ""
    assert (sum(counts), set(counts[:-1])) == (total, {7})
    assert 1 <= counts[-1] <= 7


def test_topic_narrows_the_list_and_stays_on_the_next_page(app, browser, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    page = browser("admin").get("/audit?show=people").text
    assert {line[2] for line in lines(page)} == {"приглашён пользователь"}
    assert re.search(r'href="/audit\?before=\d+&amp;show=people" rel="next"', page)


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=999999999999", "before=%D9%A1", "show=all", "show='"]
)
def test_47_damaged_address_is_a_bad_request(browser, query):
    assert browser("admin").get(f"/audit?{query}").status_code == 400


def test_page_costs_the_same_for_more_lines(browser, count_queries, monkeypatch):
    boss = browser("admin")
    boss.get("/audit")
    monkeypatch.setattr(queries, "PAGE", 5)
    few = count_queries(lambda: boss.get("/audit?show=people"))
    monkeypatch.setattr(queries, "PAGE", 100)
    assert count_queries(lambda: boss.get("/audit?show=people")) == few


def test_reading_the_journal_writes_nothing(app, browser):
    boss = browser("admin")
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    boss.get("/audit")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_every_verb_has_a_topic_and_every_action_words():
    assert {verb for verbs in TOPICS.values() for verb in verbs} == set(Verb)
    assert set(TOPICS) == set(Topic)
    assert set(REFUSED) == {"not_found", *(action.value for action in Action)}


def test_every_object_that_an_address_can_name_has_a_word(app):
    named = {mapper.class_.__name__ for mapper in Base.registry.mappers if hasattr(mapper.class_, "PARAMETER")}
    assert named - set(SUBJECTS) == set()


def test_every_object_in_the_journal_of_the_main_job_has_a_word(context):
    factories.accepted()
    factories.returned("t1-02")
    db.session.commit()
    kinds = set(db.session.scalars(select(AuditEvent.subject_type).distinct()))
    assert kinds - set(SUBJECTS) == set()


def test_details_never_show_hashes_or_ids():
    details = {"after": "abc123", "user": "5f0c", "sha256": "ffff", "occurrence": "77", "number": "01-18-07"}
    assert details_in_words(Verb.DOCUMENT_REGISTERED, details) == "№ 01-18-07"
