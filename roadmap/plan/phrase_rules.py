"""Recurring rules: what a recurrence, its months and its bounds come to, and when several dates are one rule."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from roadmap.plan.phrase_facts import Facts, Moment, Stretch, Unclear
from roadmap.plan.phrase_words import GENITIVE, NOMINATIVE
from roadmap.plan.rules import Kind, Rule

_TIMES = {Kind.YEARLY: 1, Kind.HALF_YEARLY: 2, Kind.QUARTERLY: 4, Kind.MONTHLY: 12}
_SHORTEST_BOUND = {Kind.YEARLY: 365, Kind.HALF_YEARLY: 181, Kind.QUARTERLY: 90, Kind.MONTHLY: 28, Kind.WEEKLY: 7}
_QUARTER_ENDS = (3, 6, 9, 12)


def bounded(rule: Rule, facts: Facts, dated: list[Stretch]) -> Rule:
    """The rule limited by the phrase's years, dated spans, «с …» and school years: by their common part."""
    starts: list[date] = []
    ends: list[date] = []
    for stretch in dated:
        start, end = stretch.dates()
        starts += [] if stretch.deadline else [start]
        ends.append(end)
    if facts.years:
        first, last = joined(facts.years)
        starts.append(date(first, 1, 1))
        ends.append(date(last, 12, 31))
    if facts.school_years:
        first, last = joined(facts.school_years, touching=0)
        starts.append(date(first, 9, 1))
        ends.append(date(last, 8, 31))
    if facts.opening:
        facts.opening.check()
        if facts.opening.year is None:
            raise Unclear("не назван год, с которого начинается срок")
        starts.append(facts.opening.first_day())
    if starts and ends and max(starts) > min(ends):
        raise Unclear("названные сроки не пересекаются")
    return replace(rule, start=max(starts, default=None), end=min(ends, default=None))


def joined(spans: list[tuple[int, int]], touching: int = 1) -> tuple[int, int]:
    """One span of years from several that follow one another without a gap."""
    for (first, last), after in zip(spans, [*(s[0] for s in spans[1:]), None], strict=True):
        if first > last:
            raise Unclear("начало срока позже его конца")
        if after is not None and after != last + touching:
            raise Unclear("названные годы идут не подряд")
    first, last = spans[0][0], spans[-1][1]
    Moment(1, 1, first).check()
    Moment(1, 1, last).check()
    return first, last


def recurring(kind: Kind, facts: Facts, stretches: list[Stretch]) -> Rule:
    dated = [stretch for stretch in stretches if stretch.dated]
    undated = [stretch for stretch in stretches if not stretch.dated]
    note = "; ".join(facts.notes)
    if len(dated) > 1 and not undated:
        if len(dated) < _TIMES.get(kind, 99):
            raise Unclear("названы и периодичность, и отдельные даты")
        return replace(listed(dated), note=note)
    for stretch in dated:
        start, end = stretch.dates()
        yearly_date = stretch.deadline and kind in (Kind.YEARLY, Kind.HALF_YEARLY) and (end.month, end.day) != (12, 31)
        if yearly_date or (not stretch.deadline and (end - start).days + 1 < _SHORTEST_BOUND[kind]):
            raise Unclear(f"периодичность «{named(kind)}» и дата с годом противоречат друг другу")
    if undated:
        rule = _in_months(kind, facts, undated)
    else:
        rule = Rule(kind, day=_day(kind, facts), note=_day_note(kind, facts))
    return bounded(replace(rule, note="; ".join(part for part in (rule.note, note) if part)), facts, dated)


def _day(kind: Kind, facts: Facts) -> int | None:
    if facts.day is not None and kind in (Kind.YEARLY, Kind.WEEKLY):
        raise Unclear("число месяца названо, а месяц – нет")
    return facts.day or None


def _day_note(kind: Kind, facts: Facts) -> str:
    if facts.next_month:
        return "срок – в месяце, следующем за отчётным периодом"
    if facts.day and kind is not Kind.MONTHLY:
        return "месяц не назван: число считается в последнем месяце периода"
    return ""


def _in_months(kind: Kind, facts: Facts, undated: list[Stretch]) -> Rule:
    """A recurrence with months or dates of no year: «ежеквартально: март, июнь …», «ежемесячно с сентября по май»."""
    if kind is Kind.MONTHLY and all(s.first.day is None and s.last.day is None for s in undated):
        months = sorted({month for stretch in undated for month in _covered(stretch)})
        if len(months) == 1 or any(stretch.deadline for stretch in undated):
            raise Unclear("«ежемесячно» и один месяц противоречат друг другу")
        return Rule(Kind.YEARLY, months=tuple(months), day=_day(kind, facts), note=_day_note(kind, facts))
    if facts.day is not None:
        if kind is not Kind.YEARLY or any(s.first.day or s.last.day for s in undated):
            raise Unclear("названы и число, и другая дата")
        undated = [replace(s, first=replace(s.last, day=facts.day or None)) for s in undated]
        undated = [replace(s, last=s.first) for s in undated]
        for stretch in undated:
            stretch.last.check()
    rule = pattern(undated)
    if kind is not Kind.YEARLY and len(rule.months) != _TIMES.get(kind, 0):
        raise Unclear(f"периодичность «{named(kind)}» и названные месяцы противоречат друг другу")
    if kind is Kind.QUARTERLY and rule.months == _QUARTER_ENDS:
        return Rule(Kind.QUARTERLY, day=rule.day)
    return rule


def _covered(stretch: Stretch) -> list[int]:
    """Months 1–12 from the first to the last, over the new year if need be."""
    count = (stretch.last.month - stretch.first.month) % 12 + 1
    return [(stretch.first.month - 1 + step) % 12 + 1 for step in range(count)]


def pattern(stretches: list[Stretch]) -> Rule:
    """The yearly rule of undated stretches: the month and day each of them ends on."""
    if len({stretch.shape for stretch in stretches}) > 1:
        raise Unclear("сроки разного вида в одной фразе – одного правила для них нет")
    ends = [(s.last.month, s.last.day) for s in stretches]
    days = {day for _, day in ends}
    if len(days) > 1 and all(day in (None, calendar.monthrange(2023, month)[1]) for month, day in ends):
        days = {None}
    if len(days) > 1:
        raise Unclear("у названных дат разные числа – одного правила для них нет")
    note = "; ".join(_spoken(s) for s in stretches if s.first != s.last and not s.deadline)
    return Rule(Kind.YEARLY, months=tuple(sorted({month for month, _ in ends})), day=days.pop(), note=note)


def _spoken(stretch: Stretch) -> str:
    first, last = stretch.first, stretch.last
    if first.day or last.day:
        end = f"{last.day} {GENITIVE[last.month - 1]}" if last.day else f"конец {GENITIVE[last.month - 1]}"
        return f"каждый год с {first.day or 1} {GENITIVE[first.month - 1]} по {end}"
    return f"каждый год: {NOMINATIVE[first.month - 1]} – {NOMINATIVE[last.month - 1]}"


def listed(stretches: list[Stretch]) -> Rule:
    """Several dated stretches as one bounded yearly rule, if there is one that yields exactly their ends."""
    rule = pattern(stretches)
    spans = [stretch.dates() for stretch in stretches]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if first.year == last.year:
        first, last = date(first.year, 1, 1), date(first.year, 12, 31)
    yielded = {
        date(year, month, 1) + relativedelta(day=rule.day or 31)
        for year in range(first.year, last.year + 1)
        for month in rule.months
    }
    ends = {end for _, end in spans}
    if {day for day in yielded if first <= day <= last} != ends:
        raise Unclear("названо несколько отдельных дат – одного правила для них нет")
    if len(ends) == 1:
        raise Unclear("одна и та же дата названа несколько раз")
    return replace(rule, start=first, end=last, note="")


def named(kind: Kind) -> str:
    return {
        Kind.YEARLY: "ежегодно",
        Kind.HALF_YEARLY: "раз в полугодие",
        Kind.QUARTERLY: "ежеквартально",
        Kind.MONTHLY: "ежемесячно",
        Kind.WEEKLY: "еженедельно",
    }[kind]
