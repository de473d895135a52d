"""What answers add up to: pure. Sums are kept, never means, so that schools and forms may be added exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from roadmap.surveys.questions import SATISFACTION, Audience, Stage

VERBATIM_FROM = 5  # below so many answers their words could tell who wrote them (dossier §3.3)


@dataclass(frozen=True)
class Tally:
    """``n`` answers, of them ``satisfied`` by the threshold; ``points`` and ``yes``: question → (answered, sum)."""

    n: int = 0
    satisfied: int = 0
    points: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    yes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n,
            self.satisfied + other.satisfied,
            _added(self.points, other.points),
            _added(self.yes, other.yes),
        )

    def mean(self, key: str = SATISFACTION) -> Decimal | None:
        """Mean score of a scale, half up to one decimal; None where nobody answered."""
        count, total = self.points.get(key, (0, 0))
        return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP) if count else None

    def share(self) -> Decimal | None:
        """Per cent satisfied of all; None with nobody asked: a denominator of 0 is «–» (rules.md 11)."""
        return Decimal(100) * self.satisfied / self.n if self.n else None

    @property
    def verbatim(self) -> bool:
        return self.n >= VERBATIM_FROM


Tallies = Mapping[tuple[Audience, Stage], Tally]


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def survey_counts(tallies: Tallies) -> dict[str, int | str | None]:
    """«Посчитано по опросам» for the June report, by the names of its fields.

    Surveyed and satisfied are of the questionnaires after the programme (indicators I5, I6); before and after are mean
    scores of «удовлетворённость», as text with a point («8.1»), None where nobody answered. With nobody surveyed after
    the programme the report wants its other fields blank, so they are None.
    """
    found: dict[str, int | str | None] = {}
    for audience, prefix in ((Audience.MENTEE, "mentees"), (Audience.MENTOR, "mentors")):
        before = tallies.get((audience, Stage.BEFORE), Tally())
        after = tallies.get((audience, Stage.AFTER), Tally())
        found[f"{prefix}_surveyed"] = after.n
        found[f"{prefix}_satisfied"] = after.satisfied if after.n else None
        found[f"{prefix}_before"] = _text(before.mean()) if after.n else None
        found[f"{prefix}_after"] = _text(after.mean())
    return found


def _added(one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    keys = [*one, *(key for key in other if key not in one)]
    pairs = {key: (one.get(key, (0, 0)), other.get(key, (0, 0))) for key in keys}
    return {key: (left[0] + right[0], left[1] + right[1]) for key, (left, right) in pairs.items()}


def _text(mean: Decimal | None) -> str | None:
    return None if mean is None else str(mean)
