"""Pieces of the June report's documents, for one school or over many. Leaves are texts and Figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from roadmap.catalogue import school_report_figures as figures
from roadmap.catalogue.base import (
    NO_DATA,
    NO_PLAN,
    NO_SURVEY,
    Accepted,
    Figure,
    Reference,
    Source,
    absent,
    difference,
)
from roadmap.catalogue.indicators import INDICATORS, MAX_SCORE, level
from roadmap.catalogue.school_report_words import DIFFICULTIES, FORMS, QUALITY, QUALITY_BLOCKS, SCORES

SURVEYED = (("mentees", "наставляемые", "I5"), ("mentors", "наставники", "I6"))
Answers = Mapping[str, Any]


def lines(text: str | None) -> list[str]:
    """Non-empty lines of a typed text, each a paragraph."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def text_of(answers: Answers, name: str) -> str:
    """A typed text, or «нет данных»."""
    return answers.get(name) or NO_DATA


def titles(words: Sequence[tuple[str, str]], keys: Sequence[str] | None) -> list[str]:
    """Titles of the chosen keys in the order of `words`, or «нет данных»."""
    return [title for key, title in words if key in (keys or ())] or [NO_DATA]


def indicators(source: Source, period: str, reports: Sequence[Accepted], earlier: Sequence[Accepted]) -> dict[str, Any]:
    """`indicators`, `plan_notes`, `has_plans` of D3 and D18; `earlier` are the reports of the previous year."""
    rows, notes = [], []
    for number, code in enumerate(figures.FRACTIONS, start=1):
        top, bottom = figures.FRACTIONS[code]
        fact, before = figures.indicator(reports, code), figures.indicator(earlier, code)
        plan, note = _plan(source, period, code)
        rows.append(
            {
                "number": str(number),
                "code": code,
                "title": INDICATORS[code].title,
                "numerator": figures.counts(reports, top),
                "denominator": figures.counts(reports, bottom),
                "fact": fact,
                "plan": plan,
                "gap": difference(fact, plan, "факт − план"),
                "before": before,
                "change": difference(fact, before, "факт − предыдущий учебный год"),
                "note": fact.reason,
            }
        )
        if note and note not in notes:
            notes.append(note)
    return {"indicators": rows, "plan_notes": notes, "has_plans": bool(notes)}


def _plan(source: Source, period: str, code: str) -> tuple[Figure, str]:
    """A plan prints only together with the paper it comes from (rules 13)."""
    year = int(period[:4])
    target = source.target(code, year)
    how = f"план на {year} год"
    if target is None or not target.source_note.strip():
        return absent("%", how, instead=NO_PLAN), ""
    reference = Reference("target", f"{code}:{year}", target.source_note)
    return Figure(target.value, "%", f"{how}: {target.source_note}", (reference,)), target.source_note


def plans_missing(source: Source, period: str) -> list[str]:
    """One sentence with the printed numbers of indicators without a plan; nothing when all have one."""
    codes = enumerate(figures.FRACTIONS, start=1)
    numbers = [str(number) for number, code in codes if _plan(source, period, code)[0].value is None]
    if not numbers:
        return []
    return [f"План на {period[:4]} год не установлен, показатели: {', '.join(numbers)} (номера – по таблице)."]


def people(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """Pairs, mentors and mentees, Σ over the reports."""
    return {name: figures.counts(reports, name) for name in figures.PEOPLE} | {"mentees": figures.mentees(reports)}


def programmes(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """Personal programmes by state, Σ over the reports."""
    return {name.removeprefix("programmes_"): figures.counts(reports, name) for name in figures.PROGRAMMES}


def quality(report: Accepted | None) -> dict[str, Any]:
    """The curator's questionnaire of one school, block by block."""
    meanings = {int(value): label.split(" – ")[1] for value, label in SCORES}
    numbers = {key: str(number) for number, key in enumerate(QUALITY, start=1)}

    def item(key: str) -> dict[str, Any]:
        how = f"анкета куратора, показатель {numbers[key]}"
        value = report.answers.get(f"quality_{key}") if report else None
        score = absent("балл", how)
        if report and value is not None:
            score = Figure(value, "балл", how, (report.reference,), report.sent_on)
        meaning = NO_DATA if value is None else meanings[value]
        return {"number": numbers[key], "title": QUALITY[key], "score": score, "meaning": meaning}

    score = figures.quality(report) if report else absent("балл", "анкета куратора")
    return {
        "blocks": [{"title": title, "lines": [item(key) for key in keys]} for title, keys in QUALITY_BLOCKS],
        "score": score,
        "maximum": str(MAX_SCORE),
        "level": level_title(score),
    }


def level_title(score: Figure) -> str:
    """The level of a score, or «нет данных»."""
    return level(score.value).title if isinstance(score.value, int) else NO_DATA


def survey(reports: Sequence[Accepted], who: str, title: str, code: str) -> dict[str, Any]:
    """Before and after, satisfied of surveyed; `who` is the prefix of the fields, `code` the indicator."""
    surveyed = figures.counts(reports, f"{who}_surveyed")
    before, after = figures.mean(reports, who, "before"), figures.mean(reports, who, "after")
    return {
        "who": title,
        "held": bool(surveyed.value),
        "surveyed": surveyed,
        "satisfied": figures.counts(reports, f"{who}_satisfied"),
        "share": figures.indicator(reports, code),
        "before": before,
        "after": after,
        "change": difference(after, before, "после − до", "балл"),
        "note": NO_SURVEY if surveyed.value == 0 else surveyed.reason,
    }


def threshold(reports: Sequence[Accepted]) -> str:
    """The threshold frozen with the reports; several are named, since a sum over them mixes rules."""
    found = sorted({r.facts["satisfied_from"] for r in reports if r.facts.get("satisfied_from")})
    if not found:
        return "порог удовлетворённости не задан"
    return f"удовлетворённым считается участник с оценкой не ниже {' или '.join(map(str, found))} из 10"


def swot(answers: Answers) -> dict[str, Any]:
    """Four lists of lines and whether any was given."""
    parts = ("strengths", "weaknesses", "opportunities", "threats")
    given = any(answers.get(part) for part in parts)
    return {
        "given": given,
        "note": "" if given else "SWOT-анализ не представлен.",
        **{part: lines(answers.get(part)) or ["не указано"] for part in parts},
    }


def practices(answers: Answers) -> list[dict[str, str]]:
    """A school's practices, numbered."""
    return [
        {
            "number": str(number),
            "title": row["title"],
            "form": dict(FORMS)[row["form"]],
            "summary": row["summary"],
            "result": row["result"],
            "link": row["link"],
        }
        for number, row in enumerate(answers.get("practices") or (), start=1)
    ]


def all_practices(reports: Sequence[Accepted]) -> list[dict[str, str]]:
    """Practices of all schools, numbered through."""
    found = [(r.school.short_name, row) for r in reports for row in r.answers.get("practices") or ()]
    return [
        {"number": str(n), "school": school, "title": row["title"], "form": dict(FORMS)[row["form"]]}
        for n, (school, row) in enumerate(found, start=1)
    ]


def difficulties(answers: Answers) -> list[dict[str, str]]:
    """A school's difficulties, numbered."""
    return [
        {"number": str(n), "kind": dict(DIFFICULTIES)[row["kind"]], "text": row["text"], "help": row["help"]}
        for n, row in enumerate(answers.get("difficulties") or (), start=1)
    ]


def monthly(report: Accepted | None) -> dict[str, Any]:
    """Sums of the monthly returns frozen with the report."""
    names = ("months", "site_updates", "new_pairs", "closed_pairs", "meetings", "events")
    given: dict[str, Any] = (report.facts.get("monthly") if report else None) or {}
    how = "Σ по принятым ежемесячным сведениям за учебный год"

    def figure(name: str) -> Figure:
        if report is None or given.get(name) is None:
            return absent("шт.", how)
        return Figure(given[name], "шт.", how, (report.reference,), report.sent_on)

    return {"given": bool(given.get("months")), **{name: figure(name) for name in names}}


def counts_row(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """The figures of a line of D18, for one school or for all."""
    return {
        "pairs": figures.counts(reports, "pairs"),
        "mentors": figures.counts(reports, "mentors"),
        "mentees": figures.mentees(reports),
        **{code: figures.indicator(reports, code) for code in figures.FRACTIONS},
    }


def row(report: Accepted) -> dict[str, Any]:
    """A line of D18: a school, its figures and its level."""
    score = figures.quality(report)
    return {
        "school": report.school.short_name,
        **counts_row([report]),
        "quality": score,
        "level": level_title(score),
    }
