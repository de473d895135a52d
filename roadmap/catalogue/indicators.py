"""Every indicator's formula, once. Codes, wording and rounding: dossier §3.2–3.3, rules 10–14.

I4 (enterprises) is not here: its denominator is entered by the specialist, not by a school's report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from roadmap.catalogue.figures import DASH, NO_SURVEY, Figure, ratio


@dataclass(frozen=True)
class Indicator:
    """A share in per cent. `numerator` and `denominator` are words for a table; `none_of` explains a zero one.

    Locally the denominator is the school's own pupils, never the children living in the territory (rules 12).
    """

    code: str
    title: str
    numerator: str
    denominator: str
    none_of: str
    instead: str = DASH

    def figure(self, numerators: Sequence[Figure], denominators: Sequence[Figure]) -> Figure:
        """Σ / Σ × 100 over schools (one school is a list of one), half up to one decimal."""
        return ratio(numerators, denominators, f"{self.numerator} / {self.denominator}", self.none_of, self.instead)


_ALL = (
    Indicator(
        "I1",
        "Доля обучающихся 10–19 лет, вошедших в программы наставничества в роли наставляемого, "
        "от числа обучающихся 10–19 лет",
        "наставляемые 10–19 лет",
        "обучающиеся 10–19 лет",
        "нет обучающихся 10–19 лет",
    ),
    Indicator(
        "I2",
        "Доля обучающихся 15–19 лет, вошедших в программы наставничества в роли наставника, "
        "от числа обучающихся 15–19 лет",
        "наставники 15–19 лет",
        "обучающиеся 15–19 лет",
        "нет обучающихся 15–19 лет",
    ),
    Indicator(
        "I3",
        "Доля учителей – молодых специалистов, вошедших в программы наставничества в роли наставляемого, "
        "от числа учителей – молодых специалистов",
        "молодые специалисты – наставляемые",
        "молодые специалисты",
        "нет молодых специалистов",
    ),
    Indicator(
        "I5",
        "Уровень удовлетворённости наставляемых участием в программах наставничества (по опросу)",
        "удовлетворённые наставляемые",
        "опрошенные наставляемые",
        "опрос наставляемых не проводился",
        NO_SURVEY,
    ),
    Indicator(
        "I6",
        "Уровень удовлетворённости наставников участием в программах наставничества (по опросу)",
        "удовлетворённые наставники",
        "опрошенные наставники",
        "опрос наставников не проводился",
        NO_SURVEY,
    ),
    Indicator(
        "I7",
        "Доля педагогов, вовлечённых в наставничество в любой роли, от числа педагогов",
        "педагоги, вовлечённые в наставничество",
        "педагоги",
        "нет педагогов",
    ),
)

INDICATORS: Mapping[str, Indicator] = MappingProxyType({indicator.code: indicator for indicator in _ALL})

AGE_RULE = (
    "Возраст определяется как разность отчётного календарного года и года рождения; границы включаются. "
    "Каждый человек учитывается один раз."
)


@dataclass(frozen=True)
class Level:
    """A level of the curator's questionnaire: scores from `low` to `high`, both inclusive."""

    title: str
    low: int
    high: int


# Dossier §3.4: nine items, 0–2 points each.
LEVELS = (Level("оптимальный", 15, 18), Level("допустимый", 9, 14), Level("недопустимый", 0, 8))
MAX_SCORE = 18


def level(score: int) -> Level:
    """The level of a score from 0 to 18; ValueError outside."""
    found = next((known for known in LEVELS if known.low <= score <= known.high), None)
    if found is None:
        raise ValueError(f"score {score} is outside 0–{MAX_SCORE}")
    return found
