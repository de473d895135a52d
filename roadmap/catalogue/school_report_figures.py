"""Figures of the June report, for one school or over many: the same functions, so totals can't drift from rows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from roadmap.catalogue.base import NO_SURVEY, Accepted, Figure, Reference, absent, half_up, total
from roadmap.catalogue.indicators import INDICATORS, LEVELS, level
from roadmap.catalogue.school_report_form import SchoolReportForm
from roadmap.catalogue.school_report_words import DIFFICULTIES, FORMS, QUALITY

LABELS: Mapping[str, str] = {field.name: field.label.text for field in SchoolReportForm.from_draft({}, {})}

PEOPLE = ("pairs", "mentors", "mentees_pupils", "mentees_teachers")
PROGRAMMES = tuple(f"programmes_{name}" for name in ("total", "approved", "running", "completed", "stopped"))
COUNTS = (*PEOPLE, *PROGRAMMES, "programme_count", "mentees_surveyed", "mentors_surveyed")
UNITS = dict.fromkeys((*PROGRAMMES, "programme_count", "pairs"), "шт.")
CARD_WORDS = {
    "pupils_10_19": "обучающихся 10–19 лет",
    "pupils_15_19": "обучающихся 15–19 лет",
    "teachers": "педагогов",
    "early_career_teachers": "молодых специалистов",
}
# Code -> numerator (an answer), denominator (an answer or a figure of the school card).
FRACTIONS = {
    "I1": ("pupil_mentees", "pupils_10_19"),
    "I2": ("pupil_mentors", "pupils_15_19"),
    "I3": ("early_career_mentees", "early_career_teachers"),
    "I5": ("mentees_satisfied", "mentees_surveyed"),
    "I6": ("mentors_satisfied", "mentors_surveyed"),
    "I7": ("teachers_involved", "teachers"),
}


def count(report: Accepted, name: str) -> Figure:
    """A whole number of the report, or of the school card frozen with it."""
    if name in CARD_WORDS:
        return _card(report, name)
    how = f"строка «{LABELS[name]}» отчёта"
    value = report.answers.get(name)
    if name.endswith("_satisfied") and report.answers.get(name.replace("satisfied", "surveyed")) == 0:
        value = 0
    unit = UNITS.get(name, "чел.")
    if value is None:
        return absent(unit, how)
    return Figure(int(value), unit, how, (report.reference,), report.sent_on)


def _card(report: Accepted, name: str) -> Figure:
    card = report.facts.get("card")
    how = f"карточка ОО: {CARD_WORDS[name]}"
    value = report.facts.get(name)
    if value is None:
        return absent("чел.", how, reason="карточка ОО не заполнена")
    sources = [report.reference]
    if card:
        label = f"Карточка ОО на {card['year']} учебный год: {report.school.short_name}"
        sources.insert(0, Reference("card", card["id"], label))
    return Figure(int(value), "чел.", how, tuple(sources), report.sent_on)


def counts(reports: Sequence[Accepted], name: str) -> Figure:
    """Σ over the reports; one report gives its own number."""
    if len(reports) == 1:
        return count(reports[0], name)
    words = f"карточка ОО: {CARD_WORDS[name]}" if name in CARD_WORDS else f"строка «{LABELS[name]}»"
    return total([count(r, name) for r in reports], f"Σ по ОО, {words}", UNITS.get(name, "чел."))


def indicator(reports: Sequence[Accepted], code: str) -> Figure:
    """Σ numerators / Σ denominators of an indicator over the reports; «нет данных» for none."""
    top, bottom = FRACTIONS[code]
    return INDICATORS[code].figure([count(r, top) for r in reports], [count(r, bottom) for r in reports])


def mentees(reports: Sequence[Accepted]) -> Figure:
    """All mentees, pupils and teachers."""
    parts = [count(r, name) for r in reports for name in ("mentees_pupils", "mentees_teachers")]
    return total(parts, "наставляемые обучающиеся + наставляемые педагоги")


def quality(report: Accepted) -> Figure:
    """Σ of the nine items, 0–18 points."""
    how = "сумма девяти показателей анкеты куратора"
    scores = [report.answers.get(f"quality_{key}") for key in QUALITY]
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        return absent("балл", how)
    return Figure(sum(known), "балл", how, (report.reference,), report.sent_on)


def levels(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """How many schools stand on each level, by title, the best first; a level with none is 0."""
    found: dict[str, list[Accepted]] = {known.title: [] for known in LEVELS}
    for report in reports:
        if isinstance(score := quality(report).value, int):
            found[level(score).title].append(report)
    return {title: tally(rs, f"ОО с уровнем «{title}»") for title, rs in found.items()}


def tally(reports: Sequence[Accepted], how: str) -> Figure:
    """The number of schools behind these reports."""
    as_of = max((r.sent_on for r in reports), default=None)
    return Figure(len(reports), "ОО", how, tuple(r.reference for r in reports), as_of)


def mean(reports: Sequence[Accepted], who: str, when: str) -> Figure:
    """Mean score of a survey («mentees», «after»), weighted by the number surveyed, half up to one decimal."""
    how = f"строка «{LABELS[f'{who}_{when}']}», взвешенно по числу опрошенных"
    asked = [r for r in reports if r.answers.get(f"{who}_surveyed")]
    known = [r for r in asked if r.answers.get(f"{who}_{when}") is not None]
    if not known:
        silent = bool(reports) and not asked
        return absent("балл", how, instead=NO_SURVEY) if silent else absent("балл", how)
    weight = sum(int(r.answers[f"{who}_surveyed"]) for r in known)
    points = sum((Decimal(r.answers[f"{who}_{when}"]) * r.answers[f"{who}_surveyed"] for r in known), Decimal(0))
    sources = tuple(r.reference for r in known)
    return Figure(half_up(points / weight), "балл", how, sources, max(r.sent_on for r in known))


def by_form(reports: Sequence[Accepted]) -> list[tuple[str, Figure]]:
    """(form, number of schools that use it), in the order of FORMS, without unused ones."""
    return _by(reports, FORMS, lambda r: r.answers.get("forms_used") or ())


def by_difficulty(reports: Sequence[Accepted]) -> list[tuple[str, Figure]]:
    """(kind of difficulty, number of schools that named it), the commonest first."""
    found = _by(reports, DIFFICULTIES, lambda r: {row["kind"] for row in r.answers.get("difficulties") or ()})
    return sorted(found, key=lambda pair: -int(pair[1].value or 0))


def _by(
    reports: Sequence[Accepted], words: Iterable[tuple[str, str]], keys_of: Callable[[Accepted], Collection[str]]
) -> list[tuple[str, Figure]]:
    found = []
    for key, title in words:
        having = [r for r in reports if key in keys_of(r)]
        if having:
            found.append((title, tally(having, f"ОО, указавшие «{title}»")))
    return found


def totals(reports: Sequence[Accepted]) -> dict[str, Figure]:
    """Municipal figures by name: COUNTS, numerators and denominators (Σ), I1–I7 (Σ/Σ), `mentees`, `schools`."""
    names = dict.fromkeys((*COUNTS, *(name for pair in FRACTIONS.values() for name in pair)))
    return (
        {name: counts(reports, name) for name in names}
        | {code: indicator(reports, code) for code in FRACTIONS}
        | {"mentees": mentees(reports), "schools": tally(reports, "ОО с принятыми отчётами")}
    )
