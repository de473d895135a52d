"""Forms of people, their cards and consents, and of pairs and groups."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from wtforms import FileField

from roadmap.fields import Choice, Choices, Date, Link, Text, Tick, WholeNumber
from roadmap.plainform import PlainForm
from roadmap.registers.models import Participant
from roadmap.registers.words import CATEGORIES, FORMS, Basis, ConsentKind, MentoringKind, PersonKind

NO_HEALTH = "Не указывайте диагнозы и сведения о здоровье."
SEXES = (("male", "мужской"), ("female", "женский"))
OFFERED_FORMS = tuple((form.key, form.label) for form in FORMS.values() if not form.hidden)
VARIANTS = tuple(dict.fromkeys(variant for form in FORMS.values() if not form.hidden for variant in form.variants))


def choices_of(labels: Iterable[PersonKind | ConsentKind | Basis | MentoringKind]) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, member.label) for member in labels)


FormOfRow = TypeVar("FormOfRow", bound=PlainForm)


class PersonForm(PlainForm):
    full_name = Text("Фамилия, имя, отчество", required=True, limit=200)
    kind = Choice("Кто это", required=True, choices=choices_of(PersonKind))
    birth_year = WholeNumber(
        "Год рождения", minimum=1900, maximum=2100, description="Только год. Без него человек не войдёт в показатели"
    )
    sex = Choice(
        "Пол", choices=SEXES, description="Нужен для склонения имени. Можно не указывать: определим по отчеству"
    )
    group = Text("Класс или группа", limit=20, description="Для обучающегося, например: 7 А")
    post = Text("Должность", limit=200, description="Для педагога или представителя предприятия")
    employee = Choice(
        "Где работает",
        choices=(("here", "в этой школе"), ("elsewhere", "в другой организации")),
        description="Педагог без ответа считается работником этой школы",
    )
    experience_years = WholeNumber("Педагогический стаж", maximum=70, unit="лет", description="Полных лет на сегодня")
    category = Choice("Квалификационная категория", choices=CATEGORIES)
    enterprise = Text("Предприятие или организация", limit=200, description="Для партнёра, студента, выпускника")
    contact = Text(
        "Контактные данные для связи",
        limit=200,
        description="Телефон или почта; для ребёнка – его представителя. Паспорт и адрес не вносятся",
    )

    def validate_group(self, field: Text) -> None:
        if self.kind.data == PersonKind.PUPIL and not field.data:
            field.refuse("Укажите класс")


class BriefForm(PlainForm):
    """What is changed in the list itself; ``brief_form`` leaves the fields that fit the person."""

    group = Text("Класс или группа", limit=20)
    post = Text("Должность", limit=200)
    experience_years = WholeNumber("Педагогический стаж", maximum=70, unit="лет")
    contact = Text("Контактные данные", limit=200)


def brief_form(participant: Participant, typed: Any = None) -> BriefForm:
    """A pupil's class, a teacher's post and experience, the post of others; the contact of everybody. Holds what was
    ``typed``, or what the base has. Ids are of this person, since several rows may be open at once."""
    names = ("group", "post", "experience_years", "contact")
    present = {name: getattr(participant, name) for name in names}
    form = BriefForm(typed) if typed is not None else BriefForm.of(present)
    kind = PersonKind(participant.kind)
    learns = kind in (PersonKind.PUPIL, PersonKind.STUDENT)
    for name, fits in (("group", learns), ("post", not learns), ("experience_years", kind is PersonKind.TEACHER)):
        if not fits:
            del form[name]
    if kind is PersonKind.PUPIL:
        form.group.required = form.group.flags.required = True
    return with_ids(form, participant.id)


def with_ids(form: FormOfRow, key: uuid.UUID) -> FormOfRow:
    for field in form:
        field.id = f"{field.name}-{key}"
    return form


class MentorCardForm(PlainForm):
    mentor_entered_on = Date("Дата вхождения в программу (наставник)", required=True)
    competences = Text("Основные компетенции", limit=2000, rows=2)
    achievements = Text("Важные для программы достижения", limit=2000, rows=2)
    interests = Text("Интересы наставника", limit=1000, rows=2)
    wished_age = Text("Желаемый возраст наставляемых", limit=100, description="Например: 12–14 лет")
    time = Text("Ресурс времени", limit=200, description="Например: 2 часа в неделю")
    trained_on = Date("Дата обучения")
    left_on = Date("Дата выхода из программы")
    mentor_testimonial_url = Link("Ссылка на кейс или отзыв наставника на сайте")


class MenteeCardForm(PlainForm):
    mentee_entered_on = Date("Дата вхождения в программу (наставляемый)", required=True)
    request = Text("Основной запрос наставляемого", limit=2000, rows=2, description=f"В чём нужна помощь. {NO_HEALTH}")
    completed_on = Date("Дата завершения программы")
    result = Text("Результаты программы", limit=2000, rows=2, description=NO_HEALTH)
    passed = Tick("Программа пройдена")
    mentee_testimonial_url = Link("Ссылка на кейс или отзыв наставляемого на сайте")


class NewMentorForm(PersonForm, MentorCardForm):
    """A person and the mentor's card at once."""


class NewMenteeForm(PersonForm, MenteeCardForm):
    """A person and the mentee's card at once."""


class NamesForm(PlainForm):
    gen = Text("Родительный падеж (кого?)", required=True, limit=220)
    dat = Text("Дательный падеж (кому?)", required=True, limit=220)
    ins = Text("Творительный падеж (кем?)", required=True, limit=220)


class LeaveForm(PlainForm):
    on = Date("Дата выбытия", required=True)
    reason = Text("Причина", required=True, limit=500, description=f"Например: переезд. {NO_HEALTH}")


class ConsentForm(PlainForm):
    kind = Choice("Согласие", required=True, choices=choices_of(ConsentKind))
    basis = Choice(
        "Основание обработки",
        required=True,
        choices=choices_of(Basis),
        description="Обычно – согласие. Другое основание определяет школа как оператор",
    )
    given_on = Date("Дата согласия", required=True)
    valid_to = Date("Действует до", description="Если срок указан в согласии")
    paper_number = Text("Номер или место хранения бумажного согласия", limit=60)
    own_signed = Tick("Подписал сам участник")
    representative_signed = Tick("Подписал законный представитель")
    came_of_age = Tick("Исполнилось 14 (18) на дату согласия")
    addendum_number = Text("Номер дополнительного соглашения", limit=60, description="Только для ст. 351.8 ТК РФ")
    addendum_on = Date("Дата дополнительного соглашения")
    payment_basis = Text("Основание доплаты", limit=300)
    file = FileField("Скан", description="PDF или снимок (JPEG, PNG), до 10 МБ")


class FiguresForm(PlainForm):
    on = Date("На дату", required=True)


class WithdrawForm(PlainForm):
    on = Date("Дата отзыва", required=True)


class EndForm(PlainForm):
    how = Choice(
        "Как закончилась работа",
        required=True,
        choices=(("completed", "завершена"), ("stopped", "прекращена досрочно")),
    )
    on = Date("Дата окончания", required=True)
    result = Text("Результат", limit=2000, rows=3, description=NO_HEALTH)
    reason = Text("Причина досрочного прекращения", limit=1000, rows=2)

    def validate_reason(self, field: Text) -> None:
        if self.how.data == "stopped" and not field.data:
            field.refuse("Укажите причину")


class ResultForm(PlainForm):
    result = Text("Результат", limit=2000, rows=2, description=NO_HEALTH)


class MentorshipForm(PlainForm):
    """``mentor`` and ``mentees`` are added by ``mentorship_form``."""

    mentor: Choice
    mentees: Choices
    form = Choice("Форма наставничества", required=True, choices=OFFERED_FORMS)
    kind = Choice("Вид", required=True, choices=choices_of(MentoringKind))
    role_variant = Choice("Ролевая модель", choices=[(text, text) for text in VARIANTS])
    starts_on = Date("Начало", required=True)
    ends_on = Date("Окончание по плану")
    order_number = Text("Номер приказа", limit=60, description="Можно внести позже: без приказа пара остаётся проектом")
    order_on = Date("Дата приказа")
    name = Text("Название группы", limit=200)

    def validate_ends_on(self, field: Date) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            field.refuse("Окончание раньше начала")

    def validate_role_variant(self, field: Choice) -> None:
        form = FORMS.get(self.form.data or "")
        if field.data and form and field.data not in form.variants:
            field.refuse(f"Для формы «{form.label}» такой ролевой модели нет")

    def validate_order_on(self, field: Date) -> None:
        if bool(field.data) != bool(self.order_number.data):
            field.refuse("Укажите и номер, и дату приказа")


def mentorship_form(
    mentors: Sequence[Participant], mentees: Sequence[Participant], busy: Iterable[uuid.UUID] = ()
) -> type[MentorshipForm]:
    """The form with the people of a school to choose from; ``busy`` mentees are in some open pair already."""
    taken = set(busy)
    fields = {
        "mentor": Choice("Наставник", required=True, choices=[(str(p.id), _named(p)) for p in mentors]),
        "mentees": Choices(
            "Наставляемые",
            required="Выберите хотя бы одного наставляемого",
            choices=[(str(p.id), _named(p) + (" · уже в паре" if p.id in taken else "")) for p in mentees],
        ),
    }
    return type("MentorshipFormOfSchool", (MentorshipForm,), fields)


def _named(person: Participant) -> str:
    about = person.group or person.post or person.kind_label
    return f"{person.name}, {about}" + (f", {person.birth_year} г. р." if person.birth_year else "")
