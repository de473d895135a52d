"""The roadmap, a measure, an occurrence and the month's summary: what each shows, to whom, and at what cost."""

from __future__ import annotations

import re
from datetime import date

import factories
import pytest
from sqlalchemy import update

from roadmap.database import db
from roadmap.plan import service as plan
from roadmap.plan.models import Measure, Occurrence
from roadmap.schools.models import School

NBSP = "\u00a0"


def _commit(app, *makers):
    with app.app_context():
        for maker in makers:
            maker()
        db.session.commit()


def _measure(app, module, period="2026", school="t1-01"):
    with app.app_context():
        return factories.occurrence(school, module, period).measure_id


def _occurrence(app, school, module, period="2026"):
    with app.app_context():
        return factories.occurrence(school, module, period).id


def _accept(code, period="2026-05", **answers):
    return lambda: factories.accepted(code, "monthly_return", period, site_updates=[], events=[], **answers)


def _rows(page: str) -> dict[str, str]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    found = {}
    for row in rows:
        if number := re.search(r'href="/measures/[^"]+">(\d\.\d)', row):
            found[number[1]] = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    return found


# The roadmap


def test_the_roadmap_of_a_school_shows_its_own_states(app, browser):
    _commit(app, lambda: factories.sent("t1-01"), lambda: factories.accepted("t1-02"))
    page = browser("head").get("/roadmap").text
    rows = _rows(page)
    assert len(rows) == 25
    assert rows["5.3"].endswith("10.06.2027 просрочено: 1 на проверке: 1")
    assert rows["5.1"].endswith("исполняет управление: просрочено: 3")
    assert rows["2.5"].endswith("По графику ПДС по графику отдельных сроков нет")
    assert rows["3.2"].endswith("В течение периода реализации в течение периода реализации отдельных сроков нет")
    assert rows["2.4"].split(" Постоянно ")[1].startswith("05.06.2026 через 2 рабочих дня")
    assert "Как у нас" in page


def test_a_school_never_reads_of_another_school(app, browser):
    _commit(app, lambda: factories.accepted("t1-02"), lambda: factories.returned("t1-01"))
    with app.app_context():
        measures = db.session.scalars(Measure.visible_to(factories.user("head")).with_only_columns(Measure.id)).all()
    head = browser("head")
    addresses = ["/", "/roadmap", "/roadmap/2022-2024", *(f"/measures/{key}" for key in measures)]
    for address in addresses:
        answer = head.get(address)
        assert answer.status_code == 200, address
        assert re.findall(r"Школа № [23]|Не сдали", answer.text) == [], address


def test_the_office_reads_who_is_late(app, browser):
    _commit(
        app,
        lambda: plan.mark_not_required(
            factories.occurrence("t1-02", "informing", "2025"), "Закрыта", 1, factories.user("specialist")
        ),
    )
    rows = _rows(browser("methodist").get("/roadmap").text)
    names = "Школа № 1 (Первый район), Школа № 3 (Первый район)"
    assert rows["2.1"].endswith(f"просрочено: 3 Не сдали: {names}")
    assert "Не сдали" not in rows["5.1"]


@pytest.mark.parametrize("who", ["pds", "admin"])
def test_who_does_not_read_schools_sees_the_offices_states_only(browser, who):
    rows = _rows(browser(who).get("/roadmap").text)
    assert rows["5.1"].endswith("просрочено: 3")
    assert rows["5.3"].endswith("в течение всего периода реализации – –")
    assert rows["2.1"].endswith("просрочено")


def test_editions_are_switched(browser):
    specialist = browser("specialist")
    page = specialist.get("/roadmap/2022-2024").text
    assert "<h1>Дорожная карта 2022–2024</h1>" in page
    assert _rows(page)["1.1"].endswith("До 17.10.2022 – просрочено")
    assert '<a href="/roadmap/2022-2024" aria-current="true">2022–2024</a>' in page
    assert '<a href="/roadmap/2025-2027">2025–2027</a>' in page
    assert "<h1>Дорожная карта 2025–2027</h1>" in specialist.get("/roadmap").text
    assert specialist.get("/roadmap/2031-2033").status_code == 404


def test_a_draft_edition_is_the_specialists(app, browser):
    def draft():
        plan.draft_edition(
            factories.school("t1-01").municipality_id, "Проект карты", date(2028, 1, 1), date(2030, 12, 31), ()
        )

    _commit(app, draft)
    page = browser("specialist").get("/roadmap/2028-2030").text
    assert "Проект, ещё не действует" in page
    for who in ("head", "methodist"):
        assert browser(who).get("/roadmap/2028-2030").status_code == 404
        assert "2028" not in browser(who).get("/roadmap").text


# A measure


def test_a_measure_for_the_office_is_a_matrix_with_periods_to_close(app, browser):
    _commit(
        app, _accept("t1-01"), lambda: factories.sent("t1-02", "monthly_return", "2026-05", site_updates=[], events=[])
    )
    measure = _measure(app, "monthly_return", "2026-05")
    page = browser("specialist").get(f"/measures/{measure}").text
    matrix = page.split('<table class="matrix">')[1]
    schools = {
        re.search(r'<th scope="row" hx-disable>(.*?)</th>', row)[1]: re.findall(r'state state-(\w+)"', row)
        for row in re.findall(r"<tr>(.*?)</tr>", matrix.split("<tbody>")[1], re.S)
    }
    late, later = ["overdue"] * 4, ["not_started", *["upcoming"] * 6]
    assert schools == {
        "Школа № 1 (Первый район)": [*late, "accepted", *later],
        "Школа № 2 (Первый район)": [*late, "submitted", *later],
        "Школа № 3 (Первый район)": [*late, "not_started", *later],
    }
    assert "1 из 3" in page
    assert f'action="/measures/{measure}/periods/2026-05/close"' in page
    assert f'action="/measures/{measure}/periods/2026-07/close"' not in page  # not open yet
    assert 'href="/queue?measure=2.4&amp;period=2026-05&amp;state=all"' in page
    assert "periods/2026-05/close" not in browser("methodist").get(f"/measures/{measure}").text
    assert "periods/2026-05/close" not in browser("head").get(f"/measures/{measure}").text


def test_a_due_date_on_a_saturday_is_kept_and_explained(app, browser):
    with app.app_context():
        measure = factories.occurrence("t1-01", "school_report", "2023").measure_id
        key = factories.occurrence("t1-01", "school_report", "2023").id
    note = "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 09.06.2023."
    for address in (f"/measures/{measure}?year=2023", f"/occurrences/{key}"):
        for who in ("head", "specialist"):
            page = browser(who).get(address).text
            assert (page.count(note), f"10 июня 2023{NBSP}г." in page) == (1, True)


def test_years_of_a_measure_are_switched(app, browser):
    measure = _measure(app, "monthly_return", "2026-05")
    head = browser("head")
    page = head.get(f"/measures/{measure}?year=2025").text
    assert f"декабрь 2025{NBSP}г." in page and f"декабрь 2026{NBSP}г." not in page
    assert [head.get(f"/measures/{measure}?year={year}").status_code for year in ("2024", "x", "20255")] == [404] * 3


def test_a_measure_without_dates_says_so(app, browser):
    with app.app_context():
        measures = {
            row.number: row.id
            for row in db.session.scalars(Measure.visible_to(factories.user("head")))
            if row.edition.code == "2025-2027"
        }
    words = {"3.2": "Сроки: в течение периода реализации.", "2.5": "Сроки: по графику."}
    for number, sentence in words.items():
        for who in ("head", "specialist"):
            assert sentence in browser(who).get(f"/measures/{measures[number]}").text


def test_a_measure_of_another_municipality_is_not_there(app, browser):
    assert browser("other-specialist").get(f"/measures/{_measure(app, 'school_report')}").status_code == 404


# An occurrence


def test_an_occurrence_is_its_schools_and_the_offices(app, browser):
    own, office = _occurrence(app, "t1-01", "school_control"), _occurrence(app, None, "site_monitoring", "2026-05")
    who = ("head", "curator", "stranger", "specialist", "methodist", "pds", "admin", "other-specialist")
    statuses = {name: [browser(name).get(f"/occurrences/{key}").status_code for key in (own, office)] for name in who}
    assert statuses == {
        "head": [200, 404],
        "curator": [200, 404],
        "stranger": [404, 404],
        "specialist": [200, 200],
        "methodist": [200, 200],
        "pds": [404, 404],
        "admin": [404, 404],
        "other-specialist": [404, 404],
    }


def test_an_occurrence_leads_to_the_next_step_of_its_reader(app, browser):
    report, control = _occurrence(app, "t1-01", "school_report"), _occurrence(app, "t1-01", "school_control")
    office = _occurrence(app, None, "consolidated_return")
    head, specialist = browser("head"), browser("specialist")
    assert f'action="/occurrences/{report}/start"' in head.get(f"/occurrences/{report}").text
    assert f'href="/occurrences/{control}/evidence"' in head.get(f"/occurrences/{control}").text
    assert f'href="/occurrences/{office}/evidence"' in specialist.get(f"/occurrences/{office}").text
    page = specialist.get(f"/occurrences/{control}").text
    assert f'href="/occurrences/{control}/evidence"' not in page
    assert f'href="/occurrences/{control}/not-required"' in page
    assert "not-required" not in head.get(f"/occurrences/{control}").text


def test_an_accepted_report_leads_to_its_paper(app, browser):
    _commit(app, lambda: factories.accepted("t1-01"))
    key = _occurrence(app, "t1-01", "school_report")
    assert 'href="/documents/new/D3/2026"' in browser("head").get(f"/occurrences/{key}").text
    assert "documents/new" not in browser("specialist").get(f"/occurrences/{key}").text


def test_a_closed_occurrence_offers_no_step(app, browser):
    def close():
        plan.close_period(factories.occurrence("t1-01").measure, "2026", factories.user("specialist"))

    _commit(app, close)
    page = browser("head").get(f"/occurrences/{_occurrence(app, 't1-01', 'school_report')}").text
    assert "Приём закрыт 03.06.2026." in page
    assert "/start" not in page


# The month


def test_the_months_summary_has_sums_and_names_who_is_missing(app, browser):
    _commit(app, _accept("t1-01", meetings=24, new_pairs=2), _accept("t1-03", meetings=10, new_pairs=1))
    page = browser("specialist").get("/monthly").text
    assert f"<h1>Сводка за месяц: май 2026{NBSP}г.</h1>" in page
    assert f"<h2>По данным 2 из 3{NBSP}школ</h2>" in page
    assert "Нет принятых сведений: <span hx-disable>Школа № 2 (Первый район)</span>." in page
    rows = re.findall(r"<tr>(.*?)</tr>", page.split('<table class="matrix">')[1].split("</table>")[0], re.S)[1:]
    cells = [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]
    assert cells == [
        ["Школа № 1 (Первый район)", "2", "0", "24", "0", "0", "0", "нет мероприятий"],
        ["Школа № 3 (Первый район)", "1", "0", "10", "0", "0", "0", "нет мероприятий"],
        ["Итого", "3", "0", "34", "0", "0", "0", ""],
    ]


def test_months_are_switched_and_unknown_ones_are_not_there(browser):
    methodist = browser("methodist")
    page = methodist.get("/monthly/2026-05").text
    assert 'href="/monthly/2026-04" rel="prev"' in page
    assert 'href="/monthly/2026-06" rel="next"' in page
    assert f"<h1>Сводка за месяц: апрель 2026{NBSP}г.</h1>" in methodist.get("/monthly?period=2026-04").text
    assert 'rel="next"' not in methodist.get("/monthly/2026-06").text  # July has not begun
    assert [methodist.get(f"/monthly/{period}").status_code for period in ("2026-07", "2020-01", "x")] == [404] * 3


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("curator", 403), ("pds", 403), ("admin", 403)])
def test_the_months_summary_is_the_offices(browser, who, status):
    assert browser(who).get("/monthly").status_code == status


def test_a_school_that_owes_nothing_is_not_missing(app, browser):
    def excuse():
        return plan.mark_not_required(
            factories.occurrence("t1-02", "monthly_return", "2026-05"), "Ремонт", 1, factories.user("specialist")
        )

    _commit(app, _accept("t1-01"), excuse)
    page = browser("specialist").get("/monthly/2026-05").text
    assert f"По данным 1 из 2{NBSP}школ" in page
    assert "Нет принятых сведений: <span hx-disable>Школа № 3 (Первый район)</span>." in page


# Cost


def test_lists_cost_the_same_for_one_school_and_for_three(app, browser, count_queries):
    _commit(app, _accept("t1-01"), _accept("t1-02"), _accept("t1-03"), lambda: factories.sent("t1-01"))
    measure = _measure(app, "monthly_return", "2026-05")
    specialist = browser("specialist")
    addresses = ("/", "/roadmap", f"/measures/{measure}", "/monthly/2026-05")
    for address in addresses:
        specialist.get(address)
    with_three = [count_queries(lambda a=address: specialist.get(a)) for address in addresses]
    with app.app_context():
        keys = [factories.school(code).id for code in ("t1-02", "t1-03")]
        far = factories.school("t2-01").municipality_id
        db.session.execute(update(Occurrence).where(Occurrence.school_id.in_(keys)).values(municipality_id=far))
        db.session.execute(update(School).where(School.id.in_(keys)).values(municipality_id=far))
        db.session.commit()
    with_one = [count_queries(lambda a=address: specialist.get(a)) for address in addresses]
    assert with_one == with_three
    assert max(with_three) <= 16
