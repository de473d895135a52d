"""The roadmap's deadline phrases: free Russian text in, a ``Rule`` out. Pure: no clock, no database.

``phrase_words`` is the vocabulary, ``phrase_tokens`` repairs and names the words, ``phrase_grammar`` and
``phrase_dates`` collect what the phrase states, this module and ``phrase_rules`` decide. Where two readings are
possible the rule is ``unclear`` and its note says why.

What the contract leaves open is decided so:

* a date, month or span without a year, in a roadmap whose period holds it exactly once, is that date (noted); held
  several times, or with no full period given, it is yearly; never held, it is unclear;
* a span without a year becomes yearly, due at its end («октябрь – ноябрь» → November, noted): one duty a year;
* a list of months with a year is yearly with ``months``, bounded by that year;
* «до ноября» is unclear (before or through November?), «до конца ноября» and «не позднее ноября» are not;
* «ежемесячно с сентября по май» is yearly with those nine months, the only exact rule for it;
* a date outside the roadmap's period stands, with a note: the phrase itself is certain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from roadmap.plan.phrase_facts import YEARS, Facts, Moment, Stretch, Unclear
from roadmap.plan.phrase_grammar import read
from roadmap.plan.phrase_rules import bounded, joined, listed, named, pattern, recurring
from roadmap.plan.phrase_tokens import normalise, tokens_of
from roadmap.plan.rules import Kind, Rule

LONGEST = 300  # characters; a longer cell holds more than a deadline
_YEAR_OF_PERIOD = "год взят из периода дорожной карты"


def parse_deadline(phrase: str, period_start: date | None, period_end: date | None) -> Rule:
    """The rule of one phrase. Never raises: what is not certain is ``unclear`` with the reason in ``note``.

    ``period_start`` and ``period_end`` are the roadmap's printed period, either may be None.
    """
    try:
        text = _checked(phrase)
        rule = _decide(read(tokens_of(text)), period_start, period_end)
    except Unclear as reason:
        return Rule(Kind.UNCLEAR, note=f"{str(reason)[:1].upper()}{str(reason)[1:]}.")
    outside = outside_period(rule, period_start, period_end)
    notes = [part for part in (rule.note, outside) if part]
    return replace(rule, note=" ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes))


def outside_period(rule: Rule, period_start: date | None, period_end: date | None) -> str:
    """A sentence when a date or window leaves the roadmap's period, or a recurring rule never meets it; else «»."""
    first, last = rule.due or rule.start, rule.due or rule.end
    if rule.kind not in (Kind.ONCE, Kind.WINDOW):
        first, last = last, first  # bounds may be wider than the period: only no common day is worth a word
    early = first is not None and period_start is not None and first < period_start
    late = last is not None and period_end is not None and last > period_end
    return "Срок выходит за период дорожной карты." if early or late else ""


def _checked(phrase: str) -> str:
    text = " ".join(phrase.split())
    if len(text) > LONGEST:
        raise Unclear("фраза слишком длинная")
    text = normalise(text)
    if not any(char.isalnum() for char in text):
        raise Unclear("срок не указан")
    return text


def _decide(facts: Facts, period_start: date | None, period_end: date | None) -> Rule:
    if facts.refusals:
        raise Unclear(facts.refusals[0])
    if facts.unknown:
        raise Unclear("не поняты слова: " + ", ".join(f"«{word[:40]}»" for word in facts.unknown))
    stretches = _with_years(facts)
    kind = _recurrence(facts, stretches)
    if facts.event or facts.schedule or (facts.summary and not _summary_fits(facts, stretches, kind)):
        return _outside_calendar(facts, stretches, kind)
    if facts.until_period_end:
        return _until_period_end(facts, stretches, kind, period_end)
    if facts.calendar_year and kind is None and not facts.years:
        return _unnamed_year(facts, stretches, period_start, period_end)
    if facts.constant:
        if kind or any(not stretch.dated for stretch in stretches) or facts.day is not None:
            raise Unclear("«постоянно» и отдельный срок противоречат друг другу")
        return _school_year(facts, stretches) if facts.school else bounded(Rule(Kind.CONTINUOUS), facts, stretches)
    if kind is Kind.YEARLY and facts.school and not stretches:
        if len(facts.school_years) == 1:
            raise Unclear("«ежегодно» и один учебный год противоречат друг другу")
        return _school_year(facts, stretches)
    if kind:
        return recurring(kind, facts, stretches)
    if facts.day is not None:
        raise Unclear("число месяца названо, а месяц – нет")
    if facts.school:
        return _school_year(facts, stretches)
    if stretches:
        return _on_calendar(facts, stretches, period_start, period_end)
    return _without_dates(facts, period_start, period_end)


def _with_years(facts: Facts) -> list[Stretch]:
    """The stretches with the years the phrase gives them: «октябрь, ноябрь 2022», «в 2023 году: март, июнь»."""
    named: int | None = None
    found: list[Stretch] = []
    for stretch in reversed(facts.stretches):
        stretch = _span_year(stretch)
        if stretch.dated:
            named = stretch.first.year
        elif named and not facts.recurrences:
            stretch = _same_year(stretch, named)
        found.insert(0, stretch)
    if not any(stretch.dated for stretch in found):
        if len(facts.school_years) == 1 and not facts.refusals:
            found = [_in_school_year(stretch, facts.school_years[0]) for stretch in found]
        elif len(facts.years) == 1 and facts.years[0][0] == facts.years[0][1] and not facts.recurrences:
            found = [_same_year(stretch, facts.years[0][0]) for stretch in found]
    elif not facts.recurrences and not all(stretch.dated for stretch in found):
        raise Unclear("год назван не у всех дат")
    if facts.school and any(stretch.part for stretch in found):
        raise Unclear("у полугодий и четвертей учебного года нет твёрдых дат")
    for stretch in found:
        stretch.first.check()
        stretch.last.check()
        if stretch.dated:
            stretch.dates()
        elif stretch.first.month == stretch.last.month and (stretch.first.day or 1) > (stretch.last.day or 31):
            raise Unclear("начало срока позже его конца")
    return found


def _span_year(stretch: Stretch) -> Stretch:
    first, last = stretch.first, stretch.last
    if first.year and not last.year:
        raise Unclear("год назван только у начала срока")
    return replace(stretch, first=replace(first, year=first.year or last.year))


def _same_year(stretch: Stretch, year: int) -> Stretch:
    return replace(stretch, first=replace(stretch.first, year=year), last=replace(stretch.last, year=year))


def _in_school_year(stretch: Stretch, years: tuple[int, int]) -> Stretch:
    """School years run 01.09–31.08 (dossier §9)."""

    def placed(moment: Moment) -> Moment:
        return replace(moment, year=years[0] if moment.month >= 9 else years[1])

    return replace(stretch, first=placed(stretch.first), last=placed(stretch.last))


def _recurrence(facts: Facts, stretches: list[Stretch]) -> Kind | None:
    """The one kind the phrase's recurrences agree on."""
    kinds = set(facts.recurrences)
    if facts.next_month and facts.next_month is not Kind.UNCLEAR and (facts.reported_named or not kinds):
        kinds.add(facts.next_month)
    if (Kind.YEARLY in kinds and len(kinds) == 2 and kinds & {Kind.HALF_YEARLY}) or facts.times_a_year:
        kinds.discard(Kind.YEARLY)  # «ежегодно, 2 раза в год»
    if facts.times_a_year:
        if kinds or len(stretches) != facts.times_a_year:
            raise Unclear(f"сказано «{facts.times_a_year} раза (раз) в год», но столько месяцев или дат не названо")
        return Kind.YEARLY
    if len(kinds) > 1:
        raise Unclear("названы разные периодичности")
    if not kinds and facts.next_month:
        raise Unclear("не сказано, какой период отчётный")
    if not kinds and facts.whole_period and any(not stretch.dated for stretch in stretches):
        return Kind.YEARLY  # «Сентябрь в течение всего периода реализации»
    return kinds.pop() if kinds else None


def _outside_calendar(facts: Facts, stretches: list[Stretch], kind: Kind | None) -> Rule:
    """A schedule or an event; a recurrence may stand beside a schedule, a date beside neither."""
    if stretches or facts.day is not None or facts.opening:
        raise Unclear("названы и событие или график, и дата – какой срок главный, не сказано")
    if facts.schedule:
        note = f"периодичность: {named(kind)}" if kind else ""
        return bounded(Rule(Kind.BY_SCHEDULE, note=note), facts, [])
    if kind or facts.constant:
        raise Unclear("названы и событие, и периодичность – что главное, не сказано")
    return bounded(Rule(Kind.ON_EVENT), facts, [])


def _summary_fits(facts: Facts, stretches: list[Stretch], kind: Kind | None) -> bool:
    """«ежеквартально по итогам квартала» and «до 10 июня по итогам года» are dated; «по итогам» alone is an event."""
    unit = {Kind.YEARLY: "год", Kind.QUARTERLY: "кварт", Kind.HALF_YEARLY: "полугод", Kind.MONTHLY: "месяц"}
    same = kind is not None and unit.get(kind, "-") in facts.summary and "учебн" not in facts.summary
    fits = bool(stretches) or facts.day is not None or same
    if fits:
        facts.notes.append(facts.summary)
    return fits


def _until_period_end(facts: Facts, stretches: list[Stretch], kind: Kind | None, end: date | None) -> Rule:
    if kind and not stretches:
        return recurring(kind, facts, stretches)
    if stretches or facts.day is not None or facts.years or facts.school or facts.calendar_year:
        raise Unclear("названы и конец периода реализации, и другой срок")
    if facts.constant:
        return bounded(Rule(Kind.CONTINUOUS), facts, [])
    if end is None:
        raise Unclear("период дорожной карты не задан")
    if facts.opening:
        return bounded(Rule(Kind.WINDOW), replace(facts, years=[]), [_day(end)])
    return Rule(Kind.ONCE, due=end)


def _day(day: date) -> Stretch:
    moment = Moment(day.month, day.day, day.year)
    return Stretch(moment, moment, deadline=True)


def _unnamed_year(facts: Facts, stretches: list[Stretch], start: date | None, end: date | None) -> Rule:
    if facts.constant and not stretches:
        return bounded(Rule(Kind.CONTINUOUS), facts, [])
    other = stretches or facts.day is not None or facts.whole_period or facts.school or facts.opening
    if other or start is None or end is None or start.year != end.year:
        raise Unclear("не сказано, какого года")
    return Rule(Kind.WINDOW, start=date(start.year, 1, 1), end=date(start.year, 12, 31), note=_YEAR_OF_PERIOD)


_YEAR_OF_PERIOD = "год взят из периода дорожной карты"


def _school_year(facts: Facts, stretches: list[Stretch]) -> Rule:
    if facts.opening or facts.years or (facts.whole_period and facts.school_years):
        raise Unclear("названы и учебный год, и другой период")
    year = bounded(Rule(Kind.ACADEMIC_YEAR), facts, [])
    if stretches and stretches[0].dated:
        days = [day for stretch in stretches for day in stretch.dates()]
        if facts.constant or not (year.start and year.end and year.start <= min(days) <= max(days) <= year.end):
            raise Unclear("названы и учебный год, и дата вне его")
        return _dated(stretches)
    months = {(s.first.month, s.last.month) for s in stretches}
    if stretches and not (len(stretches) == 1 and months <= {(9, 5), (9, 6), (9, 8)}):
        raise Unclear("не сказано, какого учебного года эта дата")
    return year


def _on_calendar(facts: Facts, stretches: list[Stretch], start: date | None, end: date | None) -> Rule:
    if facts.opening:
        raise Unclear("начало срока названо, а конец – нет")
    if stretches[0].dated:
        named = facts.years[0] if facts.years else None
        years = {day.year for stretch in stretches for day in stretch.dates()}
        extra = named and (len(facts.years) > 1 or named[0] != named[1] or years != {named[0]})
        if facts.whole_period or extra:
            raise Unclear("названы и отдельная дата, и другой период")
        return _dated(stretches)
    if facts.years:
        return bounded(pattern(stretches), facts, [])
    if len(stretches) > 1 or start is None or end is None:
        return pattern(stretches)
    touching = [found for year in _years_of(start, end) if (found := _touching(stretches[0], year, start, end))]
    if not touching:
        raise Unclear("в период дорожной карты такой срок не попадает")
    if len(touching) == 1:
        return replace(_dated(touching), note=_YEAR_OF_PERIOD)
    if sum(start <= found.first.first_day() and found.last.last_day() <= end for found in touching) < 2:
        raise Unclear("не сказано, какого года: период дорожной карты захватывает такой срок не целиком")
    return pattern(stretches)


def _years_of(start: date, end: date) -> range:
    return range(max(start.year, YEARS.start + 1), min(end.year + 1, YEARS.stop - 1) + 1)


def _touching(stretch: Stretch, year: int, start: date, end: date) -> Stretch | None:
    """The stretch that ends in ``year``, if the period holds a day of it; 29.02 only where the year has it."""
    try:
        found = stretch.in_year(year)
        found.first.check()
        found.last.check()
    except Unclear:
        return None
    first, last = found.dates()
    return found if (last if stretch.deadline else first) <= end and start <= last else None


def _dated(stretches: list[Stretch]) -> Rule:
    if len(stretches) > 1:
        return listed(stretches)
    start, end = stretches[0].dates()
    if stretches[0].deadline:
        return Rule(Kind.ONCE, due=end)
    return Rule(Kind.WINDOW, start=start, end=end)


def _without_dates(facts: Facts, start: date | None, end: date | None) -> Rule:
    if facts.opening:
        raise Unclear("начало срока названо, а конец – нет")
    if facts.whole_period:
        rule = bounded(Rule(Kind.CONTINUOUS), facts, [])
        cut = (start and rule.start and rule.start > start) or (end and rule.end and rule.end < end)
        if cut:
            raise Unclear("названные годы – лишь часть периода дорожной карты")
        return rule
    if facts.years:
        first, last = joined(facts.years)
        return Rule(Kind.WINDOW, start=date(first, 1, 1), end=date(last, 12, 31))
    raise Unclear("срок не указан")
