"""Forms of practices, scores, communities and events. Limits are those of the columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import FileField

from roadmap.accounts.models import User
from roadmap.fields import Choice, Date, Link, Text, Tick, WholeNumber
from roadmap.plainform import PlainForm
from roadmap.practices.activities import EventDetails, MemberDetails
from roadmap.practices.models import Criterion, Level, Practice, RaopState
from roadmap.practices.service import PracticeDetails
from roadmap.registers.words import FORMS, MentoringKind

LEVELS = [(level.value, level.label) for level in Level]


class PracticeForm(PlainForm):
    """A draft needs its title, authors, form and level; the rest is asked for when it is submitted."""

    title = Text("Название практики", required=True, limit=300)
    authors = Text("Автор (авторы)", required=True, limit=400, description="Фамилия, имя, отчество и должность")
    form = Choice(
        "Форма наставничества",
        required=True,
        choices=[(form.key, form.label) for form in FORMS.values() if not form.hidden],
    )
    kind = Choice("Вид наставничества", choices=[(kind.value, kind.label) for kind in MentoringKind])
    level = Choice("Уровень", required=True, choices=LEVELS)
    audience = Text("Целевая группа", limit=400, description="Для кого практика, например: молодые учителя")
    problem = Text("Проблема", limit=3000, rows=3, description="Какую трудность практика помогает решить")
    aim = Text("Цель", limit=2000, rows=2)
    description = Text("Описание и шаги", limit=8000, rows=6, description="Что делали и в каком порядке")
    resources = Text("Ресурсы", limit=3000, rows=2, description="Люди, время, помещения, оборудование")
    results = Text("Результаты", limit=3000, rows=3, description="По возможности в числах: было и стало")
    replication = Text(
        "Условия тиражирования", limit=3000, rows=2, description="Что нужно другой школе, чтобы повторить практику"
    )
    period_start = Date("Период: начало")
    period_end = Date("Период: конец")
    link = Link("Ссылка на материалы", limit=400)
    file = FileField("Файл с материалами", description="PDF, Word (.docx) или снимок (JPEG, PNG), до 10 МБ")

    def check(self) -> bool:
        """After ``validate``: the period as a whole."""
        start, end = self.period_start.data, self.period_end.data
        if end and not start and not self.period_start.errors:
            self.period_start.refuse("Укажите начало периода")
        if start and end and end < start:
            self.period_end.refuse("Окончание раньше начала")
        return not self.errors

    def details(self) -> PracticeDetails:
        texts = ("title", "authors", "form", "kind", "level", "audience", "problem", "aim", "description")
        values = {name: self[name].data or "" for name in (*texts, "resources", "results", "replication", "link")}
        return PracticeDetails(**values, period_start=self.period_start.data, period_end=self.period_end.data)


class RaopForm(PlainForm):
    raop = Choice("Состояние", required=True, choices=[(state.value, state.label) for state in RaopState])
    raop_on = Date("Дата подачи или размещения")
    raop_link = Link("Адрес в РАОП", limit=400)

    def check(self, today: date) -> bool:
        """After ``validate``: a date and an address where the state asks for them."""
        if self.raop.data in (RaopState.SENT, RaopState.PLACED) and not self.raop_on.data and not self.raop_on.errors:
            self.raop_on.refuse("Укажите дату подачи или размещения")
        if self.raop_on.data and self.raop_on.data > today:
            self.raop_on.refuse("Эта дата ещё не наступила")
        if self.raop.data == RaopState.PLACED and not self.raop_link.data and not self.raop_link.errors:
            self.raop_link.refuse("Укажите адрес, по которому практика размещена")
        return not self.errors


class RejectForm(PlainForm):
    reason = Text("Почему отклонена", required=True, limit=2000, rows=3, description="Эти слова увидит школа")


class ExpertForm(PlainForm):
    expert = Choice("Эксперт", required=True, choices=[])

    @classmethod
    def offering(cls, people: Iterable[User], posted: MultiDict[str, str] | None = None) -> ExpertForm:
        form = cls(posted)
        form.expert.choices = tuple((str(one.id), _told(one)) for one in people)
        if posted is not None:
            form.process(posted)
        return form


class ScoreForm(PlainForm):
    result = WholeNumber(
        Criterion.RESULT.label,
        required=True,
        minimum=1,
        maximum=10,
        description="Достигнут ли запланированный результат",
    )
    efficiency = WholeNumber(
        Criterion.EFFICIENCY.label,
        required=True,
        minimum=1,
        maximum=10,
        description="Соотношение ресурсов и результатов",
    )
    uniqueness = WholeNumber(Criterion.UNIQUENESS.label, required=True, minimum=1, maximum=10)
    replication = WholeNumber(
        Criterion.REPLICATION.label, required=True, minimum=1, maximum=10, description="Может ли повторить другая школа"
    )
    scaling = WholeNumber(
        Criterion.SCALING.label,
        required=True,
        minimum=1,
        maximum=10,
        description="Можно ли расширить на больше участников",
    )
    comment = Text("Пояснение", limit=2000, rows=3, description="Увидят методист и главный специалист")

    def points(self) -> dict[Criterion, int]:
        return {criterion: self[criterion.value].data for criterion in Criterion}


class MemberForm(PlainForm):
    mentor = Text("Наставник", required=True, limit=200, description="Фамилия, имя, отчество")
    community = Text("Профессиональное сообщество", required=True, limit=300)
    level = Choice("Уровень", required=True, choices=LEVELS)
    role = Text("Роль в сообществе", required=True, limit=200, description="Например: участник, руководитель секции")
    since = Date("Участвует с", required=True)
    activity = Text("Что сделано", limit=2000, rows=3, description="Выступления, мастер-классы, публикации")

    def details(self) -> MemberDetails:
        return MemberDetails(
            self.mentor.data, self.community.data, self.level.data, self.role.data, self.since.data, self.activity.data
        )


class EventForm(PlainForm):
    theme = Text("Тема", required=True, limit=400)
    level = Choice("Уровень", required=True, choices=LEVELS)
    planned_on = Date("Дата по плану", required=True)
    practice = Choice("Какую практику представляют", choices=[])
    held = Tick("Мероприятие проведено")
    held_on = Date("Дата проведения")
    participants = WholeNumber("Участников", maximum=10_000, unit="чел.")
    link = Link("Ссылка на материалы или новость", limit=400)

    @classmethod
    def offering(
        cls,
        practices: Iterable[Practice],
        posted: MultiDict[str, str] | None = None,
        values: dict[str, object] | None = None,
    ) -> EventForm:
        """With the practices to choose from; filled with what was posted or with ``values``."""
        choices = tuple((str(one.id), one.title) for one in practices)
        form = cls(posted)
        form.practice.choices = choices
        if posted is not None:
            form.process(posted)
        elif values is not None:
            form = cls.of(values)
            form.practice.choices = choices
        return form

    def check(self, today: date) -> bool:
        """After ``validate``: the fact is whole, and not in the future."""
        if self.held.data and not self.held_on.data and not self.held_on.errors:
            self.held_on.refuse("Укажите дату проведения")
        if not self.held.data and (self.held_on.data or self.participants.data is not None):
            self.held.refuse("Отметьте, что мероприятие проведено, или очистите дату проведения и число участников")
        if self.held_on.data and self.held_on.data > today:
            self.held_on.refuse("Дата проведения ещё не наступила")
        return not self.errors

    def details(self) -> EventDetails:
        return EventDetails(
            planned_on=self.planned_on.data,
            level=self.level.data,
            theme=self.theme.data,
            practice_id=UUID(self.practice.data) if self.practice.data else None,
            held_on=self.held_on.data,
            participants=self.participants.data,
            link=self.link.data or "",
        )


def _told(person: User) -> str:
    """«Смирнова Елена Викторовна (методист ИМО)» or with the school."""
    return f"{person.full_name} ({person.school.short_name if person.school else ', '.join(person.role_labels)})"
