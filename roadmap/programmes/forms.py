"""What is typed of a personal programme: its plan before the approval, its progress after. Dossier §4.5."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from roadmap.fields import Choice, Date, Link, Text, plural
from roadmap.forms import ReportForm, RowForm, Rows, Step
from roadmap.language import month
from roadmap.plainform import PlainForm

REASON_LIMIT = 4000
NO_HEALTH = "Не указывайте диагнозы и сведения о здоровье."
MODES = (("onsite", "очно"), ("distance", "дистанционно"), ("mixed", "смешанно"))
WAYS = (
    ("meeting", "встреча"),
    ("consultation", "консультация"),
    ("lesson", "занятие или мастер-класс"),
    ("visit", "посещение урока, мероприятия, предприятия"),
    ("project", "работа над проектом"),
    ("distance", "дистанционно"),
    ("other", "другое"),
)
SUMMER = (7, 8)  # «≥ 1 event a month» isn't counted in July and August (rules.md 18)


class PlanRow(RowForm):
    title = Text("Мероприятие", required=True, limit=300, description="Например: посещение урока наставника")
    content = Text("Содержание (задание)", limit=1000)
    due = Date("Срок", required=True)
    way = Choice("Форма проведения", choices=WAYS, required=True)
    expected = Text("Ожидаемый результат", required=True, limit=500)

    def check(self) -> None:
        first, last = _day(self.facts.get("first_day")), _day(self.facts.get("last_day"))
        if self.due.data and first and last and not first <= self.due.data <= last:
            self.due.refuse(f"Дата вне срока программы: {first:%d.%m.%Y} – {last:%d.%m.%Y}")


class ProgrammeForm(ReportForm):
    """``facts``: first_day and last_day (the programme's, ISO) and pair_starts, pair_ends (the mentorship's)."""

    VERSION = 1
    STEPS = (
        Step("term", "Срок и режим", ("starts_on", "ends_on", "mode", "frequency")),
        Step("need", "Запрос, цель и задачи", ("request", "aim", "tasks", "directions", "expected")),
        Step("plan", "План мероприятий", ("plan",)),
    )
    starts_on = Date("Начало программы", required=True)
    ends_on = Date("Окончание программы", required=True, description="Обычно от 3 месяцев до 1 года")
    mode = Choice("Режим", choices=MODES, required=True)
    frequency = Text("Периодичность встреч", required=True, limit=200, description="Например: раз в неделю")
    request = Text("Запрос наставляемого", required=True, limit=2000, rows=3, description=f"Что нужно. {NO_HEALTH}")
    aim = Text("Цель", required=True, limit=1000, rows=2)
    tasks = Text("Задачи", required=True, limit=2000, rows=4, description="Каждая с новой строки, обычно от 3 до 5")
    directions = Text("Направления деятельности", limit=1000, rows=2)
    expected = Text("Ожидаемые результаты", required=True, limit=2000, rows=3, description="То, что можно измерить")
    plan = Rows(PlanRow, "План мероприятий", noun="мероприятие", max_rows=60)

    def check(self) -> None:
        first, last = self.starts_on.data, self.ends_on.data
        if first and last and last <= first:
            self.ends_on.refuse("Окончание должно быть позже начала")
        pair_first, pair_last = _day(self.facts.get("pair_starts")), _day(self.facts.get("pair_ends"))
        if first and pair_first and first < pair_first:
            self.starts_on.refuse(f"Пара начинает работу {pair_first:%d.%m.%Y}: программа не может начаться раньше")
        if last and pair_last and last > pair_last:
            self.ends_on.refuse(f"Пара работает до {pair_last:%d.%m.%Y}: продлите пару или сократите программу")
        if not self.plan.entries:
            self.plan.refuse("Добавьте хотя бы одно мероприятие")

    def warnings(self) -> list[str]:
        """Recommended length, an event a month, three to five tasks: nothing here stops anybody."""
        first, last = self.starts_on.data, self.ends_on.data
        found = []
        if first and last and first < last:
            if last < _months_later(first, 3) - timedelta(days=1) or last > _months_later(first, 12):
                found.append("Срок программы вне рекомендуемого: от 3 месяцев до 1 года.")
            dates = [entry.form.due.data for entry in self.plan.entries if entry.form.due.data]
            if empty := months_without(first, last, dates):
                found.append(f"Нет мероприятий в некоторых месяцах: {', '.join(empty)}.")
        count = len([line for line in (self.tasks.data or "").splitlines() if line.strip()])
        if count and not 3 <= count <= 5:
            found.append(f"Задач обычно от 3 до 5, сейчас {plural(count, 'задача', 'задачи', 'задач')}.")
        return found


class MeetingRow(RowForm):
    held_on = Date("Дата", required=True)
    topic = Text("Тема", required=True, limit=300)
    content = Text("Содержание", limit=1000, rows=2, description=NO_HEALTH)
    result = Text("Результат", limit=500)
    task = Text("Задание к следующей встрече", limit=500)

    def check(self) -> None:
        _check_past(self.held_on, self.facts)


class MarkRow(RowForm):
    """What became of an event of the plan: its ``uid`` is the event's."""

    done_on = Date("Выполнено")
    actual = Text("Фактический результат", limit=500)

    def check(self) -> None:
        _check_past(self.done_on, self.facts)
        if self.actual.data and not self.done_on.data and not self.done_on.errors:
            self.done_on.refuse("Укажите дату выполнения")


class ResultRow(RowForm):
    what = Text("Показатель", required=True, limit=200, description="Например: средний балл по математике")
    before = Text("Было", required=True, limit=200)
    after = Text("Стало", limit=200)


class ProgressForm(ReportForm):
    """``facts``: first_day of the programme and today, ISO."""

    VERSION = 1
    STEPS = (
        Step("marks", "Отметки о выполнении плана", ("marks",)),
        Step("meetings", "Журнал встреч", ("meetings",)),
        Step("results", "Результаты", ("results", "interim_on", "interim", "final_on", "final", "link")),
    )
    marks = Rows(MarkRow, "Отметки о выполнении плана", noun="отметку", max_rows=60)
    meetings = Rows(MeetingRow, "Журнал встреч", noun="встречу", max_rows=100)
    results = Rows(ResultRow, "Было – стало", noun="показатель", max_rows=20)
    interim_on = Date("Дата промежуточного контроля")
    interim = Text("Промежуточный вывод", limit=2000, rows=3, description=NO_HEALTH)
    final_on = Date("Дата итогового контроля")
    final = Text("Итоговый вывод", limit=2000, rows=3, description=NO_HEALTH)
    link = Link("Ссылка на кейс или отзыв на сайте")

    def check(self) -> None:
        for day, text in ((self.interim_on, self.interim), (self.final_on, self.final)):
            _check_past(day, self.facts)
            if text.data and day.blank:
                day.refuse("Укажите дату контроля")
            if day.data and text.blank:
                text.refuse("Напишите вывод: одно-два предложения")


class ReviewForm(PlainForm):
    """Whether a reason is needed depends on the decision: the service says so."""

    reason = Text(
        "Что исправить",
        limit=REASON_LIMIT,
        rows=5,
        description="Школа увидит этот текст. Назовите раздел или мероприятие плана, которое нужно исправить.",
    )


class ExtendForm(PlainForm):
    to = Date("Продлить до", required=True)
    reason = Text("Основание", required=True, limit=1000, rows=2)


class CompleteForm(PlainForm):
    on = Date("Дата завершения", required=True)


class StopForm(PlainForm):
    on = Date("Дата прекращения", required=True)
    reason = Text("Основание", required=True, limit=1000, rows=2, description=NO_HEALTH)


def months_without(first: date, last: date, dates: list[date]) -> list[str]:
    """«ноябрь 2025» for each calendar month of the period without an event; July and August are left out."""
    known = {(day.year, day.month) for day in dates}
    found, year, number = [], first.year, first.month
    while (year, number) <= (last.year, last.month):
        if number not in SUMMER and (year, number) not in known:
            found.append(month(date(year, number, 1)))
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return found


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))


def _check_past(field: Date, facts: Any) -> None:
    first, today = _day(facts.get("first_day")), _day(facts.get("today"))
    if field.data and today and field.data > today:
        field.refuse("Эта дата ещё не наступила")
    elif field.data and first and field.data < first:
        field.refuse(f"Программа начинается {first:%d.%m.%Y}: раньше этой даты ничего не могло состояться")


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
