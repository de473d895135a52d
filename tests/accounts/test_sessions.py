"""What a cookie opens, and when it stops."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import factories
import pytest
from application import PASSWORD
from sqlalchemy import select

from roadmap.accounts import service
from roadmap.accounts.models import User, UserSession
from roadmap.database import db

NEW = "oblako-les-kamen"


def cookie(browser) -> str:
    return browser.client.get_cookie("session").value


def opens(app, value: str, path: str = "/schools/own") -> bool:
    """Whether this cookie alone, in another browser, is somebody signed in."""
    thief = app.test_client()
    thief.set_cookie("session", value)
    answer = thief.get(path)
    assert answer.status_code in (200, 302, 403)
    return not answer.headers.get("Location", "").startswith("/login")


def test_14_sign_in_gives_a_new_cookie_and_the_old_one_is_nobody(app, browser):
    visitor = browser()
    visitor.get("/login")
    before = cookie(visitor)
    visitor.sign_in("head")
    assert cookie(visitor) != before
    assert (opens(app, before), opens(app, cookie(visitor))) == (False, True)


def test_14_signing_in_anew_ends_the_session_that_was_open(app, browser):
    head = browser("head")
    before = cookie(head)
    head.sign_in("head")
    assert (opens(app, before), opens(app, cookie(head))) == (False, True)


def test_15_stolen_cookie_is_dead_after_signing_out(app, browser):
    head = browser("head")
    stolen = cookie(head)
    assert opens(app, stolen)
    answer = head.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert not opens(app, stolen)


def test_sign_out_leaves_the_other_browser_signed_in(app, browser):
    one, other = browser("head"), browser("head")
    one.post("/logout")
    assert opens(app, cookie(other))


def test_16_password_change_ends_every_session_but_this_one(app, browser):
    here, there = browser("head"), browser("head")
    before = cookie(here)
    answer = here.post("/account/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert [opens(app, value) for value in (before, cookie(there), cookie(here))] == [False, False, True]
    assert browser().post("/login", {"username": "head", "password": PASSWORD}).status_code == 422
    assert browser().post("/login", {"username": "head", "password": NEW}).status_code == 303


def test_16_deactivation_ends_the_sessions_and_unused_links(app, browser, cast):
    head, boss = browser("head"), browser("specialist")
    with app.app_context():
        token = service.issue_link(factories.user("head"), None)
        version = factories.user("head").version
        db.session.commit()
    answer = boss.post(f"/people/{cast.users['head']}/active", {"active": "0", "version": str(version)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{cast.users['head']}")
    assert not opens(app, cookie(head))
    assert browser().get(f"/set-password/{token}").status_code == 404
    with app.app_context():
        assert factories.user("head").active is False
        assert db.session.scalars(select(UserSession).where(UserSession.user_id == cast.users["head"])).all() == []


def test_16_new_rights_hold_at_the_next_request(app, browser, cast):
    worker = browser("methodist")
    assert (worker.get("/schools").status_code, worker.get("/audit").status_code) == (200, 403)
    with app.app_context():
        person = factories.user("methodist")
        details = service.PersonDetails(person.full_name)
        service.change_person(person, details, [factories.Role.ADMIN], person.version, factories.user("specialist"))
        db.session.commit()
    assert (worker.get("/schools").status_code, worker.get("/audit").status_code) == (403, 200)


def test_17_session_ends_after_twelve_idle_hours(browser, at):
    head = browser("head")
    at(2026, 6, 3, 21, 59)
    assert head.get("/account/password").status_code == 200
    at(2026, 6, 4, 9, 58)
    assert head.get("/account/password").status_code == 200
    at(2026, 6, 4, 22, 0)
    assert head.get("/account/password").headers["Location"] == "/login?next=/account/password"


def test_17_session_ends_after_fourteen_days_of_work(browser, at):
    head = browser("head")
    for hour in range(18, 14 * 24 + 10, 8):
        at(2026, 6, 3 + hour // 24, hour % 24, 0)
        assert head.get("/account/password").status_code == 200
    at(2026, 6, 17, 9, 59)
    assert head.get("/account/password").status_code == 200
    at(2026, 6, 17, 10, 1)
    assert head.get("/account/password").status_code == 302


def test_last_seen_is_written_at_most_every_five_minutes(app, browser, at):
    head = browser("head")

    def seen() -> timedelta:
        with app.app_context():
            session = db.session.scalars(select(UserSession)).one()
            return session.seen_at - session.created_at

    at(2026, 6, 3, 10, 4)
    head.get("/account/password")
    assert seen() == timedelta(0)
    at(2026, 6, 3, 10, 6)
    head.get("/account/password")
    assert timedelta(minutes=5) < seen() < timedelta(minutes=7)


def test_18_altered_cookie_is_nobody(app, browser):
    value = cookie(browser("head"))
    body, rest = value[:10], value[11:]
    altered = body + ("A" if value[10] != "A" else "B") + rest
    assert (opens(app, value), opens(app, altered), opens(app, value[:-2])) == (True, False, False)


def test_token_in_the_cookie_is_not_what_the_table_holds(app, browser):
    head = browser("head")
    with head.client.session_transaction() as kept:
        token = kept["_user_id"]
    with app.app_context():
        row = db.session.scalars(select(UserSession)).one()
        assert row.token_hash != token
        assert service.user_of_session(row.token_hash) is None
        assert service.user_of_session(token).username == "head"


def test_expired_rows_are_swept_at_the_next_sign_in(app, browser, at):
    browser("head")
    at(2026, 6, 18, 10, 0)
    browser("curator")
    with app.app_context():
        owners = db.session.scalars(select(User.username).join(UserSession, UserSession.user_id == User.id)).all()
    assert owners == ["curator"]


@pytest.mark.parametrize("path", ["/people", "/people/new", "/schools", "/schools/new", "/audit", "/account/password"])
def test_5_anonymous_is_asked_to_sign_in(browser, path):
    answer = browser().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/login?next={path}")


def test_26_link_is_made_of_the_configured_address_not_of_the_host_header(app, browser, cast):
    app.config["ROADMAP"] = dataclasses.replace(app.config["ROADMAP"], url="https://nastavnik.example")
    boss, misled = browser("specialist"), app.test_client()
    token = boss.token()
    misled.set_cookie("session", cookie(boss), domain="evil.example")
    path = f"/people/{cast.users['head']}/link"
    answer = misled.post(path, base_url="http://evil.example", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    shown = re.search(r'id="one-time-link"[^>]* value="([^"]+)/set-password/', answer.text)
    assert shown is not None and shown[1] == "https://nastavnik.example"
