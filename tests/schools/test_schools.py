"""Schools: the list, a new one, its page, its details, taking part or not."""

from __future__ import annotations

import re
import uuid

import factories
import pytest
from sqlalchemy import func, select

from roadmap.database import db
from roadmap.plan.models import Occurrence
from roadmap.schools.forms import genitive_of
from roadmap.schools.models import School
from roadmap.tick import run_tick

FULL = "Муниципальное бюджетное общеобразовательное учреждение «Тейская средняя школа № 3»"
GENITIVE = "Муниципального бюджетного общеобразовательного учреждения «Тейская средняя школа № 3»"
NEW = {"code": "t1-09", "short_name": "Тейская СШ № 3", "full_name": FULL, "full_name_gen": GENITIVE, "place": "Тея"}


def error_at(page: str, name: str) -> str:
    found = re.search(rf'id="e-{name}"[^>]*>(.*?)</p>', page, re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip().removeprefix("Ошибка: ")


def rows(page: str) -> list[tuple[str, str]]:
    """(school, state of this year's card)."""
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a></th>.*?<span class="state[^>]*>([^<]+)<', page, re.S)


def test_list_shows_the_state_of_this_years_card(app, browser):
    with app.app_context():
        from roadmap.schools.queries import card
        from roadmap.schools.service import confirm_card, save_card

        first, second = factories.school("t1-01"), factories.school("t1-02")
        found = card(first, 2025)
        confirm_card(found, found.version, factories.user("head"))
        other = card(second, 2025)
        other.year = 2026
        save_card(second, 2027, factories.CardDetails({2012: 1}, 5, 1), 0, None)
        db.session.commit()
    page = browser("methodist").get("/schools").text
    assert rows(page) == [
        ("Школа № 1 (Первый район)", "подтверждена"),
        ("Школа № 2 (Первый район)", "нет"),
        ("Школа № 3 (Первый район)", "заполнена"),
    ]
    assert "Второй район" not in page


def test_list_costs_the_same_for_more_schools(app, browser, count_queries):
    boss = browser("specialist")
    boss.get("/schools")
    before = count_queries(lambda: boss.get("/schools"))
    for number in range(3):
        boss.post("/schools/new", NEW | {"code": f"t1-1{number}"})
    assert count_queries(lambda: boss.get("/schools")) == before


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("curator", 403), ("pds", 403), ("admin", 403), ("methodist", 200)]
)
def test_who_sees_the_list(browser, who, status):
    assert browser(who).get("/schools").status_code == status


@pytest.mark.parametrize("who", ["head", "methodist", "admin"])
def test_only_the_specialist_manages_schools(app, browser, cast, who):
    person, own = browser(who), cast.schools["t1-01"]
    refused = 404 if who == "admin" else 403  # an administrator sees no school at all
    assert (person.get("/schools/new").status_code, person.post("/schools/new", NEW).status_code) == (403, 403)
    assert person.get(f"/schools/{own}/edit").status_code == refused
    assert person.post(f"/schools/{own}/edit", NEW | {"version": "1"}).status_code == refused
    assert person.post(f"/schools/{own}/active", {"active": "0", "version": "1"}).status_code == refused
    with app.app_context():
        assert (factories.school("t1-01").active, factories.school("t1-01").version) == (True, 1)


@pytest.mark.parametrize("who", ["stranger", "other-head", "other-specialist", "other-methodist", "pds", "admin"])
def test_1_a_foreign_school_does_not_exist(browser, cast, who):
    person, foreign = browser(who), cast.schools["t1-01"]
    page = person.get(f"/schools/{foreign}")
    assert page.status_code == 404
    assert "Школа № 1 (Первый" not in page.text
    for path in (f"/schools/{foreign}/edit", f"/schools/{foreign}/active", f"/schools/{foreign}/card/2025"):
        assert person.post(path, {"version": "1", "active": "0"}).status_code == 404
    assert person.get(f"/schools/{uuid.uuid4()}").status_code == 404


def test_own_leads_a_head_to_his_school_and_the_office_nowhere(browser, cast):
    answer = browser("head").get("/schools/own")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/schools/{cast.schools['t1-01']}")
    assert browser("specialist").get("/schools/own").status_code == 404


def test_new_school_has_its_page_and_soon_its_dues(app, browser):
    boss = browser("specialist")
    answer = boss.post("/schools/new", NEW)
    assert answer.status_code == 303
    page = boss.get(answer.headers["Location"]).text
    assert "<h1><span hx-disable>Тейская СШ № 3</span></h1>" in page
    assert "/people/new?school=t1-09" in page
    with app.app_context():
        school = factories.school("t1-09")
        assert (school.full_name, school.full_name_gen, school.place, school.phone) == (FULL, GENITIVE, "Тея", "")
        assert (school.since.isoformat(), school.active) == ("2026-06-03", True)
        run_tick()
        db.session.flush()
        owed = select(func.count()).select_from(Occurrence).where(Occurrence.school_id == school.id)
        assert db.session.scalar(owed) > 0
        db.session.rollback()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"code": "t2-01"}, "code", "Код «t2-01» уже занят: выберите другой."),
        ({"code": "Т1"}, "code", "Код – от 2 латинских строчных букв, цифр и дефисов"),
        ({"short_name": " "}, "short_name", "Заполните это поле"),
        (
            {"full_name": "ф" * 401},
            "full_name",
            "Слишком длинный текст: сократите на 1 знак. Можно не больше 400 знаков",
        ),
    ],
)
def test_new_school_says_what_is_wrong_at_the_field(app, browser, change, field, sentence):
    page = browser("specialist").post("/schools/new", NEW | change)
    assert (page.status_code, error_at(page.text, field)) == (422, sentence)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(School)) == 4


def test_blank_genitive_is_suggested_and_stored_only_when_sent_again(app, browser):
    boss = browser("specialist")
    page = boss.post("/schools/new", NEW | {"full_name_gen": ""})
    assert page.status_code == 422
    assert error_at(page.text, "full_name_gen").startswith("Мы подставили родительный падеж")
    shown = re.search(r'<textarea[^>]*id="full_name_gen"[^>]*>\s*(.*?)</textarea>', page.text, re.S)[1]
    assert shown == GENITIVE
    assert boss.post("/schools/new", NEW | {"full_name_gen": shown}).status_code == 303
    with app.app_context():
        assert factories.school("t1-09").full_name_gen == GENITIVE


def test_doubtful_genitive_is_left_to_the_person(browser):
    page = browser("specialist").post("/schools/new", NEW | {"full_name": "Гимназия № 1", "full_name_gen": ""})
    assert (page.status_code, error_at(page.text, "full_name_gen")) == (422, "Заполните это поле")


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        (FULL, GENITIVE),
        (
            "муниципальное казённое учреждение «Вельминская основная школа»",
            "муниципального казённого учреждения «Вельминская основная школа»",
        ),
        ("Частное среднее учреждение «Школа «Лад»»", "Частного среднего учреждения «Школа «Лад»»"),
        ("Общее учреждение «А»", "Общего учреждения «А»"),
        ("Муниципальное учреждение Тейская школа", None),
        ("Гимназия «Лад»", None),
        ("Учреждение «Лад»", None),
        ("Муниципальная школа-учреждение «Лад»", None),
        ("Муниципальное учреждение «Лад» имени Героя", None),
        ("Муниципальное учреждение дополнительного образования «Лад»", None),
    ],
)
def test_genitive_is_made_only_where_it_is_beyond_doubt(name, genitive):
    assert genitive_of(name) == genitive


def test_details_change_and_a_stale_form_does_not_overwrite(app, browser, cast):
    boss, path = browser("specialist"), f"/schools/{cast.schools['t1-01']}/edit"
    assert 'name="version" value="1"' in boss.get(path).text
    form = NEW | {"version": "1", "phone": "8 (39160) 2-11-11", "code": "hacked"}
    answer = boss.post(path, form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/schools/{cast.schools['t1-01']}")
    assert boss.post(path, form | {"short_name": "Другая"}).status_code == 409
    with app.app_context():
        school = factories.school("t1-01")
        assert (school.short_name, school.phone, school.version) == ("Тейская СШ № 3", "8 (39160) 2-11-11", 2)


def test_refused_details_keep_the_version_they_were_read_at(browser, cast):
    boss, path = browser("specialist"), f"/schools/{cast.schools['t1-01']}/edit"
    boss.post(path, NEW | {"version": "1"})
    page = boss.post(path, NEW | {"version": "1", "short_name": ""})
    assert page.status_code == 422
    assert 'name="version" value="1"' in page.text


def test_school_leaves_and_returns(app, browser, cast):
    boss, own = browser("specialist"), f"/schools/{cast.schools['t1-02']}"
    assert boss.post(f"{own}/active", {"active": "0", "version": "1"}).status_code == 303
    assert "Школа больше не участвует в дорожной карте: новых сроков у неё не будет" in boss.get(own).text
    page = boss.get("/schools").text
    assert [name for name, _ in rows(page)] == ["Школа № 1 (Первый район)", "Школа № 3 (Первый район)"]
    assert re.search(r"<h2>Больше не участвуют</h2>\s*<ul hx-disable>\s*<li><a[^>]*>Школа № 2", page)
    assert boss.post(f"{own}/active", {"active": "1", "version": "1"}).status_code == 409
    assert boss.post(f"{own}/active", {"active": "1", "version": "2"}).status_code == 303
    with app.app_context():
        assert factories.school("t1-02").active is True


def test_school_page_offers_each_role_its_own_actions(browser, cast):
    path = f"/schools/{cast.schools['t1-01']}"
    words = ("Изменить карточку", "Подтвердить карточку", "Изменить сведения", "Школа больше не участвует")
    seen = {who: [word in browser(who).get(path).text for word in words] for who in ("head", "methodist", "specialist")}
    assert seen == {
        "head": [True, True, False, False],
        "methodist": [False, False, False, False],
        "specialist": [False, False, True, True],
    }
