"""One idempotent round of what the clock asks for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from roadmap import clock
from roadmap.database import db
from roadmap.documents.service import annul_last_year
from roadmap.plan.models import Edition, EditionState
from roadmap.plan.service import generate, has_newcomers
from roadmap.workbooks.service import drop_forgotten


@dataclass(frozen=True)
class Done:
    occurrences: int
    annulled: int
    dropped: int


def run_tick() -> Done:
    """Occurrences of schools that were added since, and numbers left unsigned in a year that is
    over, uploads that nobody decided on."""
    published = db.session.scalars(select(Edition).where(Edition.state == EditionState.PUBLISHED)).all()
    return Done(
        occurrences=sum(generate(edition) for edition in published if has_newcomers(edition)),
        annulled=annul_last_year(clock.today()),
        dropped=drop_forgotten(),
    )
