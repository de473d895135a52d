"""Russian for people and papers: dates, periods, plurals, numbers, names in cases, sort and search keys.

Pure: no Flask, no database, no clock; what depends on the day takes the day. The space before «г.», inside numbers,
before «%» and between initials is U+00A0, so that a line never breaks there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3.analyzer import MorphAnalyzer, Parse
    from pytrovich.detector import PetrovichGenderDetector
    from pytrovich.enums import Gender
    from pytrovich.maker import PetrovichDeclinationMaker

NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = (
    ("январь", "января"),
    ("февраль", "февраля"),
    ("март", "марта"),
    ("апрель", "апреля"),
    ("май", "мая"),
    ("июнь", "июня"),
    ("июль", "июля"),
    ("август", "августа"),
    ("сентябрь", "сентября"),
    ("октябрь", "октября"),
    ("ноябрь", "ноября"),
    ("декабрь", "декабря"),
)
QUARTERS = ("I", "II", "III", "IV")
SCHOOL_YEAR_STARTS = 9  # 1 September

Number = int | float | Decimal


# Dates and periods


def date_long(day: date) -> str:
    """«10 июня 2024 г.»"""
    return f"{day.day} {MONTHS[day.month - 1][1]} {day.year}{NBSP}г."


def date_short(day: date) -> str:
    """«10.06.2024»"""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def month(day: date) -> str:
    """«июнь 2024»"""
    return f"{MONTHS[day.month - 1][0]} {day.year}"


def moment(at: datetime, today: date) -> str:
    """«сегодня, 09:14», «вчера, 09:14», «завтра, 09:14», else «10.06.2024, 09:14».

    ``at`` is already in the zone where ``today`` is today.
    """
    names = {-1: "вчера", 0: "сегодня", 1: "завтра"}
    day = at.date()
    return f"{names.get((day - today).days, date_short(day))}, {at:%H:%M}"


def period_label(key: str) -> str:
    """A period's key in words.

    «2022-Q4» → «IV квартал 2022 г.», «2022-11» → «ноябрь 2022 г.», «2023» → «2023 год»,
    «2023/2024» → «2023/2024 учебный год», «2024-06-10» → «10 июня 2024 г.».

    Raises ValueError for anything else.
    """
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", key):
        return f"{QUARTERS[int(found[2]) - 1]} квартал {found[1]}{NBSP}г."
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", key):
        return f"{MONTHS[int(found[2]) - 1][0]} {found[1]}{NBSP}г."
    if re.fullmatch(r"\d{4}", key):
        return f"{key} год"
    if (found := re.fullmatch(r"(\d{4})/(\d{4})", key)) and int(found[2]) == int(found[1]) + 1:
        return f"{key} учебный год"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", key):
        return date_long(date.fromisoformat(key))
    raise ValueError(f"not a period: {key!r}")


def school_year(day: date) -> str:
    """«2023/2024»: a school year runs from 1 September to 31 August."""
    first = day.year if day.month >= SCHOOL_YEAR_STARTS else day.year - 1
    return f"{first}/{first + 1}"


def days_left(days: int, *, working: bool = True) -> str:
    """«через 3 рабочих дня» (``working``) or «через 3 дня», «сегодня», «просрочено на 5 дней».

    ``days`` are working days if ``working``; an overdue is always told in calendar days, as a negative number.
    """
    if days == 0:
        return "сегодня"
    if days < 0:
        return f"просрочено на {counted(-days, 'день', 'дня', 'дней')}"
    if working:
        return f"через {counted(days, 'рабочий день', 'рабочих дня', 'рабочих дней')}"
    return "завтра" if days == 1 else f"через {counted(days, 'день', 'дня', 'дней')}"


# Numbers


def plural(n: Number, one: str, few: str, many: str) -> str:
    """The word alone: 1 «школа», 2 «школы», 5 «школ», 11 «школ», 21 «школа»; a fraction takes «школы»."""
    if n != int(n):
        return few
    last, tens = abs(int(n)) % 10, abs(int(n)) % 100
    if last == 1 and tens != 11:
        return one
    return few if 2 <= last <= 4 and not 12 <= tens <= 14 else many


def counted(n: Number, one: str, few: str, many: str) -> str:
    """The number and the word: «5 школ», «1,5 балла»."""
    return f"{number(n)}{NBSP}{plural(n, one, few, many)}"


def number(value: Number, digits: int | None = None) -> str:
    """«1 234,5»: groups of three, a decimal comma, half up to ``digits``; without ``digits`` as many as there are."""
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"not a number: {value!r}")
    if digits is not None:
        exact = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{abs(exact):,f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = MINUS if exact < 0 else ""
    return sign + text.replace(",", NBSP).replace(".", ",")


def percent(value: Number | None, digits: int = 1) -> str:
    """45.25 → «45,3 %» (a percentage, not a ratio). None is a zero denominator and prints «–» (rules.md 11)."""
    return "–" if value is None else f"{number(value, digits)}{NBSP}%"


def points(value: Number | None, digits: int = 1) -> str:
    """A difference of two percentages: «+3,1 п.п.», «−0,4 п.п.», «0,0 п.п.»; None prints «–»."""
    if value is None:
        return "–"
    text = number(value, digits)
    sign = "+" if Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) > 0 else ""
    return f"{sign}{text}{NBSP}п.п."


# Keys and file names


def sort_key(text: str) -> str:
    """For ORDER BY: SQLite sorts by bytes, so «Ёлкин» would come before «Абрамов»."""
    composed = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return " ".join(composed.split())


def search_key(text: str) -> str:
    """For LIKE on both sides: letters and digits only, so «сш №1» finds «СШ № 1» and no wildcard slips in."""
    return " ".join(re.findall(r"[^\W_]+", sort_key(text)))


def clean_filename(stem: str, extension: str) -> str:
    """A name every system takes: ``clean_filename("Справка 1/2", "docx")`` → «Справка 1-2.docx».

    At most 100 letters before the extension, which keeps Cyrillic below the usual 255 bytes.
    """
    text = " ".join(unicodedata.normalize("NFC", stem).split()).translate(str.maketrans("/\\:|№", "----N"))
    text = "".join(c for c in text if c not in '*?"<>«»„“”' and unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    text = text[:100].strip(" .")
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", text):
        text = f"{text}-"
    return f"{text or 'документ'}.{extension.lstrip('.')}"


# Names


class Sex(Enum):
    MALE = "male"
    FEMALE = "female"


class Case(Enum):
    """The value is pymorphy3's grammeme; pytrovich has the same names."""

    GENITIVE = "gent"
    DATIVE = "datv"
    INSTRUMENTAL = "ablt"


@dataclass(frozen=True)
class Declined:
    """A name in a case; where the two dictionaries differ a person chooses before it is stored."""

    chosen: str
    alternative: str | None

    @property
    def doubtful(self) -> bool:
        return self.alternative is not None


def normalise_name(full_name: str) -> str:
    """One space between words; a word all in capitals or all small gets a capital: «ИВАНОВА анна» → «Иванова Анна».

    «оглы», «кызы» and what follows the hyphen in «Кара-оолович» stay small; mixed case is taken as meant.
    """
    words = unicodedata.normalize("NFC", full_name.replace(NBSP, " ")).split()
    return " ".join(_capitalised(word) for word in words)


def initials(full_name: str) -> str:
    """«Иванова Мария Петровна» → «Иванова М. П.»: for running text and tables."""
    surname, letters = _surname_and_letters(full_name)
    return NBSP.join([surname, *letters])


def signature_name(full_name: str) -> str:
    """«Иванова Мария Петровна» → «М. П. Иванова»: the name beside a signature (ГОСТ Р 7.0.97)."""
    surname, letters = _surname_and_letters(full_name)
    return NBSP.join([*letters, surname])


def detect_sex(full_name: str) -> Sex | None:
    """By patronymic, name, surname; None where they don't tell: a person must say."""
    surname, first, patronymic = _parts(normalise_name(full_name))
    return _sex_of(surname, first, patronymic) or _sex_of("", first, "")  # a double surname hides what the name tells


@lru_cache(maxsize=4096)
def decline(full_name: str, case: Case, sex: Sex) -> Declined:
    """«Фамилия Имя Отчество» in a case, by pytrovich, with pymorphy3's form beside it where they differ.

    On a list of 80 hand-made forms each mistake of either was among the differing ones (screens.md §3), so a
    document reads only forms that were stored after a person has seen them.
    """
    parts = _parts(normalise_name(full_name))
    chosen = " ".join(_by_rules(part, name, case, sex) for part, name in zip(PARTS, parts, strict=True) if name)
    other = " ".join(_by_dictionary(part, name, case, sex) for part, name in zip(PARTS, parts, strict=True) if name)
    return Declined(chosen, None if sort_key(other) == sort_key(chosen) else other)  # «Ильей» is «Ильёй»


PARTS = ("Surn", "Name", "Patr")  # pymorphy3's grammemes
RULES_PART = {"Surn": "LASTNAME", "Name": "FIRSTNAME", "Patr": "MIDDLENAME"}
SMALL_WORDS = {"оглы", "кызы", "оол", "кыс"}


def _capitalised(word: str) -> str:
    if word != word.upper() and word != word.lower():
        return word
    small = word.lower()
    if small in SMALL_WORDS:
        return small
    if re.fullmatch(r"[^\W\d_]+-оол(ович|овна)?", small):
        return small.capitalize()
    return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), small)


def _parts(name: str) -> tuple[str, str, str]:
    """Surname, first name, the rest as patronymic; missing ones are empty."""
    words = [*name.split(" ", 2), "", "", ""]
    return words[0], words[1], words[2]


def _surname_and_letters(full_name: str) -> tuple[str, list[str]]:
    """Also takes «Иванова М.П.»; «Анна-Мария» gives «А.-М.», and «оглы» gives nothing."""
    surname, _, rest = normalise_name(full_name).partition(" ")
    letters = []
    for word in rest.replace(".", " ").split():
        capitals = [piece[0] for piece in word.split("-") if piece[:1].isupper()]
        if capitals:
            letters.append("-".join(f"{letter}." for letter in capitals))
    return surname, letters


@cache
def _maker() -> PetrovichDeclinationMaker:
    from pytrovich.maker import PetrovichDeclinationMaker  # loads a dictionary: only when a name is declined

    return PetrovichDeclinationMaker()


@cache
def _detector() -> PetrovichGenderDetector:
    from pytrovich.detector import PetrovichGenderDetector

    return PetrovichGenderDetector()


@cache
def _analyzer() -> MorphAnalyzer:
    from pymorphy3.analyzer import MorphAnalyzer

    return MorphAnalyzer(lang="ru")


def _sex_of(surname: str, first: str, patronymic: str) -> Sex | None:
    found: Gender = _detector().detect(first, surname, patronymic)  # type: ignore[no-untyped-call]
    return None if found.name == "ANDROGYNOUS" else Sex[found.name]


def _by_rules(part: str, name: str, case: Case, sex: Sex) -> str:
    from pytrovich.enums import Case as RulesCase
    from pytrovich.enums import Gender, NamePart

    return str(_maker().make(NamePart[RULES_PART[part]], Gender[sex.name], RulesCase[case.name], name))


def _by_dictionary(part: str, name: str, case: Case, sex: Sex) -> str:
    return " ".join(_word_by_dictionary(part, word, case, sex) for word in name.split())


def _word_by_dictionary(part: str, word: str, case: Case, sex: Sex) -> str:
    gender = "masc" if sex is Sex.MALE else "femn"
    parses = [parse for parse in _analyzer().parse(word) if _fits(parse, gender)]
    named = [parse for parse in parses if part in parse.tag]
    if not named and "-" in word:
        return "-".join(_word_by_dictionary(part, piece, case, sex) for piece in word.split("-"))
    for parse in named or parses:
        if form := parse.inflect({case.value}):
            return _spelled_like(word, form.word)
    return word


def _fits(parse: Parse, gender: str) -> bool:
    tag = parse.tag
    return {"nomn", "sing"} in tag and "inan" not in tag and (gender in tag or "ms-f" in tag)


def _spelled_like(word: str, form: str) -> str:
    """pymorphy3 answers in small letters and with «ё» restored."""
    if "ё" not in word.lower():
        form = form.replace("ё", "е")
    pieces = zip(word.split("-"), form.split("-"), strict=True)
    return "-".join(piece.capitalize() if typed[:1].isupper() else piece for typed, piece in pieces)
