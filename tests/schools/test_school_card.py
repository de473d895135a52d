"""«Карточка ОО»: filled in September, confirmed in May, its ages counted by calendar year (rule 12, dossier §3.3)."""

from __future__ import annotations

import re

import factories
import pytest
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.schools.queries import card
from roadmap.schools.service import save_card
from roadmap.submissions.facts import facts_for

BORN = {f"born_{year}": "10" for year in range(2007, 2021)}
FILLED = BORN | {"teachers": "30", "early_career_teachers": "3", "site_section_url": "https://school.ru/nastavnik"}


def error_at(page: str, name: str) -> str:
    found = re.search(rf'id="e-{name}"[^>]*>(.*?)</p>', page, re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip().removeprefix("Ошибка: ")


def figures(page: str) -> dict[str, str]:
    return {
        label: value
        for value, label in re.findall(r'figure-value">([^<]+)</p>\s*<p class="figure-label">([^<]+)<', page)
    }


def stored(app, code: str = "t1-01", year: int = 2025):
    with app.app_context():
        found = card(factories.school(code), year)
        db.session.expunge_all()
        return found


@pytest.fixture
def path(cast):
    return f"/schools/{cast.schools['t1-01']}/card/2025"


def test_card_asks_for_ages_six_to_nineteen_of_the_year_in_which_the_school_year_ends(browser, path):
    page = browser("curator").get(path).text
    asked = re.findall(r'<input[^>]*name="born_(\d{4})"', page)
    assert asked == [str(year) for year in range(2020, 2006, -1)]
    assert "2025/2026 учебный год" in page
    assert "10–19 лет – это 2007–2016 годы рождения, 15–19 лет – 2007–2011." in page


def test_saved_card_shows_its_totals(app, browser, cast, path):
    head = browser("head")
    answer = head.post(path, FILLED | {"born_2016": "7", "born_2017": "", "born_2007": "1", "version": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/schools/{cast.schools['t1-01']}")
    page = head.get(answer.headers["Location"]).text
    assert figures(page) == {
        "обучающихся всего": "118",
        "из них 10–19 лет": "88",
        "из них 15–19 лет": "41",
        "педагогов": "30",
        "молодых специалистов": "3",
    }
    found = stored(app)
    assert (found.pupils["2016"], "2017" in found.pupils, found.version) == (7, False, 2)
    assert (found.saved_by_id, found.site_section_url) == (cast.users["head"], "https://school.ru/nastavnik")


def test_totals_of_the_page_are_the_denominators_of_the_report(app, browser, path):
    head = browser("head")
    head.post(path, FILLED | {"version": "1"})
    shown = figures(head.get(path).text)
    with app.app_context():
        facts = facts_for(factories.occurrence("t1-01"))
    assert (shown["из них 10–19 лет"], shown["из них 15–19 лет"]) == (
        str(facts["pupils_10_19"]),
        str(facts["pupils_15_19"]),
    )


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"born_2012": "-1"}, "born_2012", "Число не может быть отрицательным"),
        ({"born_2012": "двадцать"}, "born_2012", "Введите целое число, например 12"),
        ({"teachers": ""}, "teachers", "Заполните это поле"),
        ({"early_career_teachers": "31"}, "early_career_teachers", "Молодых специалистов 31, а педагогов всего 30"),
        (
            {"site_section_url": "javascript:alert(1)"},
            "site_section_url",
            "Введите адрес целиком, например https://school.ru/nastavnichestvo",
        ),
        (dict.fromkeys(BORN, ""), "born_2020", "Укажите число обучающихся хотя бы одного года рождения"),
    ],
)
def test_card_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(app, browser, path, change, field, sentence):
    page = browser("head").post(path, FILLED | change | {"version": "1"})
    assert (page.status_code, error_at(page.text, field)) == (422, sentence)
    assert 'name="version" value="1"' in page.text
    assert 'value="https://school.ru/nastavnik"' in page.text or "site_section_url" in change
    assert stored(app).version == 1


def test_errors_are_listed_in_the_order_of_the_page(browser, path):
    page = browser("head").post(path, FILLED | {"born_2012": "x", "teachers": "", "version": "1"}).text
    summary = page[page.index("data-error-summary") : page.index("</ul>", page.index("data-error-summary"))]
    assert re.findall(r'href="#([a-z_0-9]+)"', summary) == ["born_2012", "teachers"]


def test_stale_card_shows_both_numbers_and_may_be_saved_knowingly(app, browser, path):
    head, curator = browser("head"), browser("curator")
    assert curator.post(path, FILLED | {"born_2012": "33", "version": "1"}).status_code == 303
    refused = head.post(path, FILLED | {"born_2012": "44", "version": "1"})
    assert refused.status_code == 409
    assert "2012\u00a0г.\u00a0р.: сохранено 33, у вас 44" in refused.text
    assert (stored(app).pupils["2012"], stored(app).version) == (33, 2)
    assert 'name="version" value="2"' in refused.text
    assert head.post(path, FILLED | {"born_2012": "44", "version": "2"}).status_code == 303
    assert stored(app).pupils["2012"] == 44


def test_confirmation_holds_until_the_card_is_changed(app, browser, path):
    head = browser("head")
    assert head.post(f"{path}/confirm", {"version": "1"}).status_code == 303
    assert stored(app).confirmed_at is not None
    again = head.post(f"{path}/confirm", {"version": "2"})
    assert (again.status_code, "Карточка уже подтверждена" in again.text) == (409, True)
    assert head.post(path, FILLED | {"version": "2"}).status_code == 303
    assert stored(app).confirmed_at is None
    with app.app_context():
        key = str(card(factories.school("t1-01"), 2025).id)
        verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == key).order_by(AuditEvent.seq))
        assert verbs.all() == ["card_saved", "card_confirmed", "card_saved"]


def test_confirmation_of_numbers_that_changed_meanwhile_is_a_conflict(app, browser, path):
    head = browser("head")
    head.post(path, FILLED | {"version": "1"})
    assert head.post(f"{path}/confirm", {"version": "1"}).status_code == 409
    assert stored(app).confirmed_at is None


def test_new_school_year_starts_from_last_years_numbers(app, browser, cast, at):
    at(2026, 9, 1, 9, 0)
    head = browser("head")
    path = f"/schools/{cast.schools['t1-01']}/card/2026"
    assert "Карточка за этот учебный год ещё не заполнена" in head.get(f"/schools/{cast.schools['t1-01']}").text
    page = head.get(path).text
    assert "Числа перенесены из карточки прошлого учебного года" in page
    values = dict(re.findall(r'<input[^>]*name="(born_\d{4}|teachers)"[^>]*value="(\d*)"', page))
    assert (values["born_2020"], values["born_2021"], values["teachers"]) == ("20", "", "31")
    assert 'name="version" value="0"' in page
    form = {key: value for key, value in FILLED.items() if key != "born_2007"} | {"born_2021": "9", "version": "0"}
    assert head.post(path, form).status_code == 303
    assert head.post(path, form).status_code == 409
    assert stored(app, year=2026).pupils_10_19 == 100


@pytest.mark.parametrize("year", [2020, 2026, 99999])
def test_there_is_no_card_before_the_school_nor_of_a_year_to_come(browser, cast, year):
    assert browser("head").get(f"/schools/{cast.schools['t1-01']}/card/{year}").status_code == 404


def test_confirming_a_card_that_is_not_there_is_not_found(browser, cast):
    assert (
        browser("head").post(f"/schools/{cast.schools['t1-01']}/card/2021/confirm", {"version": "0"}).status_code == 404
    )


@pytest.mark.parametrize(
    ("who", "status"), [("specialist", 403), ("methodist", 403), ("stranger", 404), ("other-head", 404)]
)
def test_only_the_school_fills_its_card(app, browser, path, who, status):
    person = browser(who)
    assert person.get(path).status_code == status
    assert person.post(path, FILLED | {"version": "1"}).status_code == status
    assert person.post(f"{path}/confirm", {"version": "1"}).status_code == status
    assert (stored(app).version, stored(app).confirmed_at) == (1, None)


def test_8_fields_that_are_not_the_forms_are_ignored(app, browser, path):
    extra = {"confirmed_at": "2026-01-01", "school_id": "1", "year": "2020", "born_1990": "500"}
    assert browser("head").post(path, FILLED | extra | {"version": "1"}).status_code == 303
    found = stored(app)
    assert (found.confirmed_at, found.year, found.pupils_total) == (None, 2025, 140)


@pytest.mark.parametrize("version", ["", "one", "-1", "9999999999"])
def test_form_without_its_version_is_refused(app, browser, path, version):
    assert browser("head").post(path, FILLED | {"version": version}).status_code == 400
    assert stored(app).version == 1


def test_ages_are_counted_on_both_sides_inclusive(context):
    school = factories.school("t1-01")
    details = factories.CardDetails({2006: 1, 2007: 2, 2011: 4, 2012: 8, 2016: 16, 2017: 32}, 5, 0)
    saved = save_card(school, 2025, details, 1, None)
    assert (saved.pupils_10_19, saved.pupils_15_19, saved.pupils_total) == (30, 6, 63)
