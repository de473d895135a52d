"""The grammar of deadline phrases: tokens in, ``Facts`` out.

A phrase is read left to right; at each place the first production that fits takes its tokens. A production is a
function whose docstring shows what it reads. What no production takes is kept as unknown, which makes the phrase
unclear.
"""

from __future__ import annotations

from collections.abc import Callable

from roadmap.plan.phrase_cursor import END, Cursor
from roadmap.plan.phrase_dates import calendar_year, edge, preposition, school, stretch, years
from roadmap.plan.phrase_facts import Facts
from roadmap.plan.phrase_tokens import Sort, Token
from roadmap.plan.phrase_words import LAST, WEEKDAYS, Word
from roadmap.plan.rules import Kind

_RECURRING = (Word.YEARLY, Word.HALF_YEARLY, Word.QUARTERLY, Word.MONTHLY, Word.WEEKLY)
_KIND_OF_UNIT = {
    Word.YEAR: Kind.YEARLY,
    Word.HALF: Kind.HALF_YEARLY,
    Word.QUARTER: Kind.QUARTERLY,
    Word.MONTH: Kind.MONTHLY,
    Word.WEEK: Kind.WEEKLY,
}
_MONTHS_OF_UNIT = {Word.YEAR: 12, Word.HALF: 6, Word.QUARTER: 3, Word.MONTH: 1}
_KIND_OF_MONTHS = {12: Kind.YEARLY, 6: Kind.HALF_YEARLY, 3: Kind.QUARTERLY, 1: Kind.MONTHLY}


ENOUGH_UNKNOWN = 5  # the phrase is unclear already; reading on would change nothing
Production = Callable[[Cursor, Facts], bool]


def read(tokens: list[Token]) -> Facts:
    """Every fact the phrase states; nothing is decided here."""
    cursor, facts = Cursor([token for token in tokens if token.sort is not Sort.CLOCK]), Facts()
    while cursor.at < len(cursor.tokens) and len(facts.unknown) < ENOUGH_UNKNOWN:
        start = cursor.at
        for production in PRODUCTIONS:
            cursor.at = start
            if production(cursor, facts):
                break
        else:
            cursor.at = start
            facts.unknown.append(cursor.next().text)
    return facts


def _schedule(cursor: Cursor, facts: Facts) -> bool:
    """«по графику ПДС», «согласно утверждённому плану …», «в сроки, установленные …»; takes the rest."""
    cursor.word(Word.IN)
    if cursor.word(Word.SETTLED):
        cursor.take(Sort.COMMA)
        found = cursor.word(Word.SETTLED) is not None
    elif cursor.word(Word.ACCORDING, Word.BY):
        cursor.word(Word.FROM)
        ahead = [cursor.peek(place) for place in range(5)]
        place = next((n for n, token in enumerate(ahead) if token.word is Word.SCHEDULE), None)
        found = place is not None and all(t.sort in (Sort.WORD, Sort.UNKNOWN, Sort.DASH) for t in ahead[:place])
    else:
        found = cursor.at == 0 and cursor.word(Word.SCHEDULE) is not None
    if found:
        facts.schedule = True
        _check_tail(cursor.rest(), facts)
    return found


def _event(cursor: Cursor, facts: Facts) -> bool:
    """«по мере необходимости», «при поступлении», «после …», «в день …», «со дня …»; takes the rest."""
    starts = ((Word.BY, Word.EVENT), (Word.IN, Word.CASE), (Word.IN, Word.DAY), (Word.FROM, Word.MOMENT))
    if not (
        any(cursor.words(*start) for start in (*starts, (Word.FROM, Word.DAY)))
        or cursor.word(Word.WHEN)
        or cursor.word(Word.AFTER)
    ):
        return False
    tail = cursor.rest()
    facts.event = True
    if not tail and cursor.peek(-1).word is not Word.EVENT:
        facts.refusals.append("не названо событие, от которого зависит срок")
    _check_tail(tail, facts)
    return True


def _term(cursor: Cursor, facts: Facts) -> bool:
    """«в течение 10 рабочих дней после …», «не позднее 5 дней со дня …», «в 10-дневный срок с …», «за день до …»."""
    if cursor.words(Word.NOT, Word.LATER):
        while cursor.word(Word.FILLER, Word.BEHIND, Word.THROUGH):
            pass
    elif not (cursor.words(Word.IN, Word.WITHIN) or cursor.word(Word.THROUGH, Word.BEHIND, Word.IN)):
        cursor.word(Word.UNTIL)
    cursor.take(Sort.NUMBER, Sort.ORDINAL)
    cursor.take(Sort.DASH)
    while cursor.word(Word.WORKING, Word.CALENDAR, Word.SCHOOL):
        pass
    if cursor.word(Word.TERM):
        if not cursor.word(Word.PERIOD):
            return False
    elif not cursor.word(Word.DAY, Word.WEEK, Word.MONTH):
        return False
    if cursor.peek().word in (Word.AFTER, Word.FROM, Word.OF, Word.UNTIL, Word.BY, Word.WHEN):
        facts.event = True
        _check_tail(cursor.rest(), facts)
        return True
    if cursor.peek() is END or cursor.peek().sort is Sort.COMMA:
        facts.refusals.append("не сказано, от какого события считать срок")
        return True
    return False


def _check_tail(tail: list[Token], facts: Facts) -> None:
    """The free words after a schedule or an event may name a document's date, but no deadline of their own."""
    for before, token in zip([None, *tail], tail, strict=False):
        named = before is not None and before.word in (Word.OF, Word.NUMBER)
        facts.constant |= token.word is Word.CONSTANTLY
        numbered = token.word is Word.NUMBER and before is not None and before.sort in (Sort.NUMBER, Sort.ORDINAL)
        if numbered or (token.sort in (Sort.DATE, Sort.MONTH) and not named):
            facts.refusals.append("названы и событие или график, и дата – какой срок главный, не сказано")
        if token.word in (*_RECURRING, Word.TIMES, Word.TWICE):
            facts.refusals.append("названы и событие или график, и периодичность – что главное, не сказано")


def _summary(cursor: Cursor, facts: Facts) -> bool:
    """«по итогам учебного года», up to a comma or «до»."""
    if not cursor.words(Word.BY, Word.SUMMARY):
        return False
    words = []
    while cursor.peek() is not END and cursor.peek().sort is not Sort.COMMA:
        if cursor.peek().word in (Word.UNTIL, Word.TOWARDS, Word.NOT, *_RECURRING):
            break
        words.append(cursor.next())
    facts.summary = " ".join(["по итогам", *(token.text for token in words)])
    if any(token.sort in (Sort.DATE, Sort.MONTH, Sort.VAGUE) for token in words):
        facts.refusals.append("дата не отделена от слов «по итогам …»")
    return True


def _recurrence(cursor: Cursor, facts: Facts) -> bool:
    """«ежегодно», «каждый квартал», «не реже 1 раза в полугодие», «дважды в год», «по понедельникам»."""
    if cursor.word(Word.BY):
        if not cursor.peek().text.endswith(("ам", "ям")):
            return _times(cursor, facts)
        if cursor.take(Sort.WEEKDAY):
            return _weekly(cursor, facts)
    named = cursor.word(*_RECURRING)
    if named:
        facts.recurrences.append(_kind_of(named))
        return True
    if cursor.word(Word.IN) and cursor.peek().word is not Word.EVERY:
        return False
    if cursor.word(Word.EVERY):
        if cursor.take(Sort.WEEKDAY):
            return _weekly(cursor, facts)
        if cursor.words(Word.SCHOOL, Word.YEAR):
            facts.school = True
            return True
        unit = cursor.word(*_KIND_OF_UNIT)
        if unit is None and cursor.peek().sort not in (Sort.NUMBER, Sort.ORDINAL, Sort.MONTH):
            return False
        facts.recurrences.append(_kind_of(unit) if unit else Kind.YEARLY)  # «каждое 1 сентября», «каждый май»
        return True
    return _times(cursor, facts)


def _kind_of(word: Word) -> Kind:
    named = dict(zip(_RECURRING, _KIND_OF_UNIT.values(), strict=True))
    return named.get(word) or _KIND_OF_UNIT[word]


def _weekly(cursor: Cursor, facts: Facts) -> bool:
    facts.recurrences.append(Kind.WEEKLY)
    facts.notes.append(f"день недели: {WEEKDAYS[cursor.peek(-1).value].split()[0]}")
    return True


def _times(cursor: Cursor, facts: Facts) -> bool:
    """«1 раз в квартал», «раз в 3 месяца», «2 раза в год»."""
    if cursor.words(Word.NOT, Word.RARER):
        cursor.word(Word.FILLER)
    count = 2 if cursor.word(Word.TWICE) else None
    if count is None:
        number = cursor.take(Sort.NUMBER, Sort.ORDINAL)
        if not cursor.word(Word.TIMES):
            return False
        count = number.value if number else 1
    if not cursor.word(Word.IN):
        return False
    every = cursor.take(Sort.NUMBER, Sort.ORDINAL)
    if cursor.word(Word.SCHOOL):
        cursor.word(Word.YEAR)
        facts.refusals.append("периодичность названа в учебном году, а даты – нет")
        return True
    unit = cursor.word(*_KIND_OF_UNIT)
    if unit is None:
        return False
    size = every.value if every else 1
    if unit is Word.WEEK and count == size == 1:
        facts.recurrences.append(Kind.WEEKLY)
        return True
    kind, months = None, _MONTHS_OF_UNIT.get(unit, 0) * size
    if count and months and not months % count:
        kind = _KIND_OF_MONTHS.get(months // count)
    if kind:
        facts.recurrences.append(kind)
    elif months == 12 and 1 < count <= 12:
        facts.times_a_year = count
    else:
        facts.refusals.append("такая периодичность в правилах не предусмотрена")
    return True


def _day_of_month(cursor: Cursor, facts: Facts) -> bool:
    """«до 20 числа месяца, следующего за отчётным», «25-го ежемесячно», «последний день каждого месяца»."""
    preposition(cursor)
    number = cursor.take(Sort.NUMBER, Sort.ORDINAL)
    if number is None:
        return False
    if number.value == LAST:
        if not cursor.word(Word.DAY, Word.NUMBER):
            return False
    elif not cursor.word(Word.NUMBER):
        follows = cursor.peek().word in (Word.MONTHLY, Word.QUARTERLY) or cursor.peek() is END
        if number.sort is not Sort.ORDINAL or not number.text[0].isdigit() or not follows:
            return False
    day = 0 if number.value == LAST else number.value
    if facts.day not in (None, day):
        facts.refusals.append("названы разные числа месяца")
    if not 0 <= day <= 31 or (day == 0 and number.value != LAST):
        facts.refusals.append(f"числа {day} в месяце нет")
    facts.day = day
    _reported(cursor, facts)
    return True


def _reported(cursor: Cursor, facts: Facts) -> None:
    """«(следующего) месяца, следующего за отчётным (кварталом)» after a day of the month."""
    if cursor.words(Word.NEXT, Word.MONTH):
        facts.next_month = Kind.MONTHLY
        return
    cursor.word(Word.MONTH)
    named = cursor.at
    cursor.take(Sort.COMMA)
    if not cursor.words(Word.NEXT, Word.BEHIND, Word.REPORTED):
        cursor.at = named
        return
    unit = cursor.word(Word.QUARTER, Word.MONTH, Word.HALF, Word.YEAR, Word.PERIOD)
    if unit is Word.PERIOD:
        facts.next_month = Kind.UNCLEAR
    else:
        facts.next_month = _KIND_OF_UNIT[unit] if unit else Kind.MONTHLY
        facts.reported_named = unit is not None


def _whole(cursor: Cursor, facts: Facts) -> bool:
    """«в течение всего периода реализации (дорожной карты)», «весь период», «до конца реализации»."""
    until = cursor.word(Word.UNTIL, Word.TOWARDS) and cursor.word(Word.END)
    throughout = False
    if not until:
        cursor.word(Word.IN, Word.ON)
        while cursor.word(Word.ALL, Word.WITHIN):
            throughout = True
    named = cursor.peek()
    if not cursor.word(Word.PERIOD) and named.word is not Word.RUN:
        return False
    run = False
    while cursor.word(Word.RUN, Word.CARD, Word.SCHEDULE):
        run = True
    if not throughout and not until and (named.text.startswith("срок") or not run):
        return True  # «в срок до 10 июня», «в период с 1 по 15 мая»: a label that adds nothing
    if not run and cursor.peek().sort in (Sort.NUMBER, Sort.DATE, Sort.MONTH):
        return True  # «в течение периода 2022–2024 гг.»
    facts.until_period_end |= bool(until)
    facts.whole_period |= not until
    return True


def _constant(cursor: Cursor, facts: Facts) -> bool:
    """«постоянно», «на постоянной основе»."""
    found = cursor.word(Word.CONSTANTLY) or cursor.words(Word.ON, Word.PERMANENT, Word.BASIS)
    facts.constant |= bool(found)
    return bool(found)


def _vague(cursor: Cursor, facts: Facts) -> bool:
    """Words known to name no certain date; each carries its reason."""
    token = cursor.next()
    if token.sort is Sort.VAGUE:
        facts.refusals.append(token.text)
    elif token.word is Word.BEHIND:
        facts.refusals.append("сказано, за какой период, но не сказано, к какой дате")
    elif token.sort is Sort.WEEKDAY or token.word is Word.WEEK:
        facts.refusals.append("неделя или день недели без года не задают даты")
    elif token.sort is Sort.AMBIGUOUS:
        facts.refusals.append(f"слово «{token.text}» можно прочесть двояко")
    else:
        return False
    return True


def _filler(cursor: Cursor, facts: Facts) -> bool:
    """Signs and words that link the others and say nothing themselves."""
    return bool(cursor.take(Sort.COMMA, Sort.DASH) or cursor.word(Word.AND, Word.IN, Word.FILLER))


PRODUCTIONS: tuple[Production, ...] = (
    _schedule,
    _event,
    _term,
    _summary,
    _recurrence,
    _day_of_month,
    _whole,
    _constant,
    school,
    edge,
    stretch,
    years,
    calendar_year,
    _vague,
    _filler,
)
