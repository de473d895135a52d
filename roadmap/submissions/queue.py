"""The queue of what waits for a decision: reports and personal programmes on one page, oldest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    cast,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from roadmap import clock
from roadmap.database import db
from roadmap.errors import BadRequest
from roadmap.labels import Labelled
from roadmap.plan.models import Measure as MeasureRow
from roadmap.plan.models import Occurrence
from roadmap.programmes.models import Programme, Review
from roadmap.programmes.queries import pair_titles
from roadmap.schools.models import School
from roadmap.submissions.models import State, Submission
from roadmap.submissions.workflow import WAITING

PAGE = 50


class Shown(Labelled):
    """The queue's filter by state."""

    WAITING = "waiting", "ждут решения"
    RETURNED = "returned", "возвращены"
    ACCEPTED = "accepted", "приняты"
    ALL = "all", "все отправленные"


class Kind(Labelled):
    """What waits in the queue."""

    ALL = "", "отчёты и программы"
    REPORT = "report", "отчёты"
    PROGRAMME = "programme", "программы"


STATES = {
    Shown.WAITING: tuple(WAITING),
    Shown.RETURNED: (State.RETURNED,),
    Shown.ACCEPTED: (State.ACCEPTED,),
    Shown.ALL: (*WAITING, State.RETURNED, State.ACCEPTED),
}
REVIEWS = {
    Shown.WAITING: (Review.WAITING,),
    Shown.RETURNED: (Review.RETURNED,),
    Shown.ACCEPTED: (Review.AGREED,),
    Shown.ALL: (Review.WAITING, Review.RETURNED, Review.AGREED),
}


@dataclass(frozen=True)
class QueueFilter:
    """What the queue's URL says; ``measure`` is a number such as «5.3», ``school`` a code.

    A programme has neither a measure nor a period: a filter by either leaves reports only.
    """

    state: Shown = Shown.WAITING
    kind: Kind = Kind.ALL
    measure: str = ""
    school: str = ""
    period: str = ""
    overdue: bool = False
    after: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> QueueFilter:
        """BadRequest names the filter it does not know."""
        known = {"state", "kind", "measure", "school", "period", "overdue", "after"}
        for name in query:
            if name not in known:
                raise BadRequest(f"Неизвестный фильтр «{name}». Откройте очередь заново и выберите фильтр из списка.")
        state, overdue = query.get("state") or Shown.WAITING, query.get("overdue") or ""
        if state not in list(Shown):
            raise BadRequest(f"Неизвестное состояние «{state}». Выберите его из списка.")
        kind = query.get("kind") or ""
        if kind not in list(Kind):
            raise BadRequest(f"Неизвестный вид «{kind}». Выберите его из списка.")
        if overdue not in ("", "1"):
            raise BadRequest("Фильтр «просрочено» включается значением 1.")
        texts = {name: (query.get(name) or "").strip()[:80] for name in ("measure", "school", "period", "after")}
        if not all(text.isprintable() for text in texts.values()):
            raise BadRequest("В фильтре есть нечитаемый символ. Откройте очередь заново и выберите фильтр из списка.")
        return cls(state=Shown(state), kind=Kind(kind), overdue=overdue == "1", **texts)

    def to_query(self, **changes: Any) -> dict[str, Any]:
        """Parameters for ``url_for``, defaults left out."""
        values = {name: str(value) for name, value in vars(self).items() if value and name != "overdue"}
        if self.state is Shown.WAITING:
            values.pop("state", None)
        if self.overdue:
            values["overdue"] = "1"
        return values | {name: value for name, value in changes.items() if value}


class QueueRow(NamedTuple):
    """A line of the queue; plain values, since a Row object costs three times a tuple in a template."""

    kind: str
    id: uuid.UUID
    school: str
    number: str
    period: str
    state: str
    sent_at: datetime
    version: int
    due: date | None
    first_sent_at: datetime
    check_by: date | None
    return_by: date | None
    pair: str = ""  # of a programme

    @property
    def is_programme(self) -> bool:
        return self.kind == Kind.PROGRAMME

    @property
    def state_label(self) -> State | Review:
        return Review(self.state) if self.is_programme else State(self.state)

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def next_date(self) -> date | None:
        """The reviewer's «проверить до …» or the school's «вернуть до …»."""
        return self.check_by if self.waits else self.return_by if self.state == State.RETURNED else None

    @property
    def days_late(self) -> int:
        """Calendar days between the due date and the first sending, 0 when in time (rules.md 1)."""
        if self.due is None:
            return 0
        return max(0, (clock.local(self.first_sent_at).date() - self.due).days)

    def age(self, today: date) -> int:
        """Calendar days since it was sent."""
        return (today - clock.local(self.sent_at).date()).days

    def overdue(self, today: date) -> bool:
        return self.next_date is not None and self.next_date < today


def queue(municipality_id: uuid.UUID, wanted: QueueFilter, today: date) -> tuple[list[QueueRow], str]:
    """A page, oldest first, and the cursor of the next one («» on the last). BadRequest for a broken cursor.

    One branch for each kind and state, since an index is read in order only within one: the time of a page does not
    grow with the number of reports and programmes.
    """
    branches = [branch.subquery() for branch in _branches(municipality_id, wanted, today)]
    if not branches:
        return [], ""
    merged = union_all(*(select(branch) for branch in branches)).subquery()
    query = select(merged).order_by(merged.c.sent_at, merged.c.id).limit(PAGE + 1)
    rows = list(starmap(QueueRow, db.session.execute(query)))
    after = f"{rows[PAGE - 1].sent_at.isoformat()}~{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
    rows = rows[:PAGE]
    programmes = [row.id for row in rows if row.is_programme]
    titles = pair_titles(programmes) if programmes else {}
    return [row._replace(pair=titles[row.id]) if row.is_programme else row for row in rows], after


def _branches(municipality_id: uuid.UUID, wanted: QueueFilter, today: date) -> Iterator[Select[*tuple[Any, ...]]]:
    if wanted.kind is not Kind.PROGRAMME:
        yield from (_of_state(state, municipality_id, wanted, today) for state in STATES[wanted.state])
    if wanted.kind is not Kind.REPORT and not wanted.measure and not wanted.period:
        yield from (_of_review(review, municipality_id, wanted, today) for review in REVIEWS[wanted.state])


def _of_state(state: State, municipality_id: uuid.UUID, wanted: QueueFilter, today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(Kind.REPORT.value, String).label("kind"),
            Submission.id,
            School.short_name,
            MeasureRow.number.label("measure"),
            Occurrence.period,
            Submission.state,
            Submission.sent_at,
            Submission.number,
            Occurrence.due,
            Submission.first_sent_at,
            Submission.check_by,
            Submission.return_by,
        )
        .join(School, School.id == Submission.school_id)
        .join(Occurrence, Occurrence.id == Submission.occurrence_id)
        .join(MeasureRow, MeasureRow.id == Occurrence.measure_id)
        .where(
            Submission.municipality_id == municipality_id,
            Submission.state == state,
            Submission.sent_at.is_not(None),
            *_conditions(wanted, today),
        )
        .order_by(Submission.sent_at, Submission.id)
        .limit(PAGE + 1)
    )


def _of_review(
    review: Review, municipality_id: uuid.UUID, wanted: QueueFilter, today: date
) -> Select[*tuple[Any, ...]]:
    """The same columns as ``_of_state``."""
    found: list[ColumnElement[bool]] = []
    if wanted.school:
        found.append(School.code == wanted.school)
    if wanted.overdue:
        found.append(Programme.check_by < today)
    if wanted.after:
        found.append(tuple_(Programme.sent_at, Programme.id) > tuple_(*_place(wanted.after)))
    return (
        select(
            literal(Kind.PROGRAMME.value, String).label("kind"),
            Programme.id,
            School.short_name,
            literal("", String).label("measure"),
            literal("", String).label("period"),
            Programme.review.label("state"),
            Programme.sent_at,
            literal(1).label("number"),
            cast(null(), Date).label("due"),
            Programme.sent_at.label("first_sent_at"),
            Programme.check_by,
            cast(null(), Date).label("return_by"),
        )
        .join(School, School.id == Programme.school_id)
        .where(
            Programme.municipality_id == municipality_id,
            Programme.review == review,
            Programme.sent_at.is_not(None),
            *found,
        )
        .order_by(Programme.sent_at, Programme.id)
        .limit(PAGE + 1)
    )


def _conditions(wanted: QueueFilter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.measure:
        found.append(MeasureRow.number == wanted.measure)
    if wanted.school:
        found.append(School.code == wanted.school)
    if wanted.period:
        found.append(Occurrence.period == wanted.period)
    if wanted.overdue:
        found.append(
            or_(
                and_(Submission.state.in_(tuple(WAITING)), Submission.check_by < today),
                and_(Submission.state == State.RETURNED, Submission.return_by < today),
            )
        )
    if wanted.after:
        found.append(tuple_(Submission.sent_at, Submission.id) > tuple_(*_place(wanted.after)))
    return found


def _place(cursor: str) -> tuple[datetime, uuid.UUID]:
    moment, _, key = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError("naive datetime")
        return at.astimezone(UTC), uuid.UUID(key)
    except (ValueError, OverflowError):
        raise BadRequest("Ссылка на страницу очереди повреждена. Откройте очередь заново.") from None


def waiting_count(municipality_id: uuid.UUID, limit: int = 1000) -> int:
    """How many reports and programmes wait for a decision, counted up to ``limit``."""
    reports = select(Submission.id).where(
        Submission.municipality_id == municipality_id, Submission.state.in_(tuple(WAITING))
    )
    programmes = select(Programme.id).where(
        Programme.municipality_id == municipality_id, Programme.review == Review.WAITING
    )
    both = union_all(*(select(part.limit(limit).subquery()) for part in (reports, programmes)))
    return min(limit, len(db.session.scalars(both).all()))


def next_waiting(submission: Submission) -> uuid.UUID | None:
    """The oldest report that waits besides this one: where the reviewer goes after a decision."""
    return db.session.scalar(
        select(Submission.id)
        .where(
            Submission.municipality_id == submission.municipality_id,
            Submission.state.in_(tuple(WAITING)),
            Submission.id != submission.id,
        )
        .order_by(Submission.sent_at, Submission.id)
        .limit(1)
    )
