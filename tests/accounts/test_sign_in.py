"""Signing in from outside: limits, equal answers, where it leads. Numbers in names are rows of the list of attacks."""

from __future__ import annotations

import re

import factories
import pytest
from application import PASSWORD
from sqlalchemy import select

from roadmap.accounts import service
from roadmap.accounts.models import FailedSignIn, UserSession
from roadmap.audit.models import AuditEvent
from roadmap.database import db

WRONG = "Имя пользователя или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock."
LOCAL = "/schools/own"


def login(browser, username, password=PASSWORD, **kwargs):
    return browser.post("/login", {"username": username, "password": password}, **kwargs)


@pytest.fixture
def checks(monkeypatch):
    """Passwords that were really hashed and compared."""
    seen: list[str] = []

    def check(hashed: str, password: str) -> bool:
        seen.append(password)
        return False

    monkeypatch.setattr(service, "check_password", check)
    return seen


def deactivate(app, username):
    with app.app_context():
        person = factories.user(username)
        service.set_active(person, False, person.version, factories.user("specialist"))
        db.session.commit()


def test_sign_in_opens_one_session_and_leaves_one_line(app, browser, cast):
    answer = login(browser(), "head")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    with app.app_context():
        sessions = db.session.scalars(select(UserSession)).all()
        assert [session.user_id for session in sessions] == [cast.users["head"]]
        lines = db.session.scalars(select(AuditEvent).where(AuditEvent.actor_id == cast.users["head"])).all()
        assert [line.verb for line in lines] == ["signed_in"]


def test_name_may_be_typed_in_capitals_and_with_spaces(browser):
    assert login(browser(), " HEAD ").status_code == 303


def test_empty_form_names_both_fields(browser):
    answer = login(browser(), "", "")
    assert answer.status_code == 422
    assert (answer.text.count("Введите имя пользователя"), answer.text.count("Введите пароль")) == (2, 2)


def test_23_unknown_wrong_and_deactivated_get_the_same_answer(app, browser, checks):
    deactivate(app, "curator")

    def told(username: str) -> tuple[int, str]:
        answer = login(browser(), username, "some-wrong-words")
        body = re.sub(r'(csrf_token" value=|X-CSRFToken": )"[^"]+"', "", answer.text)
        return answer.status_code, body.replace(f'value="{username}"', 'value="NAME"')

    known, unknown, inactive = told("head"), told("nobody-here"), told("curator")
    assert known[0] == 422 and WRONG in known[1]
    assert known == unknown == inactive
    assert checks == ["some-wrong-words"] * 3  # each costs one hash


def test_deactivated_person_may_not_enter_with_the_right_password(app, browser):
    deactivate(app, "curator")
    assert login(browser(), "curator").status_code == 422


def test_19_brute_force_stops_one_account_for_a_minute_and_no_other(browser, at):
    for _ in range(5):
        assert login(browser(), "head", "wrong-wrong-wrong").status_code == 422
    refused = login(browser(), "head")
    assert refused.status_code == 429
    assert "Подождите минуту и попробуйте снова" in refused.text
    assert login(browser(), "curator").status_code == 303
    at(2026, 6, 3, 10, 1, 5)
    assert login(browser(), "head").status_code == 303


def test_20_22_spray_from_one_address_is_stopped_whatever_it_claims_to_be(app, browser, checks):
    for number in range(30):
        header = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert login(browser(), f"someone-{number}", "wrong-wrong", headers=header).status_code == 422
    assert login(browser(), "someone-31", "wrong-wrong", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 429
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.8"}}
    assert login(browser(), "someone-32", "wrong-wrong", **elsewhere).status_code == 422
    with app.app_context():
        assert db.session.query(FailedSignIn).count() == 31


def test_21_a_lock_out_leaves_the_live_session_alone(browser, at):
    chief = browser("specialist")
    for _ in range(6):
        login(browser(), "specialist", "wrong-wrong-wrong", environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    assert login(browser(), "specialist").status_code == 429
    assert chief.get("/people").status_code == 200
    at(2026, 6, 3, 10, 1, 10)
    assert login(browser(), "specialist").status_code == 303


def test_24_endless_password_is_refused_without_hashing(browser, checks):
    assert login(browser(), "head", "x" * 1_000_000).status_code == 422
    assert checks == []


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "https://evil.example/",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "///evil.example",
    ],
)
def test_27_next_never_leads_away(browser, target):
    stranger = browser()
    answer = stranger.post("/login", {"username": "head", "password": PASSWORD}, query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "a=b" not in str(answer.headers)


def test_next_leads_back_to_the_page_that_was_asked_for(browser):
    visitor = browser()
    asked = visitor.get(LOCAL)
    assert (asked.status_code, asked.headers["Location"]) == (302, "/login?next=/schools/own")
    answer = visitor.post(asked.headers["Location"], {"username": "head", "password": PASSWORD})
    assert answer.headers["Location"] == LOCAL


def test_11_post_without_token_is_refused(browser):
    answer = browser().client.post("/login", data={"username": "head", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Форма устарела" in answer.text


@pytest.mark.parametrize(("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 303)])
def test_11_post_from_another_site_is_refused_even_with_a_token(browser, site, status):
    assert login(browser(), "head", headers={"Sec-Fetch-Site": site}).status_code == status


def test_13_htmx_header_is_no_token(browser):
    head = browser("head")
    answer = head.client.post("/logout", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert head.get(LOCAL).status_code == 302 and "/login" not in head.get(LOCAL).headers["Location"]


def test_token_of_another_person_is_refused(browser):
    token = browser("stranger").token()
    answer = browser("head").client.post("/logout", headers={"X-CSRFToken": token})
    assert answer.status_code == 400
