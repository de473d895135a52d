"""The productions that read dates: days, months, quarters, spans of them, years and school years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta, weekday

from roadmap.plan.phrase_cursor import Cursor
from roadmap.plan.phrase_facts import YEARS, Facts, Moment, Stretch
from roadmap.plan.phrase_tokens import Sort, Token
from roadmap.plan.phrase_words import LAST, Word

_INCLUSIVE = "«{}» – не ясно, входит ли в срок сам этот период; назовите дату"


def school(cursor: Cursor, facts: Facts) -> bool:
    """«в течение учебного года», «2022/2023 учебный год», «в 2022-2023 уч. г.»"""
    edged = [word for word in (cursor.word(Word.UNTIL, Word.TOWARDS), cursor.word(Word.END)) if word]
    cursor.word(Word.IN, Word.ON)
    while cursor.word(Word.WITHIN, Word.ALL):
        pass
    slashed = cursor.peek().sort is Sort.SCHOOL_YEARS
    span = _school_years(cursor)
    if not cursor.word(Word.SCHOOL) and not slashed:
        return False
    cursor.word(Word.YEAR)
    span = span or _school_years(cursor)
    cursor.word(Word.YEAR)
    if edged:
        facts.refusals.append("у начала и конца учебного года нет одной даты – назовите её")
    if span:
        if span[1] != span[0] + 1:
            facts.refusals.append(f"учебного года «{span[0]}/{span[1]}» не бывает")
        if facts.years and facts.years[-1] == (span[0] - 1, span[0]):  # «2022-2023 и 2023-2024 учебные годы»
            facts.school_years, facts.years = facts.school_years + facts.years, []
        facts.school_years.append(span)
    facts.school = True
    return True


def _school_years(cursor: Cursor) -> tuple[int, int] | None:
    token = cursor.take(Sort.SCHOOL_YEARS)
    if token:
        return token.parts[0], token.parts[1]
    start = cursor.at
    first, dash, last = (cursor.next() for _ in range(3))
    if first.sort is last.sort is Sort.NUMBER and first.value in YEARS and dash.sort is Sort.DASH:
        return first.value, last.value + 2000 if last.value < 100 else last.value
    cursor.at = start
    return None


def edge(cursor: Cursor, facts: Facts) -> bool:
    """«до конца ноября 2023», «к концу года», «до конца I квартала»; «в конце мая» is refused."""
    until = preposition(cursor) in (Word.UNTIL, Word.TOWARDS, Word.LATER)
    if not cursor.word(Word.END):
        return False
    cursor.word(Word.CALENDAR)
    group = _group(cursor)
    if not group:
        year = _year(cursor)
        if year is None and not cursor.word(Word.YEAR):
            return False
        group = [Stretch(Moment(12, 31, year), Moment(12, 31, year))]
    if not until:
        facts.refusals.append("срок назван приблизительно")
    facts.stretches += [replace(stretch, first=stretch.last, deadline=True) for stretch in group]
    return True


def stretch(cursor: Cursor, facts: Facts) -> bool:
    """«до 10 июня», «октябрь – ноябрь 2022», «с 1 мая по 15 июня», «I и III кварталы», «не позднее ноября»."""
    start = cursor.at
    how = preposition(cursor)
    group = _group(cursor)
    if not group:
        return False
    text = " ".join(token.text for token in cursor.tokens[start : cursor.at])
    joined = _second_end(cursor, how) if len(group) == 1 else None
    if joined:
        group = [Stretch(group[0].first, joined.last)]
    elif how is Word.FROM and len(group) == 1 and group[0].first == group[0].last:
        facts.opening = group[0].first
        return True
    elif how in (Word.UNTIL, Word.TOWARDS) and any(s.last.day is None for s in group):
        facts.refusals.append(_INCLUSIVE.format(text))
    elif how in (Word.LATER, Word.BY, Word.UNTIL, Word.TOWARDS):
        group = [replace(stretch, first=stretch.last, deadline=True) for stretch in group]
    facts.stretches += group
    return True


def _second_end(cursor: Cursor, how: Word | None) -> Stretch | None:
    """The «– ноябрь 2022» of a span, or «по 15 июня» after «с …»."""
    start = cursor.at
    if cursor.take(Sort.DASH) or (
        cursor.word(Word.BY, Word.UNTIL) if how is Word.FROM else how is None and cursor.word(Word.BY)
    ):
        until = cursor.peek(-1).word is Word.UNTIL
        group = _group(cursor)
        if group and len(group) == 1 and not (until and group[0].last.day is None):
            return group[0]
    cursor.at = start
    return None


def preposition(cursor: Cursor) -> Word | None:
    """The word that says how the date after it counts; «в течение» and «в период» count as «в»."""
    if cursor.words(Word.NOT, Word.LATER):
        cursor.word(Word.FILLER)
        return Word.LATER
    found = cursor.word(Word.IN, Word.ON, Word.UNTIL, Word.TOWARDS, Word.FROM, Word.BY)
    if found in (Word.IN, Word.ON):
        while cursor.word(Word.ALL, Word.WITHIN, Word.PERIOD):
            found = cursor.word(Word.FROM) or found
    return found


def _group(cursor: Cursor) -> list[Stretch] | None:
    """One point («ноябрь 2022», «10.06.2023») or several before one unit («I и III квартал», «1–15 мая»)."""
    date_token = cursor.take(Sort.DATE)
    if date_token:
        return [_of_date(cursor, date_token)]
    month = cursor.take(Sort.MONTH)
    if month:
        cursor.word(Word.MONTH)
        return [_both(Moment(month.value, None, _year(cursor)))]
    start = cursor.at
    numbers, span = _numbers(cursor)
    found = _of_unit(cursor, numbers, span) if numbers else None
    if not found:
        cursor.at = start
    return found


def _numbers(cursor: Cursor) -> tuple[list[int], bool]:
    """«1», «1 и 3», «I, II», «1–15», «1 по 15»; True when they are the ends of a span."""
    first = cursor.take(Sort.NUMBER, Sort.ORDINAL)
    numbers, span = [first.value] if first else [], False
    while numbers and not span and len(numbers) <= 12:  # no unit has more than twelve of anything listed
        start = cursor.at
        span = bool(cursor.take(Sort.DASH) or cursor.word(Word.BY))
        separated = span or cursor.take(Sort.COMMA) or cursor.word(Word.AND)
        following = cursor.take(Sort.NUMBER, Sort.ORDINAL) if separated else None
        if following is None:
            dated = span and cursor.peek().sort is Sort.DATE
            cursor.at = cursor.at if dated else start
            return numbers, bool(dated)
        numbers.append(following.value)
    return numbers, span


def _of_unit(cursor: Cursor, numbers: list[int], span: bool) -> list[Stretch] | None:
    date_token = cursor.take(Sort.DATE) if span and len(numbers) == 1 else None
    if date_token:  # «1–15.05.2023»
        last = _of_date(cursor, date_token).last
        return [Stretch(replace(last, day=numbers[0]), last)]
    unit = cursor.word(Word.QUARTER, Word.HALF, Word.DECADE)
    weekday_token = cursor.take(Sort.WEEKDAY) if len(numbers) == 1 else None
    month = cursor.take(Sort.MONTH) if unit is Word.DECADE or unit is None else None
    year = _year(cursor)
    if weekday_token:
        return _nth_weekday(numbers[0], weekday_token.value, month, year)
    if unit in (Word.QUARTER, Word.HALF):
        size = 3 if unit is Word.QUARTER else 6
        if not all(1 <= number <= 12 // size for number in numbers):
            return None
        found = [_months(size * (n - 1) + 1, size * n, year) for n in numbers]  # quarters or halves
    elif month is None or (unit and not all(1 <= n <= 3 for n in numbers)):
        return None
    elif unit:
        found = [_decade(month.value, n, year) for n in numbers]
    else:
        found = [_both(Moment(month.value, n, year), deadline=True) for n in numbers]
    return [replace(found[0], last=found[-1].last, deadline=False)] if span else found


def _of_date(cursor: Cursor, token: Token) -> Stretch:
    day, month, year = token.parts
    named = year or _year(cursor)
    cursor.word(Word.YEAR)
    return _both(Moment(month, day or None, named), deadline=bool(day))


def _both(moment: Moment, deadline: bool = False) -> Stretch:
    return Stretch(moment, moment, deadline)


def _months(first: int, last: int, year: int | None) -> Stretch:
    return Stretch(Moment(first, None, year), Moment(last, None, year), part=True)


def _decade(month: int, number: int, year: int | None) -> Stretch:
    last = None if number == 3 else 10 * number
    return Stretch(Moment(month, 10 * number - 9, year), Moment(month, last, year))


def _nth_weekday(number: int, day: int, month: Token | None, year: int | None) -> list[Stretch] | None:
    """«первый понедельник октября 2022»; without a year it is no rule of ours."""
    if month is None or year is None or number not in (1, 2, 3, 4, LAST):
        return None
    base = date(year, month.value, 1) + relativedelta(day=31 if number == LAST else 1)
    found = base + relativedelta(weekday=weekday(day)(number))
    return [_both(Moment(found.month, found.day, found.year), deadline=True)]


def _year(cursor: Cursor) -> int | None:
    """«2023», «2023 г.»; not the first of «2022–2024» and not a school year's."""
    start = cursor.at
    token = cursor.take(Sort.NUMBER)
    if token is None or token.value not in YEARS or cursor.peek().word is Word.SCHOOL:
        cursor.at = start
        return None
    if cursor.peek().sort is Sort.DASH and cursor.peek(1).sort is Sort.NUMBER and cursor.peek(1).value in YEARS:
        cursor.at = start
        return None
    cursor.word(Word.YEAR)
    return token.value


def years(cursor: Cursor, facts: Facts) -> bool:
    """«в 2023 году», «2022–2024 гг.», «с 2022 по 2024 год», «начиная с 2023 года», «по 2024 год»."""
    how = preposition(cursor)
    cursor.word(Word.FROM)
    cursor.word(Word.CALENDAR)
    first = cursor.take(Sort.NUMBER)
    if first is None or first.value not in YEARS:
        return False
    cursor.word(Word.YEAR)
    start, last = cursor.at, None
    if cursor.take(Sort.DASH) or (how is Word.FROM and cursor.word(Word.BY)):
        last = cursor.take(Sort.NUMBER)
    if last is None or last.value not in YEARS:
        cursor.at, last = start, None
    cursor.word(Word.YEAR)
    if last:
        facts.years.append((first.value, last.value))
    elif how is Word.FROM:
        facts.opening = Moment(1, 1, first.value)
    elif how is Word.BY:
        facts.stretches.append(_both(Moment(12, 31, first.value), deadline=True))
    elif how in (Word.UNTIL, Word.TOWARDS, Word.LATER):
        facts.refusals.append(_INCLUSIVE.format(f"{how} {first.value} года"))
    else:
        facts.years.append((first.value, first.value))
    return True


def calendar_year(cursor: Cursor, facts: Facts) -> bool:
    """«в течение (календарного) года» with no year named."""
    if not cursor.words(Word.IN, Word.WITHIN) and not cursor.words(Word.ON, Word.WITHIN):
        return False
    while cursor.word(Word.ALL, Word.CALENDAR):
        pass
    facts.calendar_year |= bool(cursor.word(Word.YEAR))
    return cursor.peek(-1).word is Word.YEAR
