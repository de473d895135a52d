"""The specialist's summary of a month: sums of accepted returns, and who is missing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from roadmap.catalogue import monthly_return
from roadmap.catalogue.base import Figure
from roadmap.catalogue.monthly_return import MonthRow
from roadmap.submissions.queries import accepted, owing


@dataclass(frozen=True)
class MonthlySummary:
    """``missing``: short names of the schools that owe the month and have no accepted return."""

    rows: Sequence[MonthRow]
    totals: Mapping[str, Figure]
    owing: int
    missing: Sequence[str]


def monthly_summary(municipality_id: uuid.UUID, period: str) -> MonthlySummary:
    reports = accepted(municipality_id, monthly_return.MODULE, period)
    schools = owing(municipality_id, monthly_return.MODULE, period)
    reported = {report.school.code for report in reports}
    rows, totals = monthly_return.summary(reports)
    missing = [school.short_name for school in schools if school.code not in reported]
    return MonthlySummary(rows, totals, len(schools), missing)


def shown_month(periods: Sequence[str], today: date) -> str | None:
    """Of the months with returns, the newest first: the last one that is over, since the present one is not due yet."""
    this_month = f"{today:%Y-%m}"
    return next((period for period in periods if period < this_month), periods[0] if periods else None)
