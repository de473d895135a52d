"""Russian dates, numbers, names and keys: each expected value was written by hand."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string

from roadmap import clock, filters, language
from roadmap.language import Case, Sex

ROOT = Path(__file__).resolve().parents[2]


def text(value: str) -> str:
    """Expected values are typed with «~» for the no-break space."""
    return value.replace("~", "\u00a0")


def test_dates() -> None:
    day = date(2024, 6, 10)
    assert language.date_long(day) == text("10 июня 2024~г.")
    assert language.date_short(day) == "10.06.2024"
    assert language.month(day) == "июнь 2024"
    assert language.date_long(date(2022, 12, 1)) == text("1 декабря 2022~г.")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2024, 6, 10, 9, 14), "сегодня, 09:14"),
        (datetime(2024, 6, 9, 23, 59), "вчера, 23:59"),
        (datetime(2024, 6, 11, 0, 0), "завтра, 00:00"),
        (datetime(2024, 6, 8, 9, 14), "08.06.2024, 09:14"),
        (datetime(2023, 6, 10, 9, 14), "10.06.2023, 09:14"),
    ],
)
def test_moment(at: datetime, expected: str) -> None:
    assert language.moment(at, date(2024, 6, 10)) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2022-Q4", "IV квартал 2022~г."),
        ("2023-Q1", "I квартал 2023~г."),
        ("2022-11", "ноябрь 2022~г."),
        ("2023", "2023 год"),
        ("2023/2024", "2023/2024 учебный год"),
        ("2024-06-10", "10 июня 2024~г."),
    ],
)
def test_period_label(key: str, expected: str) -> None:
    assert language.period_label(key) == text(expected)


@pytest.mark.parametrize("key", ["", "2022-Q5", "2022-13", "2022-00", "22", "2023/2025", "2024-02-30", "2023 "])
def test_period_label_refuses(key: str) -> None:
    with pytest.raises(ValueError):
        language.period_label(key)


def test_school_year_turns_on_the_first_of_september() -> None:
    assert language.school_year(date(2023, 9, 1)) == "2023/2024"
    assert language.school_year(date(2024, 8, 31)) == "2023/2024"
    assert language.school_year(date(2024, 1, 1)) == "2023/2024"


@pytest.mark.parametrize(
    ("days", "working", "expected"),
    [
        (3, True, "через 3~рабочих дня"),
        (1, True, "через 1~рабочий день"),
        (11, True, "через 11~рабочих дней"),
        (1, False, "завтра"),
        (2, False, "через 2~дня"),
        (0, True, "сегодня"),
        (-5, True, "просрочено на 5~дней"),
        (-21, False, "просрочено на 21~день"),
    ],
)
def test_days_left(days: int, working: bool, expected: str) -> None:
    assert language.days_left(days, working=working) == text(expected)


def test_plural() -> None:
    words = ("школа", "школы", "школ")
    wanted = {
        "школа": [1, 21, 101, 1001, -1],
        "школы": [2, 3, 4, 22, 104, Decimal("1.5"), 0.5],
        "школ": [0, 5, 10, 11, 12, 13, 14, 19, 20, 111, 112, 114],
    }
    for word, numbers in wanted.items():
        assert [language.plural(n, *words) for n in numbers] == [word] * len(numbers)
    assert language.counted(1234, *words) == text("1~234~школы")
    assert language.counted(Decimal("1.5"), "балл", "балла", "баллов") == text("1,5~балла")


def test_number() -> None:
    assert language.number(1234567) == text("1~234~567")
    assert language.number(999) == "999"
    assert language.number(1234.5) == text("1~234,5")
    assert language.number(Decimal("12.50")) == "12,5"
    assert language.number(100) == "100"
    assert language.number(Decimal("1E+3")) == text("1~000")
    assert language.number(-1500) == text("−1~500")
    assert language.number(2, 2) == "2,00"
    assert language.number(Decimal("-0.04"), 1) == "0,0"
    with pytest.raises(ValueError):
        language.number(float("nan"))


def test_percent_rounds_half_up() -> None:
    assert language.percent(Decimal("45.25")) == text("45,3~%")
    assert language.percent(0.05) == text("0,1~%")
    assert language.percent(1.005, 2) == text("1,01~%")
    assert language.percent(100) == text("100,0~%")
    assert language.percent(None) == "–"


def test_points_carry_their_sign() -> None:
    assert language.points(Decimal("3.14")) == text("+3,1~п.п.")
    assert language.points(Decimal("-0.35")) == text("−0,4~п.п.")
    assert language.points(0.04) == text("0,0~п.п.")
    assert language.points(None) == "–"


def test_keys() -> None:
    people = ["Яшин", "Ёлкин", "абрамов", "Елецкий", "Жуков"]
    assert sorted(people, key=language.sort_key) == ["абрамов", "Елецкий", "Ёлкин", "Жуков", "Яшин"]
    assert language.sort_key("  Ёлкин\u00a0 ИВАН ") == "елкин иван"
    assert language.sort_key("И\u0306од") == "йод"
    school = language.search_key("МБОУ «Северо-Енисейская СШ № 1»")
    assert school == "мбоу северо енисейская сш 1"
    assert [language.search_key(typed) in school for typed in ["сш №1", "северо-ЕНИ", "сш 2"]] == [True, True, False]
    assert language.search_key("%_") == ""


def test_clean_filename() -> None:
    assert language.clean_filename("Справка № 01-18/С-03", "docx") == "Справка N 01-18-С-03.docx"
    assert language.clean_filename("МБОУ «СШ № 1»: отчёт?\r\n\u202efdp", ".docx") == "МБОУ СШ N 1- отчёт fdp.docx"
    assert language.clean_filename("../../etc", "txt") == "-..-etc.txt"
    assert language.clean_filename(" . ", "pdf") == "документ.pdf"
    assert language.clean_filename("con", "txt") == "con-.txt"
    assert language.clean_filename("я" * 300, "docx") == "я" * 100 + ".docx"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ИВАНОВА  МАРИЯ ПЕТРОВНА", "Иванова Мария Петровна"),
        ("иванов\u00a0пётр", "Иванов Пётр"),
        ("НОВИКОВ-ПРИБОЙ АЛЕКСЕЙ", "Новиков-Прибой Алексей"),
        ("ОЮН АЙДЫС КАРА-ООЛОВИЧ", "Оюн Айдыс Кара-оолович"),
        ("АЛИЕВ ГАСАН ГАСАН ОГЛЫ", "Алиев Гасан Гасан оглы"),
        ("МакДональд Анна", "МакДональд Анна"),
        ("Каминская П.А.", "Каминская П.А."),
    ],
)
def test_normalise_name(typed: str, expected: str) -> None:
    assert language.normalise_name(typed) == expected


@pytest.mark.parametrize(
    ("full_name", "short", "signature"),
    [
        ("Иванова Инна Ивановна", "Иванова~И.~И.", "И.~И.~Иванова"),
        ("Каминская П.А.", "Каминская~П.~А.", "П.~А.~Каминская"),
        ("Ооржак Чодураа", "Ооржак~Ч.", "Ч.~Ооржак"),
        ("Алиев Гасан Гасан оглы", "Алиев~Г.~Г.", "Г.~Г.~Алиев"),
        ("Ким Анна-Мария Олеговна", "Ким~А.-М.~О.", "А.-М.~О.~Ким"),
        ("Оюн Айдыс Кара-оолович", "Оюн~А.~К.", "А.~К.~Оюн"),
        ("Иванова", "Иванова", "Иванова"),
    ],
)
def test_initials(full_name: str, short: str, signature: str) -> None:
    assert language.initials(full_name) == text(short)
    assert language.signature_name(full_name) == text(signature)


@pytest.mark.parametrize(
    ("full_name", "sex"),
    [
        ("ИВАНОВА МАРИЯ ПЕТРОВНА", Sex.FEMALE),
        ("Черных Пётр Олегович", Sex.MALE),
        ("Ким Виктория", Sex.FEMALE),
        ("Новиков-Прибой Алексей Силыч", Sex.MALE),
        ("Алиева Лейла Гасан кызы", Sex.FEMALE),
        ("Ооржак Чодураа", None),
    ],
)
def test_detect_sex(full_name: str, sex: Sex | None) -> None:
    assert language.detect_sex(full_name) == sex


@pytest.mark.parametrize(
    ("full_name", "sex", "genitive", "dative", "instrumental"),
    [
        ("Иванова Мария Петровна", Sex.FEMALE, "Ивановой Марии Петровны", "Ивановой Марии Петровне",
         "Ивановой Марией Петровной"),
        ("КАМИНСКАЯ АННА ИЛЬИНИЧНА", Sex.FEMALE, "Каминской Анны Ильиничны", "Каминской Анне Ильиничне",
         "Каминской Анной Ильиничной"),
        ("Королёв Пётр Ильич", Sex.MALE, "Королёва Петра Ильича", "Королёву Петру Ильичу",
         "Королёвым Петром Ильичом"),
        ("Шевченко Лев Олегович", Sex.MALE, "Шевченко Льва Олеговича", "Шевченко Льву Олеговичу",
         "Шевченко Львом Олеговичем"),
        ("Бондарь Илья Фомич", Sex.MALE, "Бондаря Ильи Фомича", "Бондарю Илье Фомичу", "Бондарем Ильёй Фомичом"),
        ("Ким Ольга Игоревна", Sex.FEMALE, "Ким Ольги Игоревны", "Ким Ольге Игоревне", "Ким Ольгой Игоревной"),
        ("Черных Анна Львовна", Sex.FEMALE, "Черных Анны Львовны", "Черных Анне Львовне", "Черных Анной Львовной"),
    ],
)  # fmt: skip
def test_names_on_which_both_agree(full_name: str, sex: Sex, genitive: str, dative: str, instrumental: str) -> None:
    forms = [language.decline(full_name, case, sex) for case in (Case.GENITIVE, Case.DATIVE, Case.INSTRUMENTAL)]
    assert [form.chosen for form in forms] == [genitive, dative, instrumental]
    assert [form.doubtful for form in forms] == [False, False, False]


@pytest.mark.parametrize(
    ("full_name", "sex", "right"),
    [
        ("Заяц Олег Ильич", Sex.MALE, "Зайца Олега Ильича"),
        ("Соловей Павел Павлович", Sex.MALE, "Соловья Павла Павловича"),
        ("Новиков-Прибой Алексей Силыч", Sex.MALE, "Новикова-Прибоя Алексея Силыча"),
        ("Оюн Айдыс Кара-оолович", Sex.MALE, "Оюна Айдыса Кара-ооловича"),
        ("Кучма Рахиль Ивановна", Sex.FEMALE, "Кучмы Рахили Ивановны"),
    ],
)
def test_hard_names_are_shown_to_a_person_with_the_right_form_among_the_two(
    full_name: str, sex: Sex, right: str
) -> None:
    form = language.decline(full_name, Case.GENITIVE, sex)
    assert form.doubtful
    assert right in (form.chosen, form.alternative)


def test_a_declined_name_still_gives_initials() -> None:
    declined = language.decline("Иванова Инна Ивановна", Case.GENITIVE, Sex.FEMALE)
    assert not declined.doubtful
    assert language.initials(declined.chosen) == text("Ивановой~И.~И.")


def test_dictionaries_load_only_when_a_name_is_declined() -> None:
    code = (
        "import sys, roadmap.language as l; l.date_long; l.initials('Иванова Анна')\n"
        "print([m for m in ('pymorphy3', 'pytrovich', 'flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


@pytest.fixture
def app() -> Flask:
    app = Flask("filters")
    clock.register(app, ZoneInfo("Asia/Krasnoyarsk"), datetime(2024, 6, 10, 12, 0))
    filters.register(app)
    return app


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ at|date_long }}", "10 июня 2024~г."),  # 20:30 UTC on the 9th is the 10th in Krasnoyarsk
        ("{{ at|date_short }}", "10.06.2024"),
        ("{{ at|month }}", "июнь 2024"),
        ("{{ at|moment }}", "сегодня, 03:30"),
        ("{{ day|date_short }}", "09.06.2024"),
        ("{{ 1234.5|number }}", "1~234,5"),
        ("{{ 2|number(1) }}", "2,0"),
        ("{{ 45.25|percent }}", "45,3~%"),
        ("{{ none|percent }}", "–"),
        ("{{ 3.1|points }}", "+3,1~п.п."),
        ("{{ 5|plural('школа', 'школы', 'школ') }}", "школ"),
        ("{{ 5|counted('школа', 'школы', 'школ') }}", "5~школ"),
        ("{{ 'Иванова Инна Ивановна'|initials }}", "Иванова~И.~И."),
        ("{{ '2022-Q4'|period }}", "IV квартал 2022~г."),
        ("{{ 3|days_left }}", "через 3~рабочих дня"),
        ("[{{ none|date_long }}{{ none|moment }}{{ none|number }}{{ none|initials }}]", "[]"),
    ],
)
def test_filters(app: Flask, source: str, expected: str) -> None:
    with app.app_context():
        rendered = render_template_string(source, at=datetime(2024, 6, 9, 20, 30, tzinfo=UTC), day=date(2024, 6, 9))
    assert rendered == text(expected)
