"""What the templates of D3 (a school's справка) and D18 (the municipal summary of the same reports) are filled with.

Every key holds text, a list or a dict of texts, or true/false: numbers are Figures that have printed themselves.
The documents slice adds its own top-level `document` (number, date, «проект»), so no key here is called that.
"""

from typing import Any

from roadmap.catalogue import school_report_figures as figures
from roadmap.catalogue import school_report_parts as parts
from roadmap.catalogue.base import (
    NO_DATA,
    Accepted,
    Figure,
    Filled,
    Source,
    fill,
    not_reported,
    school_year,
)
from roadmap.catalogue.frame import head, head_missing, office_missing, school_head
from roadmap.catalogue.indicators import AGE_RULE
from roadmap.catalogue.school_report_conclusions import conclusions
from roadmap.catalogue.school_report_words import FORMS, MODELS

MODULE = "school_report"


def school_context(source: Source, period: str) -> Filled:
    """D3, «О реализации и эффективности программ наставничества в … за … учебный год».

    office {full_name, short_name, place, details, municipality_gen} · school {short_name, full_name, full_name_gen,
    place, details} · school_year «2025/2026» · as_of «10 июня 2026 г.» · signatory {post, name, order} · has_report
    curator {name, post} · models [text] · forms [text] · local_acts [text] · programme_count
    indicators [{number, code, title, numerator, denominator, fact, plan, gap, before, change, note}] ·
    plan_notes [text] (sources of plans) · has_plans · age_rule
    people {pairs, mentors, mentees, mentees_pupils, mentees_teachers}
    quality {blocks [{title, lines [{number, title, score, meaning}]}], score, maximum, level}
    surveys [{who, held, surveyed, satisfied, share, before, after, change, note}] · threshold (text)
    swot {given, strengths, weaknesses, opportunities, threats: [text] each, note}
    programmes {total, approved, running, completed, stopped}
    practices [{number, title, form, summary, result, link}] · practices_note (when there are none)
    difficulties [{number, kind, text, help}] · difficulties_note (when there are none)
    monthly {given, months, site_updates, new_pairs, closed_pairs, meetings, events}
    conclusions [text] · decisions [text]
    """
    reports = _own(source, period)
    report = reports[0] if reports else None
    answers = report.answers if report else {}
    school = source.owner()
    context = _head(source, period, "D3") | {
        "school": school_head(school),
        "has_report": report is not None,
        "curator": {"name": parts.text_of(answers, "curator_name"), "post": parts.text_of(answers, "curator_post")},
        "models": parts.titles(MODELS, answers.get("models")),
        "forms": parts.titles(FORMS, answers.get("forms_used")),
        "local_acts": parts.lines(answers.get("local_acts")) or [NO_DATA],
        "programme_count": figures.counts(reports, "programme_count"),
        "people": parts.people(reports),
        "quality": parts.quality(report),
        "surveys": [parts.survey(reports, *who) for who in parts.SURVEYED],
        "threshold": parts.threshold(reports),
        "swot": parts.swot(answers),
        "programmes": parts.programmes(reports),
        "practices": parts.practices(answers),
        "practices_note": "" if answers.get("practices") else "Практики для представления не заявлены.",
        "difficulties": parts.difficulties(answers),
        "difficulties_note": "" if answers.get("difficulties") else "Трудности не указаны.",
        "monthly": parts.monthly(report),
        "conclusions": parts.lines(answers.get("conclusions")) or [NO_DATA],
        "decisions": parts.lines(answers.get("decisions")) or [NO_DATA],
    }
    return fill(context | parts.indicators(source, period, reports, _own_history(source, period)))


def school_missing(source: Source, period: str) -> list[str]:
    """What D3 will print as «нет данных» or can't print, in sentences."""
    found = head_missing(source, "D3")
    reports = _own(source, period)
    if source.owner() is None:
        found.append("Не выбрана образовательная организация.")
    if not reports:
        found.append(f"Нет принятого отчёта о наставничестве за {school_year(period)} учебный год.")
    if (owner := source.owner()) and not owner.place:
        found.append("В сведениях о школе не указан населённый пункт: место составления останется пустым.")
    for name, words in figures.CARD_WORDS.items():
        if reports and reports[0].facts.get(name) is None:
            found.append(f"В карточке ОО не указано число {words}.")
    return found + parts.plans_missing(source, period)


def summary_context(source: Source, period: str) -> Filled:
    """D18, the municipal summary of the same reports.

    office, school_year, as_of, signatory, indicators, plan_notes, has_plans, age_rule, surveys, threshold, people,
    programmes: as in D3, here Σ and Σ/Σ over schools.
    coverage {reported, owed, text «по данным 5 из 7 ОО», missing [names], complete}
    rows [{number, school, pairs, mentors, mentees, I1, I2, I3, I5, I6, I7, quality, level}] · total {the same keys
    from pairs to I7}
    levels [{title, schools}] · forms [{title, schools}] · difficulties [{number, title, schools}] ·
    practices [{number, school, title, form}] · conclusions [text], drafted from these figures
    """
    reports, owed, without = _owed(source, period), source.schools(MODULE, period), not_reported(source, MODULE, period)
    table = parts.indicators(source, period, reports, source.history(MODULE, period))
    context = _head(source, period, "D18") | {
        "coverage": _coverage(source, period),
        "rows": [{"number": str(n), **parts.row(r)} for n, r in enumerate(reports, start=1)],
        "total": parts.counts_row(reports),
        "people": parts.people(reports),
        "programmes": parts.programmes(reports),
        "levels": [{"title": t, "schools": f} for t, f in figures.levels(reports).items()],
        "forms": [{"title": t, "schools": f} for t, f in figures.by_form(reports)],
        "difficulties": [
            {"number": str(n), "title": t, "schools": f}
            for n, (t, f) in enumerate(figures.by_difficulty(reports), start=1)
        ],
        "practices": parts.all_practices(reports),
        "surveys": [parts.survey(reports, *who) for who in parts.SURVEYED],
        "threshold": parts.threshold(reports),
        "conclusions": conclusions(reports, owed, without, table["indicators"]),
    }
    return fill(context | table)


def summary_missing(source: Source, period: str) -> list[str]:
    """Schools without an accepted report, a missing signatory, plans without a source."""
    found = head_missing(source, "D18")
    found += office_missing(source, "справки")
    if not source.schools(MODULE, period):
        found.append(f"За {school_year(period)} учебный год отчёт о наставничестве никто не представляет.")
    found += [f"Нет принятого отчёта: {school.short_name}." for school in not_reported(source, MODULE, period)]
    counted = {r.school.code for r in _owed(source, period)}
    found += [
        f"Отчёт не войдёт в сводную справку, он не требуется: {r.school.short_name}."
        for r in source.accepted(MODULE, period)
        if r.school.code not in counted
    ]
    return found + parts.plans_missing(source, period)


def _owed(source: Source, period: str) -> list[Accepted]:
    """Reports of schools that owe one, so that «N из M» and the sums speak of the same schools."""
    owed = {school.code for school in source.schools(MODULE, period)}
    return [report for report in source.accepted(MODULE, period) if report.school.code in owed]


def _own(source: Source, period: str) -> list[Accepted]:
    owner = source.owner()
    return [r for r in source.accepted(MODULE, period) if owner and r.school.code == owner.code]


def _own_history(source: Source, period: str) -> list[Accepted]:
    owner = source.owner()
    return [r for r in source.history(MODULE, period) if owner and r.school.code == owner.code]


def _head(source: Source, period: str, kind: str) -> dict[str, Any]:
    return head(source, kind) | {"school_year": school_year(period), "age_rule": AGE_RULE}


def _coverage(source: Source, period: str) -> dict[str, Any]:
    reports, owed = _owed(source, period), source.schools(MODULE, period)
    without = not_reported(source, MODULE, period)
    return {
        "reported": figures.tally(reports, "ОО с принятыми отчётами"),
        "owed": Figure(len(owed), "ОО", "ОО, обязанные представить отчёт", as_of=source.as_of),
        "text": f"по данным {len(reports)} из {len(owed)} ОО",
        "missing": [school.short_name for school in without],
        "complete": not without,
    }
