"""Where the figures of a paper come from, as its reader sees it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from roadmap.catalogue.figures import Filled
from roadmap.database import db
from roadmap.submissions.models import SubmissionVersion


@dataclass(frozen=True)
class SourceLine:
    label: str
    submission_id: uuid.UUID | None  # of the report, where the source is one


@dataclass(frozen=True)
class Proven:
    """A printed value, how it was computed, why there is none, and from what."""

    printed: str
    how: str
    reason: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True)
class Proof:
    """``whole`` are figures of the paper's text, ``by_school`` of its table by school."""

    whole: list[Proven] = field(default_factory=list)
    by_school: list[Proven] = field(default_factory=list)


def proof_of(filled: Filled) -> Proof:
    """Of a paper not yet registered: its figures as they are now."""
    return proof({path: figure.record() for path, figure in filled.figures.items()})


def proof(records: Mapping[str, Mapping[str, Any]]) -> Proof:
    """From a manifest's figures by path; what is printed twice from the same sources is told once."""
    reports = _reports(source["id"] for record in records.values() for source in record["sources"])
    found = Proof()
    seen: set[tuple[bool, str, str, tuple[str, ...]]] = set()
    for path, record in records.items():
        by_school = path.startswith("rows.")
        key = by_school, record["how"], record["printed"], tuple(source["id"] for source in record["sources"])
        if key in seen:
            continue
        seen.add(key)
        lines = tuple(SourceLine(source["label"], reports.get(source["id"])) for source in record["sources"])
        target = found.by_school if by_school else found.whole
        target.append(Proven(record["printed"], record["how"], record["reason"], lines))
    return found


def _reports(ids: Iterable[str]) -> dict[str, uuid.UUID]:
    """The report of each submitted version named by a source; other kinds of sources are not in it."""
    keys = {key for key in map(_uuid, ids) if key is not None}
    if not keys:
        return {}
    rows = db.session.execute(
        select(SubmissionVersion.id, SubmissionVersion.submission_id).where(SubmissionVersion.id.in_(keys))
    )
    return {str(row.id): row.submission_id for row in rows}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:  # a target is named by its code and year
        return None
