"""What the server knows beside the June report: figures of the school card and sums of the monthly returns."""

from collections.abc import Mapping
from typing import Any

from roadmap.catalogue.school_report_words import CARD
from roadmap.forms import Facts, Known, grouped, plural

MONTHLY = {
    "new_pairs": "Новых пар и групп",
    "closed_pairs": "Закрыто пар и групп",
    "meetings": "Встреч пар и групп",
    "events": "Мероприятий",
}


def card_figures(facts: Facts) -> list[Known]:
    """The denominators, one line a figure; «не указано» where the card lacks it."""
    figures = [(words, facts.get(fact)) for fact, words in CARD.values()]
    return [Known(f"Всего {words}", "не указано" if n is None else grouped(n), "card") for words, n in figures]


def register_figures(facts: Facts, labels: Mapping[str, str]) -> list[Known]:
    """What the registers count for the fields of a step, by field name → label; nothing where they are empty."""
    register = facts.get("register")
    if not register:
        return []
    return [
        Known(f"По базе: {label}", grouped(register["counts"][name]), "register")
        for name, label in labels.items()
        if name in register["counts"]
    ]


def survey_figures(facts: Facts, labels: Mapping[str, str]) -> list[Known]:
    """What the questionnaires of the school year give for the fields of the step; nothing where nobody was asked."""
    surveys = facts.get("surveys") or {}
    return [
        Known(f"По опросам: {label}", str(surveys[name]).replace(".", ","), "surveys")
        for name, label in labels.items()
        if surveys.get(name) is not None
    ]


def monthly_sums(facts: Facts) -> list[Known]:
    """Sums of the accepted monthly returns of the school year; nothing where none was accepted."""
    monthly: dict[str, Any] = facts.get("monthly") or {}
    months = monthly.get("months", 0)
    if not months:
        return []
    since = f"принято за {plural(months, 'месяц', 'месяца', 'месяцев')}"
    return [
        Known("Ежемесячные сведения с сентября", since),
        *(Known(f"{words} по этим сведениям", grouped(monthly[name])) for name, words in MONTHLY.items()),
    ]
