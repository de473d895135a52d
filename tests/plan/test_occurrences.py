"""The 25 measures of 2022–2024 yield exactly the dates that the roadmap and its rules name, and no others.

The table is written by hand from the roadmap's lines; the working days of 5.4 were counted on the Russian calendar
(in January the first working day is the 9th, the days before it are holidays).
"""

from __future__ import annotations

import json
from datetime import date

import factories
import pytest
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Invalid, WrongState
from roadmap.plan import service
from roadmap.plan.models import Edition, Measure, Occurrence
from roadmap.plan.seed import FOUNDING_TITLE, founding_roadmap, moved
from roadmap.schools.models import Municipality
from roadmap.schools.service import SchoolDetails, add_school
from roadmap.tick import run_tick

OFFICE = (None,)
SCHOOLS = ("t1-01", "t1-02", "t1-03")
BOTH = (None, *SCHOOLS)
MAY_AND_NOVEMBER = {
    "2022-11": "2022-11-30",
    "2023-05": "2023-05-31",
    "2023-11": "2023-11-30",
    "2024-05": "2024-05-31",
    "2024-11": "2024-11-30",
}
MONTHS = {
    "2022-10": "2022-11-05",
    "2022-11": "2022-12-05",
    "2022-12": "2023-01-05",
    "2023-01": "2023-02-05",
    "2023-02": "2023-03-05",
    "2023-03": "2023-04-05",
    "2023-04": "2023-05-05",
    "2023-05": "2023-06-05",
    "2023-06": "2023-07-05",
    "2023-07": "2023-08-05",
    "2023-08": "2023-09-05",
    "2023-09": "2023-10-05",
    "2023-10": "2023-11-05",
    "2023-11": "2023-12-05",
    "2023-12": "2024-01-05",
    "2024-01": "2024-02-05",
    "2024-02": "2024-03-05",
    "2024-03": "2024-04-05",
    "2024-04": "2024-05-05",
    "2024-05": "2024-06-05",
    "2024-06": "2024-07-05",
    "2024-07": "2024-08-05",
    "2024-08": "2024-09-05",
    "2024-09": "2024-10-05",
    "2024-10": "2024-11-05",
    "2024-11": "2024-12-05",
    "2024-12": "2025-01-05",
}
QUARTERS = {
    "2022-Q4": "2023-01-13",  # 9, 10, 11, 12, 13 January
    "2023-Q1": "2023-04-07",
    "2023-Q2": "2023-07-07",
    "2023-Q3": "2023-10-06",
    "2023-Q4": "2024-01-15",  # 9, 10, 11, 12, 15 January
    "2024-Q1": "2024-04-05",
    "2024-Q2": "2024-07-05",
    "2024-Q3": "2024-10-07",  # 1, 2, 3, 4, 7 October
    "2024-Q4": "2025-01-15",  # 9, 10, 13, 14, 15 January
}
# number: (who owes it, {period: due})
TABLE: dict[str, tuple[tuple[str | None, ...], dict[str, str]]] = {
    "1.1": (OFFICE, {"2022": "2022-10-17"}),
    "1.2": (SCHOOLS, {"2022": "2022-11-11"}),
    "1.3": (SCHOOLS, {"2022": "2022-11-18"}),
    "1.4": (SCHOOLS, {"2022": "2022-11-18"}),
    "2.1": (BOTH, {"2022": "2022-11-30"}),
    "2.2": (OFFICE, {"2022": "2022-11-30"}),
    "2.3": (OFFICE, {"2022": "2022-12-31"}),
    "2.4": (SCHOOLS, MONTHS),
    "2.5": (OFFICE, {}),
    "2.6": (BOTH, {"2022": "2022-12-31"}),
    "3.1": (SCHOOLS, {"2022": "2022-12-31"}),
    "3.2": (BOTH, {}),
    "3.3": (BOTH, {}),
    "4.1": (BOTH, {}),
    "4.2": (BOTH, {}),
    "4.3": (BOTH, {}),
    "5.1": (OFFICE, MAY_AND_NOVEMBER),
    "5.2": (OFFICE, MAY_AND_NOVEMBER),
    "5.3": (SCHOOLS, {"2023": "2023-06-10", "2024": "2024-06-10"}),
    "5.4": (OFFICE, QUARTERS),
    "5.5": (BOTH, {"2023": "2023-07-01", "2024": "2024-07-01"}),
    "5.6": (OFFICE, {"2023": "2023-08-15", "2024": "2024-08-15"}),
    "5.7": (OFFICE, {"2023": "2023-08-31", "2024": "2024-08-31"}),
    "6.1": (SCHOOLS, {"2023": "2023-06-25", "2024": "2024-06-25"}),
    "6.2": (OFFICE, {"2023": "2023-09-30", "2024": "2024-09-30"}),
}
NUMBERS = tuple(TABLE)


def _listed(app, number: str, edition: str = "2022-2024") -> list[dict]:
    command = ["plan", "occurrences", "--measure", number, "--edition", edition, "--json"]
    result = app.test_cli_runner().invoke(args=command)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def _by_owner(rows: list[dict]) -> dict[str | None, dict[str, str]]:
    found: dict[str | None, dict[str, str]] = {}
    for row in rows:
        assert row["period"] not in found.setdefault(row["school"], {})
        found[row["school"]][row["period"]] = row["due"]
    return found


def _edition(code: str, municipality: str = "t1") -> Edition:
    query = select(Edition).join(Municipality, Municipality.id == Edition.municipality_id)
    return db.session.scalars(query.where(Edition.code == code, Municipality.code == municipality)).one()


def test_the_table_names_the_25_measures_of_the_roadmap():
    measures = [measure for section in founding_roadmap() for measure in section.measures]
    assert tuple(measure.number for measure in measures) == NUMBERS
    assert [len(section.measures) for section in founding_roadmap()] == [4, 6, 3, 3, 7, 2]
    owners = {m.number: (m.owed_by_office, m.owed_by_schools) for m in measures}
    assert owners == {number: (None in owing, "t1-01" in owing) for number, (owing, _) in TABLE.items()}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_measure_is_owed_on_exactly_these_dates(app, number):
    owing, dates = TABLE[number]
    rows = _listed(app, number)
    assert {row["measure"] for row in rows} <= {number}
    assert _by_owner(rows) == (dict.fromkeys(owing, dates) if dates else {})
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)


def test_saturdays_keep_their_nominal_date():
    dues = {due for _, dates in TABLE.values() for due in dates.values()}
    saturdays = ("2022-12-31", "2023-06-10", "2023-07-01", "2023-09-30", "2024-11-30")
    assert [(due, date.fromisoformat(due).weekday()) for due in saturdays if due in dues] == [(d, 5) for d in saturdays]


def test_an_unknown_measure_or_edition_is_told_in_a_sentence(app):
    runner = app.test_cli_runner()
    wrong = runner.invoke(args=["plan", "occurrences", "--measure", "7.7", "--edition", "2022-2024", "--json"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.strip() == "Мероприятия «7.7» нет в редакции 2022-2024."
    wrong = runner.invoke(args=["plan", "occurrences", "--measure", "5.3", "--edition", "1999-2001", "--json"])
    assert (wrong.exit_code, wrong.stderr.strip()) == (2, "Редакция «1999-2001» не найдена.")


def test_generating_twice_changes_nothing(context):
    def snapshot():
        rows = db.session.execute(select(Occurrence.id, Occurrence.due, Occurrence.version).order_by(Occurrence.id))
        return [tuple(row) for row in rows], db.session.scalar(select(func.count(AuditEvent.id)))

    before = snapshot()
    assert [service.generate(_edition(code)) for code in ("2022-2024", "2025-2027")] == [0, 0]
    assert run_tick().occurrences == 0
    db.session.commit()
    assert snapshot() == before


def test_a_school_added_later_owes_only_what_ends_on_or_after_its_first_day(context):
    details = SchoolDetails("Новая школа", "МБОУ «Новая школа»", "МБОУ «Новой школы»")
    municipality_id = factories.school("t1-01").municipality_id
    school = add_school(municipality_id, "t1-09", details, since=date(2024, 6, 25))
    assert service.generate(_edition("2022-2024")) == 9
    rows = db.session.execute(
        select(Measure.number, Occurrence.period).join(Measure).where(Occurrence.school_id == school.id)
    )
    assert sorted(tuple(row) for row in rows) == [
        *[("2.4", f"2024-{month:02}") for month in range(6, 13)],
        ("5.5", "2024"),
        ("6.1", "2024"),  # due on the very day
    ]


def test_the_next_edition_moves_what_happens_once_and_goes_on_with_the_rest(app):
    def of_school(number):
        return _by_owner(_listed(app, number, "2025-2027")).get("t1-01")

    def of_office(number):
        return _by_owner(_listed(app, number, "2025-2027")).get(None)

    assert of_office("1.1") == {"2025": "2025-10-17"}
    assert of_school("1.2") == {"2025": "2025-11-11"}
    assert of_school("2.1") == of_office("2.1") == {"2025": "2025-11-30"}
    assert of_office("2.6") == {"2025": "2025-12-31"}
    assert of_school("3.1") == {"2025": "2025-12-31"}
    assert of_school("5.3") == {str(year): f"{year}-06-10" for year in (2025, 2026, 2027)}
    assert of_office("5.1") == {
        f"{year}-{month}": f"{year}-{month}-{day}"
        for year in (2025, 2026, 2027)
        for month, day in (("05", "31"), ("11", "30"))
    }
    assert of_office("6.2") == {str(year): f"{year}-09-30" for year in (2025, 2026, 2027)}


@pytest.mark.parametrize(("number", "owner", "count"), [("2.4", "t1-01", 27 + 36), ("5.4", None, 9 + 12)])
def test_no_period_is_lost_or_doubled_between_editions(app, number, owner, count):
    first, second = (_by_owner(_listed(app, number, code))[owner] for code in ("2022-2024", "2025-2027"))
    assert set(first) & set(second) == set()
    periods = sorted({**first, **second})
    assert len(periods) == count
    if number == "2.4":
        indices = [int(period[:4]) * 12 + int(period[5:]) for period in periods]
    else:
        indices = [int(period[:4]) * 4 + int(period[6:]) for period in periods]
    assert indices == list(range(indices[0], indices[0] + count))


def test_moved_phrases_name_the_moved_years():
    measures = {m.number: m for section in moved(founding_roadmap(), 3) for m in section.measures}
    assert measures["1.1"].deadline == "До 17.10.2025"
    assert measures["2.1"].deadline == "Октябрь-ноябрь 2025"
    assert measures["5.3"].deadline == "Ежегодно до 10 июня в течение всего периода реализации"


def test_editions_in_force_must_not_overlap(context):
    municipality = factories.school("t1-01").municipality_id
    extra = service.draft_edition(
        municipality, FOUNDING_TITLE, date(2027, 1, 1), date(2029, 12, 31), moved(founding_roadmap(), 5)
    )
    with pytest.raises(Invalid) as refusal:
        service.publish(extra, date(2027, 12, 31), date(2029, 12, 31))
    assert refusal.value.message == "В эти даты уже действует редакция 2025-2027."
    with pytest.raises(Invalid) as refusal:
        service.publish(extra, date(2029, 1, 1), date(2028, 1, 1))
    assert refusal.value.message == "Дата начала действия позже даты окончания."
    with pytest.raises(WrongState) as not_published:
        service.generate(extra)
    assert not_published.value.message == "Сначала опубликуйте редакцию дорожной карты."
    service.publish(extra, date(2028, 1, 1), date(2029, 12, 31))
    assert extra.state == "published"


def test_an_edition_cannot_be_loaded_twice(context):
    municipality = factories.school("t1-01").municipality_id
    with pytest.raises(Invalid) as refusal:
        service.draft_edition(municipality, "Т", date(2025, 1, 1), date(2027, 12, 31), ())
    assert refusal.value.message == "Редакция дорожной карты на 2025-2027 уже есть."


def test_reports_open_before_they_are_due(context):
    opened = {
        number: db.session.scalars(
            select(Occurrence.opens_on)
            .join(Measure)
            .where(
                Measure.number == number, Measure.edition_id == _edition("2025-2027").id, Occurrence.period == period
            )
            .distinct()
        ).all()
        for number, period in (("2.4", "2026-05"), ("2.1", "2025"), ("5.3", "2026"), ("5.4", "2026-Q1"))
    }
    assert opened == {
        "2.4": [date(2026, 5, 1)],
        "2.1": [date(2025, 10, 1)],
        "5.3": [date(2026, 5, 1)],
        "5.4": [date(2026, 3, 1)],
    }
