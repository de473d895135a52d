"""What columns each kind of workbook has: pure descriptions that writing, reading and comparison share.

A cell is a text, as a person would have typed it («01.09.2025», «педагог»); its field says what it means. Official
columns of both bases: dossier §4.3, §4.4; the plan: §4.5. Derived columns are written and never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from werkzeug.datastructures import MultiDict

from roadmap.fields import SPACES, Choice, Date, Entry, Link, Text, WholeNumber
from roadmap.labels import Labelled
from roadmap.plainform import PlainForm
from roadmap.programmes.forms import WAYS
from roadmap.registers.forms import NO_HEALTH
from roadmap.registers.words import CATEGORIES, FORMS, MentoringKind, PersonKind

VERSION = 1
MAX_ROWS = 2000
MAX_COLUMNS = 40
CLEAR = "–"  # typed into a cell, it empties the value; a blank cell changes nothing
DASHES = re.compile("[-‐‑‒–—−]")


class Kind(Labelled):
    MENTORS = "mentors", "Наставники"
    MENTEES = "mentees", "Наставляемые"
    PAIRS = "pairs", "Пары и группы"
    PROGRAMME = "programme", "Планы программ"

    @property
    def mark(self) -> str:
        """The workbook's property by which an upload is known again."""
        return f"tpl:{self.value}:v{VERSION}"


class Word(Choice):
    """One of some words, whatever its case, spaces and dashes; the value is the word as it is listed."""

    def __init__(self, label: str | None = None, *, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(label, choices=[(word, word) for word in words], **kwargs)

    def parse(self, text: str) -> str:
        known = {_plain(word): word for word, _ in self.choices}
        if _plain(text) not in known:
            raise ValueError(f"Выберите из списка: {', '.join(known.values())}")
        return known[_plain(text)]


class Year(WholeNumber):
    """A birth year, four digits."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, minimum=1900, maximum=2100, **kwargs)

    def parse(self, text: str) -> int:
        if not re.fullmatch(r"(19|20)\d\d", text, re.ASCII):
            raise ValueError("Введите год четырьмя цифрами, например 1980")
        return int(text)


@dataclass(frozen=True)
class Column:
    """``field`` is an unbound field of fields.py, None for a derived column; ``width`` in characters."""

    key: str
    header: str
    field: Any
    hint: str = ""
    width: int = 18
    required: bool = False

    @property
    def derived(self) -> bool:
        return self.field is None

    @property
    def words(self) -> list[str]:
        """The drop-down's words; empty for other columns."""
        if self.field is None or self.field.field_class is not Word:
            return []
        return list(self.field.kwargs["words"])

    @property
    def is_date(self) -> bool:
        return self.field is not None and self.field.field_class is Date

    @property
    def is_number(self) -> bool:
        return self.field is not None and issubclass(self.field.field_class, WholeNumber)


def derived(key: str, header: str, width: int = 22) -> Column:
    return Column(key, header, None, "Заполняет программа; при загрузке не читается", width)


def text(key: str, header: str, limit: int, hint: str = "", width: int = 24, rows: int = 1) -> Column:
    return Column(key, header, Text(header, limit=limit, rows=rows), hint, width)


def day(key: str, header: str, hint: str = "Дата, например 01.09.2025", required: bool = False) -> Column:
    return Column(key, header, Date(header, required=required), hint, 14, required)


def word(key: str, header: str, words: Sequence[str], hint: str = "Выберите из списка", width: int = 20) -> Column:
    return Column(key, header, Word(header, words=words), hint, width)


def needed(key: str, header: str, limit: int, hint: str, width: int = 34, rows: int = 1) -> Column:
    return Column(key, header, Text(header, limit=limit, rows=rows, required=True), hint, width, True)


YES_NO = ("да", "нет")
SEXES = {"мужской": "male", "женский": "female"}
KINDS = {kind.label: kind.value for kind in PersonKind}
CATEGORY = {label: value for value, label in CATEGORIES}
OFFERED = {form.label: key for key, form in FORMS.items() if not form.hidden}
VARIANTS = tuple(dict.fromkeys(variant for form in FORMS.values() if not form.hidden for variant in form.variants))
MENTORING = {kind.label: kind.value for kind in MentoringKind}
WAY = {label: value for value, label in WAYS}

PERSON = (
    word("kind", "Кто это", tuple(KINDS), "Если не указать, определит программа и попросит проверить"),
    word("sex", "Пол", tuple(SEXES), "Можно не указывать: определим по отчеству", 12),
    text("group", "Класс (группа)", 20, "Например: 7 А", 12),
    text("post", "Должность", 200),
    word("employee", "Работает в этой школе", YES_NO, "да или нет", 14),
    Column(
        "experience_years",
        "Педагогический стаж, лет",
        WholeNumber("Педагогический стаж, лет", maximum=70),
        "Полных лет на сегодня",
        14,
    ),
    word("category", "Квалификационная категория", tuple(CATEGORY)),
    text("enterprise", "Предприятие или организация", 200, "Для партнёра, студента, выпускника"),
)
CONTACT = text(
    "contact",
    "Контактные данные для связи",
    200,
    "Телефон или почта; для ребёнка – его представителя. Паспорт и адрес не вносятся",
)
BIRTH = Column(
    "birth_year",
    "Год рождения",
    Year("Год рождения"),
    "Только год: 1980. Нужен, чтобы отличить однофамильцев",
    12,
)

MENTORS = (
    derived("number", "№ п/п", 7),
    needed("full_name", "ФИО наставника", 200, "Полностью: Иванова Мария Петровна. Остальные графы можно не заполнять"),
    BIRTH,
    CONTACT,
    derived("place", "Место работы/учёбы наставника"),
    text("competences", "Основные компетенции", 2000, rows=2),
    text("achievements", "Важные для программы достижения", 2000, rows=2),
    text("interests", "Интересы наставника", 1000, rows=2),
    text("wished_age", "Желаемый возраст наставляемых", 100, "Например: 12–14 лет", 16),
    text("time", "Ресурс времени на программу наставничества", 200, "Например: 2 часа в неделю"),
    day("entered_on", "Дата вхождения в программу", "Если не указать – день загрузки, с пометкой «проверьте»"),
    derived("partners", "ФИО наставляемого (наставляемых)", 30),
    derived("forms", "Форма наставничества"),
    derived("partners_place", "Место работы/учёбы наставляемого"),
    day("left_on", "Дата завершения программы"),
    derived("pair_results", "Результаты программы", 30),
    Column("url", "Ссылка на кейс/отзыв наставника", Link("Ссылка"), "Адрес страницы сайта", 26),
    *PERSON,
    day("trained_on", "Дата обучения"),
)
MENTEES = (
    derived("number", "№ п/п", 7),
    needed("full_name", "ФИО наставляемого", 200, "Полностью: Петров Пётр Ильич. Остальные графы можно не заполнять"),
    Column("contact", "Контактные данные для связи (данные представителя)", CONTACT.field, CONTACT.hint, 24),
    BIRTH,
    text("request", "Основной запрос наставляемого", 2000, f"В чём нужна помощь. {NO_HEALTH}", 30, rows=2),
    day("entered_on", "Дата вхождения в программу", "Если не указать – день загрузки, с пометкой «проверьте»"),
    derived("partners", "ФИО наставника", 30),
    derived("forms", "Форма наставничества"),
    derived("partners_place", "Место работы/учёбы наставника"),
    day("left_on", "Дата завершения программы"),
    text("result", "Результаты программы", 2000, NO_HEALTH, 30, rows=2),
    Column("url", "Ссылка на кейс/отзыв наставляемого", Link("Ссылка"), "Адрес страницы сайта", 26),
    word("passed", "Отметка о прохождении программы", YES_NO, "да или нет", 14),
    *PERSON,
)
MENTOR_OF_PAIR = needed(
    "mentor", "ФИО наставника", 200, "Как в базе наставников. У однофамильцев добавьте год: Иванов Иван Иванович (1980)"
)
MENTEES_OF_PAIR = needed(
    "mentees", "ФИО наставляемых", 4000, "Как в базе наставляемых; несколько – через точку с запятой", 40, rows=2
)
PAIRS = (
    derived("number", "№ п/п", 7),
    MENTOR_OF_PAIR,
    MENTEES_OF_PAIR,
    word("form", "Форма наставничества", tuple(OFFERED), "Можно не указывать, если она ясна из участников", 22),
    word(
        "kind", "Вид", tuple(MENTORING), "Если не указать: один наставляемый – «один на один», несколько – группа", 26
    ),
    word("role_variant", "Ролевая модель", VARIANTS, width=30),
    day("starts_on", "Начало", required=True),
    day("ends_on", "Окончание по плану"),
    text("order_number", "Номер приказа", 60, "Вместе с датой приказа", 12),
    day("order_on", "Дата приказа"),
    text("name", "Название группы", 200),
    derived("state", "Состояние", 16),
    derived("ended", "Закончилась", 14),
    derived("result", "Результат", 30),
)
PROGRAMME = (
    derived("number", "№ п/п", 7),
    MENTOR_OF_PAIR,
    MENTEES_OF_PAIR,
    day("pair_starts_on", "Начало пары", "Нужно, только если у этих людей несколько пар"),
    needed("title", "Мероприятие", 300, "Например: посещение урока наставника"),
    text("content", "Содержание (задание)", 1000, width=30, rows=2),
    day("due", "Срок", required=True),
    Column("way", "Форма проведения", Word("Форма проведения", words=tuple(WAY), required=True), "Из списка", 24, True),
    needed("expected", "Ожидаемый результат", 500, "Что изменится или появится", 30, rows=2),
    derived("actual", "Фактический результат", 30),
    derived("done", "Отметка о выполнении", 14),
    derived("state", "Состояние программы", 16),
)
COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.MENTORS: MENTORS,
    Kind.MENTEES: MENTEES,
    Kind.PAIRS: PAIRS,
    Kind.PROGRAMME: PROGRAMME,
}


def inputs(kind: Kind) -> list[Column]:
    """The columns that a person fills."""
    return [column for column in COLUMNS[kind] if not column.derived]


def column(kind: Kind, key: str) -> Column:
    return next(one for one in COLUMNS[kind] if one.key == key)


def by_header(kind: Kind) -> dict[str, Column]:
    """Columns by their header as ``plain_header`` sees it."""
    return {plain_header(one.header): one for one in COLUMNS[kind]}


def plain_header(header: str) -> str:
    return _plain(header)


def row_form(kind: Kind, texts: Mapping[str, str]) -> PlainForm:
    """The row as a form, not yet validated: its fields are named by the columns' keys."""
    return _form_class(kind)(MultiDict({key: value for key, value in texts.items() if value}))


def canonical(kind: Kind, texts: Mapping[str, str]) -> dict[str, str]:
    """Each readable text as the export would write it; what can't be read stays as it is."""
    form = row_form(kind, texts)
    form.validate()
    return {key: _canonical(form[key], value) for key, value in texts.items() if key in form}


def _canonical(field: Any, text: str) -> str:
    assert isinstance(field, Entry)
    if field.errors or field.blank:
        return text.strip()
    return "".join(field.raw(field.answer()))


@cache
def _form_class(kind: Kind) -> type[PlainForm]:
    return type(f"{kind.value.title()}Row", (PlainForm,), {one.key: one.field for one in inputs(kind)})


def _plain(text: str) -> str:
    joined = DASHES.sub("-", SPACES.sub(" ", text).strip().casefold().replace("ё", "е"))
    return re.sub(r" ?([-/]) ?", r"\1", joined)
