"""Measure «Ежемесячные сведения»: what a school did in a month, due on the 5th of the next (2.4, rules 23).

Feeds the June report (`facts`) and the specialist's monthly table (`summary`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from roadmap.catalogue.base import Accepted, Figure, Measure, month_title, upgraded
from roadmap.forms import Answers, Date, Link, ReportForm, RowForm, Rows, Step, Text, Tick, WholeNumber

MODULE = "monthly_return"
NUMBERS = {"new_pairs": "новые пары и группы", "closed_pairs": "закрытые пары и группы", "meetings": "встречи"}
ROWS = {"site_updates": "обновления сайта", "events": "мероприятия"}


class DatedRow(RowForm):
    """A row whose day lies in the month of the return (`facts["period"]`, «2026-10»)."""

    day = Date("Дата", required=True)

    def check(self) -> None:
        period = self.facts["period"]
        if self.day.data and self.day.data.isoformat()[:7] != period:
            self.day.refuse(f"Дата не из этого месяца: сведения за {month_title(period)}")


class SiteUpdateRow(DatedRow):
    """What was published in the site's section on mentoring."""

    what = Text("Что обновили", required=True, limit=300, description="Например: размещён приказ о парах")
    link = Link("Ссылка", required=True)


class EventRow(DatedRow):
    """A mentoring event of the school."""

    title = Text("Мероприятие", required=True, limit=300, description="Например: встреча наставников с ветеранами")
    participants = WholeNumber("Участников", required=True, minimum=1, maximum=5000, unit="чел.")


class MonthlyReturnForm(ReportForm):
    """Facts read: `period` («2026-10»)."""

    VERSION = 1
    STEPS = (
        Step("changes", "Пары и встречи", ("no_changes", *NUMBERS), "Ничего не было – поставьте одну отметку."),
        Step(
            "site_events",
            "Сайт и мероприятия",
            ("site_updates", "events", "comment"),
            "Только то, что было в этом месяце. Не указывайте диагнозы и иные сведения о здоровье.",
        ),
    )

    no_changes = Tick(
        "Без изменений",
        description="Новых и закрытых пар, встреч, мероприятий и обновлений сайта в этом месяце не было",
    )
    new_pairs = WholeNumber("Новых пар и групп", maximum=1000, description="Не было – поставьте 0")
    closed_pairs = WholeNumber("Закрыто пар и групп", maximum=1000, description="Завершены или прекращены")
    meetings = WholeNumber("Проведено встреч пар и групп", maximum=10000, description="Всего за месяц, например 24")
    site_updates = Rows(SiteUpdateRow, "Обновления сайта", noun="обновление", max_rows=40)
    events = Rows(EventRow, "Мероприятия", noun="мероприятие", max_rows=40)
    comment = Text("Примечание", limit=1000, rows=3, description="Если есть что пояснить. Без фамилий детей")

    def check(self) -> None:
        if self.no_changes.data:
            self._check_nothing_else()
            return
        for name in NUMBERS:
            field: WholeNumber = getattr(self, name)
            if field.blank:
                field.refuse("Введите число. Не было – поставьте 0 или отметьте «Без изменений»")

    def _check_nothing_else(self) -> None:
        filled = [words for name, words in NUMBERS.items() if self[name].data]
        filled += [words for name, words in ROWS.items() if getattr(self, name).entries]
        if self.comment.data:
            filled.append("примечание")
        if filled:
            self.no_changes.refuse(
                f"Отмечено «Без изменений», но заполнено: {', '.join(filled)}. Снимите отметку или очистите эти поля"
            )

    def warnings(self) -> list[str]:
        if expects_event(self.facts["period"]) and not self.events.entries:
            return ["За месяц нет ни одного мероприятия. Ожидается хотя бы одно в месяц, кроме июля и августа"]
        return []


VERSION = MonthlyReturnForm.VERSION


def upgrade(answers: Answers, version: int) -> Answers:
    """Answers of an older VERSION as the present form gives them; ValueError for an unknown version."""
    return upgraded(answers, version, VERSION, {})


def expects_event(period: str) -> bool:
    """At least one event a month is expected, but not in July and August (rules 18)."""
    return period[5:] not in ("07", "08")


def _number(name: str, report: Accepted) -> int:
    value = report.answers.get(name)
    return len(value) if isinstance(value, list) else int(value or 0)


def _participants(report: Accepted) -> int:
    return sum(int(row["participants"]) for row in report.answers.get("events") or ())


_COUNTED: dict[str, tuple[str, str, Callable[[Accepted], int]]] = {
    "returns": ("шт.", "принятые сведения", lambda r: 1),
    "no_changes": ("шт.", "сведения «Без изменений»", lambda r: int(bool(r.answers.get("no_changes")))),
    **{name: ("шт.", words, partial(_number, name)) for name, words in (NUMBERS | ROWS).items()},
    "participants": ("чел.", "участники мероприятий", _participants),
}


def totals(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """Σ over returns, of one month or of many: returns, no_changes, new_pairs, closed_pairs, meetings, site_updates,
    events, participants. «Без изменений» counts as zeros."""
    sources = tuple(report.reference for report in reports)
    as_of = max((report.sent_on for report in reports), default=None)
    return {
        name: Figure(sum(of(report) for report in reports), unit, f"Σ: {words}", sources, as_of)
        for name, (unit, words, of) in _COUNTED.items()
    }


@dataclass(frozen=True)
class MonthRow:
    """A line of the specialist's table; `no_event` marks a month without the expected event."""

    report: Accepted
    figures: dict[str, Figure]
    no_event: bool


def summary(reports: Sequence[Accepted]) -> tuple[list[MonthRow], dict[str, Figure]]:
    """The monthly table: a line a return, in the order given, and the totals beneath."""
    rows = []
    for report in reports:
        figures = totals([report])
        rows.append(MonthRow(report, figures, expects_event(report.period) and figures["events"].value == 0))
    return rows, totals(reports)


def facts(reports: Sequence[Accepted]) -> dict[str, int]:
    """What one school's accepted returns of a school year give the June report as `facts["monthly"]`.

    `months` is the number of distinct months among them; the rest are sums.
    """
    names = (*NUMBERS, *ROWS)
    return {"months": len({r.period for r in reports})} | {n: sum(_number(n, r) for r in reports) for n in names}


EXAMPLE_FACTS: dict[str, Any] = {"period": "2026-10"}
EXAMPLE: Answers = {
    "no_changes": False,
    "new_pairs": 2,
    "closed_pairs": 0,
    "meetings": 24,
    "site_updates": [
        {
            "uid": "s1",
            "day": "2026-10-07",
            "what": "Размещён приказ о закреплении пар",
            "link": "https://school.example/nastavnichestvo",
        }
    ],
    "events": [{"uid": "e1", "day": "2026-10-15", "title": "Посвящение в наставники", "participants": 38}],
    "comment": "",
}

MEASURE = Measure(
    module=MODULE,
    title="Ежемесячные сведения о наставничестве",
    form=MonthlyReturnForm,
    totals=totals,
    upgrade=upgrade,
    example=EXAMPLE,
    example_facts=EXAMPLE_FACTS,
    unchanged={"no_changes": ["1"]},
)
