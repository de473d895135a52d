"""Inviting people, their roles, switching an account off and on."""

from __future__ import annotations

import re
import uuid

import factories
import pytest
from sqlalchemy import func, select

from roadmap.access import Role
from roadmap.accounts import service
from roadmap.accounts.models import User
from roadmap.database import db

NEW = {
    "full_name": "ИВАНОВА анна ивановна",
    "username": "Ivanova.AI",
    "roles": ["head", "curator"],
    "school": "t1-02",
    "post": "директор",
    "email": "ivanova@school.ru",
}


def error_at(page: str, name: str) -> str:
    found = re.search(rf'id="e-{name}"[^>]*>(.*?)</p>', page, re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip().removeprefix("Ошибка: ")


def names_in(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', page)


def test_people_are_listed_by_surname_with_roles_and_school(browser):
    page = browser("specialist").get("/people").text
    assert names_in(page) == [
        "Белов Иван Иванович",
        "Гусев Пётр Ильич",
        "Котова Анна Сергеевна",
        "Ларина Ольга Павловна",
        "Орлова Вера Николаевна",
        "Оюн Айдыс Кара-оолович",
        "Смирнова Елена Викторовна",
        "Соколова Марина Викторовна",
    ]
    assert '<td data-label="Роли">руководитель ОО, куратор</td>' in page
    assert "Чужой" not in page


def test_list_costs_the_same_for_more_people(app, browser, count_queries):
    boss = browser("admin")
    boss.get("/people")
    before = count_queries(lambda: boss.get("/people"))
    with app.app_context():
        here = factories.user("admin").municipality_id
        for number in range(3):
            service.add_user(here, f"new-{number}", "Новый Человек", [Role.METHODIST])
        db.session.commit()
    assert count_queries(lambda: boss.get("/people")) == before


@pytest.mark.parametrize("who", ["head", "curator", "methodist", "pds"])
def test_others_may_not_manage_people(app, browser, cast, who):
    person = browser(who)
    victim = cast.users["stranger"]
    assert [person.get(path).status_code for path in ("/people", "/people/new")] == [403, 403]
    assert person.post("/people/new", NEW).status_code == 403
    assert person.get(f"/people/{cast.users[who]}").status_code == 403  # oneself: seen, not managed
    for path in (f"/people/{victim}", f"/people/{victim}/link", f"/people/{victim}/active"):
        assert person.post(path, {"version": "1", "active": "0"}).status_code == 404
    with app.app_context():
        assert factories.user("stranger").active is True


def test_4_people_of_another_municipality_do_not_exist(app, browser, cast):
    boss = browser("specialist")
    theirs, nobody = cast.users["other-head"], uuid.uuid4()
    bodies = [
        re.sub(r'X-CSRFToken": "[^"]+"|[0-9a-f-]{36}', "", boss.get(f"/people/{key}").text) for key in (theirs, nobody)
    ]
    assert bodies[0] == bodies[1]
    for path in (f"/people/{theirs}", f"/people/{theirs}/link", f"/people/{theirs}/active"):
        assert boss.post(path, {"version": "1", "active": "0", "roles": "head"}).status_code == 404
    with app.app_context():
        assert factories.user("other-head").active is True


def test_invitation_makes_an_account_and_shows_its_link_once(app, browser):
    boss = browser("specialist")
    page = boss.post("/people/new", NEW)
    assert page.status_code == 200
    link = re.search(r'value="http://localhost(/set-password/[^"]+)"', page.text)[1]
    assert "Ссылка показана один раз" in page.text
    assert "до 10 июня 2026" in page.text
    with app.app_context():
        person = factories.user("ivanova.ai")
        assert (person.full_name, person.post, person.email) == (
            "Иванова Анна Ивановна",
            "директор",
            "ivanova@school.ru",
        )
        assert (person.roles, person.school.code) == ({Role.HEAD, Role.CURATOR}, "t1-02")
        assert (person.active, person.password_hash) == (True, None)
        key = person.id
    assert link not in boss.get(f"/people/{key}").text
    assert names_in(boss.get("/people?show=waiting").text) == ["Иванова Анна Ивановна"]
    assert browser().post(link, {"password": "oblako-les-kamen", "again": "oblako-les-kamen"}).status_code == 303
    invited = browser().sign_in("ivanova.ai", "oblako-les-kamen")
    assert invited.get("/schools/own").status_code == 302
    assert names_in(boss.get("/people?show=waiting").text) == []


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"full_name": ""}, "full_name", "Заполните это поле"),
        ({"full_name": "Иванова"}, "full_name", "Введите фамилию, имя и отчество (если есть) через пробел"),
        ({"username": "head"}, "username", "Имя пользователя «head» уже занято: выберите другое."),
        (
            {"username": "Иванова"},
            "username",
            "Имя пользователя: от 3 латинских строчных букв, цифр, точек или дефисов.",
        ),
        ({"email": "ivanova"}, "email", "Введите адрес целиком, например ivanova@school.ru"),
        ({"roles": []}, "roles", "Выберите хотя бы одну роль"),
        ({"school": ""}, "school", "Выберите школу, в которой работает этот человек"),
        ({"roles": ["methodist"]}, "school", "Для этой роли школа не нужна: оставьте «выберите»"),
        ({"roles": ["head", "admin"]}, "roles", "Роли школы и муниципалитета нельзя совмещать в одной учётной записи."),
        ({"roles": ["root"]}, "roles", "Выберите один из предложенных вариантов"),
        ({"school": "t2-01"}, "school", "Выберите один из предложенных вариантов"),
    ],
)
def test_invitation_says_what_is_wrong_at_the_field(app, browser, change, field, sentence):
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(User))
    page = browser("specialist").post("/people/new", NEW | change)
    assert (page.status_code, error_at(page.text, field)) == (422, sentence)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == before


def test_7_invitation_ignores_fields_that_are_not_its_own(app, browser):
    extra = {
        "municipality_id": str(uuid.uuid4()),
        "password_hash": "x",
        "active": "0",
        "school_id": "1",
        "version": "9",
    }
    assert browser("specialist").post("/people/new", NEW | extra).status_code == 200
    with app.app_context():
        person, boss = factories.user("ivanova.ai"), factories.user("specialist")
        assert (person.municipality_id, person.active, person.password_hash) == (boss.municipality_id, True, None)
        assert (person.school.code, person.version) == ("t1-02", 1)


def test_invitation_from_a_school_page_has_the_school_chosen(browser):
    page = browser("specialist").get("/people/new?school=t1-03&roles=admin").text
    assert re.findall(r'<option value="([^"]*)" selected', page) == ["t1-03"]
    assert 'value="admin" checked' not in page


def person_form(username: str, **change: object) -> dict[str, object]:
    person = factories.user(username)
    roles = sorted(role.value for role in person.roles)
    return {"full_name": person.full_name, "roles": roles, "version": str(person.version)} | change


def test_one_person_becomes_head_and_curator(app, browser, cast):
    boss = browser("specialist")
    with app.app_context():
        form = person_form("head", roles=["curator", "head"], post="директор")
    answer = boss.post(f"/people/{cast.users['head']}", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    with app.app_context():
        person = factories.user("head")
        assert (person.roles, person.post) == ({Role.HEAD, Role.CURATOR}, "директор")
        assert str(person.version - 1) == form["version"]


def test_changed_surname_moves_in_the_list(app, browser, cast):
    boss = browser("admin")
    with app.app_context():
        form = person_form("head", full_name="Абрамова Ольга Павловна")
    boss.post(f"/people/{cast.users['head']}", form)
    assert names_in(boss.get("/people").text)[0] == "Абрамова Ольга Павловна"


def test_stale_version_is_a_conflict(app, browser, cast):
    boss = browser("specialist")
    with app.app_context():
        form = person_form("head", roles=["curator"])
        stale = person_form("head")
    assert boss.post(f"/people/{cast.users['head']}", form).status_code == 303
    assert boss.post(f"/people/{cast.users['head']}", stale).status_code == 409
    off = {"active": "0", "version": stale["version"]}
    assert boss.post(f"/people/{cast.users['head']}/active", off).status_code == 409
    with app.app_context():
        assert (factories.user("head").roles, factories.user("head").active) == ({Role.CURATOR}, True)


@pytest.mark.parametrize(
    ("username", "roles", "sentence"),
    [
        ("head", [], "Выберите хотя бы одну роль"),
        (
            "head",
            ["specialist"],
            "Для ролей «руководитель ОО» и «куратор» выберите школу, для остальных – не выбирайте.",
        ),
        ("specialist", ["methodist"], "Нельзя снять собственные права: попросите администратора."),
    ],
)
def test_roles_that_do_not_fit_are_refused(app, browser, cast, username, roles, sentence):
    with app.app_context():
        form, before = person_form(username, roles=roles), factories.user(username).roles
    page = browser("specialist").post(f"/people/{cast.users[username]}", form)
    assert (page.status_code, error_at(page.text, "roles")) == (422, sentence)
    with app.app_context():
        assert factories.user(username).roles == before


def test_person_of_a_school_is_offered_school_roles_only(browser, cast):
    boss = browser("specialist")
    offered = [
        re.findall(r'name="roles" value="([^"]+)"', boss.get(f"/people/{cast.users[name]}").text)
        for name in ("head", "pds")
    ]
    assert offered == [["head", "curator"], ["methodist", "specialist", "pds", "admin"]]


def test_account_goes_off_and_on_again(app, browser, cast):
    boss, path = browser("admin"), f"/people/{cast.users['curator']}"
    with app.app_context():
        version = factories.user("curator").version
    assert boss.post(f"{path}/active", {"active": "0", "version": str(version)}).status_code == 303
    assert names_in(boss.get("/people?show=inactive").text) == ["Соколова Марина Викторовна"]
    refused = boss.post(f"{path}/link")
    assert (refused.status_code, "Сначала включите её" in refused.text) == (409, True)
    assert boss.post(f"{path}/active", {"active": "1", "version": str(version + 1)}).status_code == 303
    assert browser("curator").get("/account/password").status_code == 200


@pytest.mark.parametrize("flag", ["", "2", "да"])
def test_damaged_flag_is_refused(app, browser, cast, flag):
    answer = browser("admin").post(f"/people/{cast.users['curator']}/active", {"active": flag, "version": "1"})
    assert answer.status_code == 400
    with app.app_context():
        assert factories.user("curator").active is True


def test_nobody_switches_himself_off(app, browser, cast):
    with app.app_context():
        version = factories.user("admin").version
    off = {"active": "0", "version": str(version)}
    answer = browser("admin").post(f"/people/{cast.users['admin']}/active", off)
    assert answer.status_code == 422
    assert "Нельзя отключить собственную учётную запись" in answer.text
    with app.app_context():
        assert factories.user("admin").active is True


def test_htmx_gets_the_list_alone(browser):
    page = browser("specialist").get("/people?show=active", headers={"HX-Request": "true"})
    assert "<!doctype" not in page.text
    assert len(names_in(page.text)) == 8


def test_broken_filter_is_a_bad_request(browser):
    assert browser("specialist").get("/people?show=all%27").status_code == 400


def test_name_with_markup_stays_text(app, browser, cast):
    boss = browser("specialist")
    with app.app_context():
        form = person_form("head", full_name='Ларина <div hx-post="/logout" hx-trigger="load">', post="<script>")
    boss.post(f"/people/{cast.users['head']}", form)
    for page in (boss.get("/people").text, boss.get(f"/people/{cast.users['head']}").text, boss.get("/audit").text):
        assert '<div hx-post="/logout"' not in page
        assert "<script>" not in page
