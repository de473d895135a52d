"""Setting and changing passwords: strength, one-time links, the guessing of an old one."""

from __future__ import annotations

import re

import factories
import pytest
from application import PASSWORD
from sqlalchemy import select

from roadmap.accounts import passwords, service
from roadmap.accounts.models import PasswordLink
from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Invalid

NEW = "oblako-les-kamen"
DEAD = "Ссылка уже использована или устарела. Попросите главного специалиста выдать новую."


@pytest.fixture
def link(app):
    """A one-time link for the curator."""
    with app.app_context():
        token = service.issue_link(factories.user("curator"), factories.user("specialist"))
        db.session.commit()
    return f"/set-password/{token}"


@pytest.mark.parametrize(
    "weak",
    [
        "1234567",
        "12345678",
        "19850612",
        "qwerty123",
        "Qwerty-2026",
        "Пароль2026",
        "aaaaaaaa",
        "Школа № 1 (Первый район)",
        "школа2026",
        "ларина1985",
        "Ларина Ольга Павловна",
        "HEAD-2026",
        "x" * 129,
    ],
)
def test_25_weak_password_is_refused_and_the_old_one_stays(app, browser, weak):
    head = browser("head")
    answer = head.post("/account/password", {"old": PASSWORD, "password": weak, "again": weak})
    assert answer.status_code == 422
    assert re.search(r'id="e-password"[^>]*><span class="visually-hidden">Ошибка: </span>\S', answer.text)
    assert browser().post("/login", {"username": "head", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("fine", [NEW, "Синий трактор едет", "x7!kQ9-zz", "demo-2026", "я" * 4 + "б" * 4 + "вгд"])
def test_25_a_password_that_nobody_guesses_is_taken(fine):
    passwords.check_strength(fine, ["head", "Ларина Ольга Павловна", "Школа № 1"])


def test_24_endless_new_password_is_never_hashed(context, monkeypatch):
    monkeypatch.setattr(service, "hash_password", lambda _: pytest.fail("hashed"))
    with pytest.raises(Invalid, match="можно не больше 128"):
        service.set_password(factories.user("head"), "слово " * 200_000, None)


def test_change_names_the_wrong_old_password_at_its_field(browser):
    answer = browser("head").post("/account/password", {"old": "not-my-words", "password": NEW, "again": NEW})
    assert answer.status_code == 422
    assert re.search(r'id="e-old".*?Прежний пароль указан неверно', answer.text)


def test_change_refuses_two_different_new_passwords(browser):
    answer = browser("head").post("/account/password", {"old": PASSWORD, "password": NEW, "again": NEW + "x"})
    assert answer.status_code == 422
    assert re.search(r'id="e-again".*?Пароли не совпадают', answer.text)


def test_borrowed_browser_cannot_guess_the_old_password(browser, at):
    head = browser("head")
    for _ in range(5):
        assert head.post("/account/password", {"old": "a-guess-a", "password": NEW, "again": NEW}).status_code == 422
    right = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert head.post("/account/password", right).status_code == 429
    at(2026, 6, 3, 10, 1, 10)
    assert head.post("/account/password", right).status_code == 303


def test_link_sets_a_password_once(app, browser, link, cast):
    page = browser().get(link)
    assert page.status_code == 200
    assert "Соколова Марина Викторовна" in page.text
    answer = browser().post(link, {"password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert browser().post("/login", {"username": "curator", "password": NEW}).status_code == 303
    for again in (
        browser().get(link),
        browser().post(link, {"password": "drugie-slova-tut", "again": "drugie-slova-tut"}),
    ):
        assert (again.status_code, DEAD in again.text) == (404, True)
    assert browser().post("/login", {"username": "curator", "password": NEW}).status_code == 303
    with app.app_context():
        lines = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == str(cast.users["curator"])))
        assert [verb for verb in lines if verb != "signed_in"] == ["person_invited", "link_issued", "password_changed"]


def test_link_survives_a_weak_password_and_a_look(browser, link):
    assert browser().get(link).status_code == 200
    weak = browser().post(link, {"password": "12345678", "again": "12345678"})
    assert weak.status_code == 422
    assert browser().post(link, {"password": NEW, "again": NEW}).status_code == 303


def test_26_link_dies_after_seven_days(browser, link, at):
    at(2026, 6, 10, 9, 59)
    assert browser().get(link).status_code == 200
    at(2026, 6, 10, 10, 1)
    assert browser().get(link).status_code == 404
    assert browser().post(link, {"password": NEW, "again": NEW}).status_code == 404


def test_26_new_link_kills_the_earlier_one(app, browser, link):
    with app.app_context():
        token = service.issue_link(factories.user("curator"), None)
        db.session.commit()
    assert (browser().get(link).status_code, browser().get(f"/set-password/{token}").status_code) == (404, 200)


@pytest.mark.parametrize("token", ["guess", "a" * 43, "%D0%BF%D1%83%D1%82%D1%8C", "x" * 4000])
def test_26_invented_link_is_not_found(browser, token):
    assert browser().get(f"/set-password/{token}").status_code == 404


def test_link_ends_the_sessions_of_its_owner_only(browser, link):
    curator, head = browser("curator"), browser("head")
    browser().post(link, {"password": NEW, "again": NEW})
    assert curator.get("/account/password").status_code == 302
    assert head.get("/account/password").status_code == 200


def test_7_role_fields_in_password_forms_are_ignored(app, browser, link):
    extra = {"role": "admin", "roles": "admin", "is_active": "1", "school_id": "2", "user_id": "1"}
    assert browser().post(link, {"password": NEW, "again": NEW} | extra).status_code == 303
    changed = {"old": NEW, "password": PASSWORD, "again": PASSWORD}
    curator = browser().sign_in("curator", NEW)
    assert curator.post("/account/password", changed | extra).status_code == 303
    with app.app_context():
        person = factories.user("curator")
        assert (person.roles, person.school.code) == ({factories.Role.CURATOR}, "t1-01")


def test_table_of_links_opens_nothing(app, browser, link):
    with app.app_context():
        row = db.session.scalars(select(PasswordLink)).one()
        assert row.token_hash not in link
        stolen = row.token_hash
    assert browser().get(f"/set-password/{stolen}").status_code == 404
