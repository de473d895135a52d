"""Figures: numbers that carry their proof, and the only arithmetic documents do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from roadmap.forms import comma, grouped

DASH = "–"
NO_DATA = "нет данных"
NO_PLAN = "план не установлен"
NO_SURVEY = "опрос не проводился"


@dataclass(frozen=True)
class Reference:
    """Where a number came from: `kind` «submission», «card», «register», «target»; `label` is for people."""

    kind: str
    id: str
    label: str


@dataclass(frozen=True)
class Figure:
    """A printed number. Percentages are kept as they print: rounded half up to one decimal.

    `how` says in Russian how it was computed; `reason` why there is none, and `instead` is then printed in its place.
    """

    value: Decimal | int | None
    unit: str
    how: str
    sources: tuple[Reference, ...] = ()
    as_of: date | None = None
    reason: str = ""
    instead: str = NO_DATA

    def text(self) -> str:
        """«82,7 %», «+3,2 п.п.», «1234», «8,0»; units other than the first two are left to the table's heading."""
        if self.value is None:
            return self.instead
        if self.unit == "%":
            return f"{_one_place(self.value)}\u00a0%"
        if self.unit == "п.п.":
            number = _one_place(abs(Decimal(self.value)))
            sign = "" if self.value == 0 else "+" if self.value > 0 else "\u2212"
            return f"{sign}{number}\u00a0п.п."
        return grouped(self.value) if isinstance(self.value, int) else f"{self.value:f}".replace(".", ",")

    def record(self) -> dict[str, Any]:
        """JSON for a document's manifest."""
        return {
            "value": None if self.value is None else str(self.value),
            "unit": self.unit,
            "printed": self.text(),
            "how": self.how,
            "sources": [{"kind": s.kind, "id": s.id, "label": s.label} for s in self.sources],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "reason": self.reason,
        }


def half_up(value: Decimal, places: int = 1) -> Decimal:
    """Rounding of dossier §3.3: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _one_place(value: Decimal | int) -> str:
    return f"{half_up(Decimal(value)):f}".replace(".", ",")


def absent(unit: str, how: str, instead: str = NO_DATA, reason: str = "") -> Figure:
    """A figure that was not supplied."""
    return Figure(None, unit, how, reason=reason, instead=instead)


def total(figures: Sequence[Figure], how: str, unit: str = "чел.") -> Figure:
    """Σ of what was supplied; `reason` counts what was not; «нет данных» when nothing was."""
    known = [f for f in figures if f.value is not None]
    lacking = len(figures) - len(known)
    reason = f"без данных: {lacking} из {len(figures)}" if lacking else ""
    value = _sum(known) if known else None
    return Figure(value, unit, how, _sources(known), _latest(known), reason)


def ratio(
    numerators: Sequence[Figure], denominators: Sequence[Figure], how: str, none_of: str, instead: str = DASH
) -> Figure:
    """Σ numerators / Σ denominators × 100, never a mean of percentages (dossier §3.3, rules 11).

    A pair in which either side was not supplied is left out of both sums, and `how` says so. Σ denominators 0 prints
    `instead` with the reason «не рассчитывается: <none_of>». ValueError when the sequences differ in length.
    """
    pairs = list(zip(numerators, denominators, strict=True))
    known = [(n, d) for n, d in pairs if n.value is not None and d.value is not None]
    if not known:
        reasons = [figure.reason for pair in pairs for figure in pair if figure.value is None and figure.reason]
        return absent("%", how, reason=reasons[0] if reasons else "")
    top, bottom = _sum([n for n, _ in known]), _sum([d for _, d in known])
    parts = [figure for pair in known for figure in pair]
    how = f"{how}: {comma(Decimal(top))} / {comma(Decimal(bottom))} × 100"
    if len(known) < len(pairs):
        how = f"{how}; учтено {len(known)} из {len(pairs)}"
    if bottom == 0:
        reason = f"не рассчитывается: {none_of}"
        return Figure(None, "%", how, _sources(parts), _latest(parts), reason, instead)
    value = half_up(Decimal(top) * 100 / Decimal(bottom))
    return Figure(value, "%", how, _sources(parts), _latest(parts))


def difference(now: Figure, before: Figure, how: str, unit: str = "п.п.") -> Figure:
    """now − before from the printed values, so that a reader gets the same; «нет данных» when one is missing."""
    if now.value is None or before.value is None:
        lacking = now if now.value is None else before
        return Figure(None, unit, how, reason=lacking.reason or lacking.instead, instead=DASH)
    value = Decimal(now.value) - Decimal(before.value)
    return Figure(value, unit, how, _sources([now, before]), _latest([now, before]))


@dataclass(frozen=True)
class Filled:
    """What a template gets and what proves it: `values` hold only dicts, lists, str and bool; `figures` by path."""

    values: dict[str, Any]
    figures: dict[str, Figure] = field(default_factory=dict)


def fill(context: Mapping[str, Any]) -> Filled:
    """Turn a context with Figure leaves into a Filled: each figure prints itself and is kept under its path.

    A bare number is refused with TypeError: no number reaches a document without its proof. None is refused too, and
    a key like `items`, which a template would take for the dict's method, with ValueError. Paths: «rows.0.mentees».
    """
    figures: dict[str, Figure] = {}

    def plain(value: Any, path: str) -> Any:
        if isinstance(value, Figure):
            figures[path] = value
            return value.text()
        if isinstance(value, str | bool):
            return value
        if isinstance(value, Mapping):
            if clashes := value.keys() & set(dir(dict)):
                raise ValueError(f"{path}: keys named like a dict's methods: {sorted(clashes)}")
            return {key: plain(inner, f"{path}.{key}" if path else str(key)) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner, f"{path}.{number}") for number, inner in enumerate(value)]
        raise TypeError(f"{path}: {type(value).__name__} in a context; numbers must be a Figure")

    return Filled(plain(context, ""), figures)


def _sum(figures: Sequence[Figure]) -> Decimal | int:
    return sum((f.value for f in figures if f.value is not None), start=0)


def _sources(figures: Sequence[Figure]) -> tuple[Reference, ...]:
    return tuple(dict.fromkeys(source for f in figures for source in f.sources))


def _latest(figures: Sequence[Figure]) -> date | None:
    return max((f.as_of for f in figures if f.as_of), default=None)
