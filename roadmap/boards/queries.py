"""What each role's desk, the roadmap, a measure and an occurrence show."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from roadmap.access import is_office
from roadmap.boards.tasks import OPEN, Task, not_done, tasks
from roadmap.database import db
from roadmap.documents.models import Document
from roadmap.documents.queries import kinds_for, made
from roadmap.plan.models import Edition, Evidence, Measure, Occurrence, OccurrenceState
from roadmap.schools.models import School
from roadmap.submissions.models import State, Submission

HORIZON = timedelta(days=45)
OLD_DEBT = timedelta(days=60)
SHOWN_DONE = 12
# How a summary names states: what needs somebody first. What is not open yet is told only where it is all there is.
ORDER = (*OPEN, OccurrenceState.SUBMITTED, OccurrenceState.LATE_ACCEPTED, OccurrenceState.ACCEPTED)


@dataclass(frozen=True)
class SchoolDesk:
    """``debts``: overdue for more than two months, gathered apart so that they do not bury what is near."""

    to_do: list[Task]
    debts: list[Task]
    waiting: list[Task]
    done: list[Task]


@dataclass(frozen=True)
class OfficeDesk:
    """``late``: schools that are late, by measure and period, the newest due first."""

    own: list[Task]
    own_debts: list[Task]
    late: list[Late]
    late_debts: list[Late]


@dataclass(frozen=True)
class Late:
    measure: Measure
    period: str
    due: date
    tasks: list[Task]


class Summary(NamedTuple):
    """A municipal paper that can be made now: its data are of ``accepted`` schools of ``owing``."""

    kind: str
    title: str
    period: str
    accepted: int
    owing: int


@dataclass
class Tally:
    """How the occurrences of a measure (or of a period of it) stand. ``next_due``: the nearest that is not done."""

    states: Counter[OccurrenceState] = field(default_factory=Counter)
    late: list[School] = field(default_factory=list)
    next_due: Task | None = None

    def add(self, task: Task) -> None:
        self.states[task.state] += 1
        school = task.occurrence.school
        if task.late and school is not None and school not in self.late:
            self.late.append(school)
        pending = task.state in (*OPEN, OccurrenceState.UPCOMING) and task.occurrence.due >= task.today
        if pending and (self.next_due is None or task.occurrence.due < self.next_due.occurrence.due):
            self.next_due = task

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.states[OccurrenceState.ACCEPTED] + self.states[OccurrenceState.LATE_ACCEPTED]

    @property
    def owed(self) -> int:
        """All but those that are not required."""
        return self.total - self.states[OccurrenceState.NOT_REQUIRED]

    @property
    def shown(self) -> list[tuple[OccurrenceState, int]]:
        begun = [(state, self.states[state]) for state in ORDER if self.states[state]]
        rest = (OccurrenceState.UPCOMING, OccurrenceState.NOT_REQUIRED)
        return begun or [(state, self.states[state]) for state in rest if self.states[state]]


def school_desk(school: School, today: date) -> SchoolDesk:
    """What the school has to do now (returned first, then by date), and what is done or waits for review."""
    found = tasks(
        school.municipality_id,
        Occurrence.school_id == school.id,
        Occurrence.closed_on.is_(None),
        Occurrence.due <= today + HORIZON,
    )
    to_do, debts = _near_and_old([task for task in found if task.state in OPEN], today)
    to_do.sort(key=lambda task: (not task.returned, task.deadline))
    waiting = [task for task in found if task.state is OccurrenceState.SUBMITTED]
    done = [task for task in found if task.state in (OccurrenceState.ACCEPTED, OccurrenceState.LATE_ACCEPTED)]
    return SchoolDesk(to_do, debts, waiting, done[::-1][:SHOWN_DONE])


def office_desk(municipality_id: uuid.UUID, today: date) -> OfficeDesk:
    """What the office itself owes soon, and what schools are late with."""
    found = tasks(
        municipality_id,
        Occurrence.closed_on.is_(None),
        or_(
            and_(Occurrence.school_id.is_(None), Occurrence.due <= today + HORIZON),
            and_(Occurrence.school_id.is_not(None), or_(Occurrence.due < today, Submission.state == State.RETURNED)),
        ),
        *not_done(),
    )
    own, own_debts = _near_and_old([t for t in found if t.occurrence.school_id is None and t.state in OPEN], today)
    late, late_debts = _near_and_old([t for t in found if t.occurrence.school_id is not None and t.late], today)
    return OfficeDesk(own, own_debts, _by_period(late), _by_period(late_debts))


def _near_and_old(found: list[Task], today: date) -> tuple[list[Task], list[Task]]:
    def old(task: Task) -> bool:
        return not task.returned and task.deadline < today - OLD_DEBT

    return [task for task in found if not old(task)], [task for task in found if old(task)]


def _by_period(found: list[Task]) -> list[Late]:
    groups: dict[tuple[uuid.UUID, str], Late] = {}
    for task in found:
        one = task.occurrence
        group = groups.setdefault((one.measure_id, one.period), Late(one.measure, one.period, one.due, []))
        group.tasks.append(task)
    return sorted(groups.values(), key=lambda group: group.due, reverse=True)


def summaries(municipality_id: uuid.UUID) -> list[Summary]:
    """For each kind of municipal paper its latest period with accepted reports: «по данным N из M»."""
    found = []
    for spec in kinds_for("municipality"):
        accepted = func.sum(case((Submission.state == State.ACCEPTED, 1), else_=0))
        row = db.session.execute(
            select(Occurrence.period, accepted, func.count(Occurrence.id))
            .join(Measure, Measure.id == Occurrence.measure_id)
            .outerjoin(Submission, Submission.occurrence_id == Occurrence.id)
            .where(
                Occurrence.municipality_id == municipality_id,
                Measure.module == spec.measure,
                Occurrence.school_id.is_not(None),
                Occurrence.not_required.is_(False),
            )
            .group_by(Occurrence.period)
            .having(accepted > 0)
            .order_by(Occurrence.period.desc())
            .limit(1)
        ).first()
        if row is not None:
            found.append(Summary(spec.kind, spec.title, row[0], row[1], row[2]))
    return found


def papers(municipality_id: uuid.UUID, school_id: uuid.UUID | None) -> dict[tuple[str, str], Document]:
    """The owner's newest paper that was not annulled, by (kind, period): what is made is opened, not made again."""
    kinds = [spec.kind for spec in kinds_for("school" if school_id else "municipality")]
    return {(paper.kind, paper.period): paper for paper in reversed(made(municipality_id, school_id, kinds))}


def tallies(edition: Edition, user: Any) -> dict[uuid.UUID, Tally]:
    """By measure: of the whole municipality for the office; for a school its own, and of what it does not owe, the
    office's; for the others the office's."""
    found: dict[uuid.UUID, Tally] = defaultdict(Tally)
    for task in tasks(edition.municipality_id, Measure.edition_id == edition.id, *_world(user)):
        owed_by_it = task.occurrence.measure.owed_by_schools and user.school_id is not None
        if task.occurrence.school_id is not None or not owed_by_it:
            found[task.occurrence.measure_id].add(task)
    return found


def measure_tasks(measure: Measure, user: Any, year: int) -> list[Task]:
    """What the user sees of a measure's occurrences for the periods of a calendar year, by due date."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return tasks(
        measure.municipality_id,
        Occurrence.measure_id == measure.id,
        Occurrence.period_end.between(first, last),
        *_world(user),
    )


def measure_years(measure: Measure, user: Any) -> list[int]:
    """The calendar years in which the measure's periods end, the newest first."""
    ends = db.session.scalars(
        select(Occurrence.period_end)
        .where(
            Occurrence.municipality_id == measure.municipality_id,
            Occurrence.measure_id == measure.id,
            *_world(user),
        )
        .distinct()
    )
    return sorted({end.year for end in ends}, reverse=True)


def by_period(found: Sequence[Task]) -> dict[str, list[Task]]:
    """In the order of the periods."""
    groups: dict[str, list[Task]] = defaultdict(list)
    for task in sorted(found, key=lambda task: task.occurrence.period):
        groups[task.occurrence.period].append(task)
    return dict(groups)


def by_school(found: Sequence[Task]) -> list[tuple[School | None, dict[str, Task]]]:
    """Rows of a matrix: the office (None) first, then schools by name, each with its tasks by period."""
    rows: dict[School | None, dict[str, Task]] = defaultdict(dict)
    for task in found:
        rows[task.occurrence.school][task.occurrence.period] = task
    return sorted(rows.items(), key=lambda row: (row[0] is not None, row[0].sort_key if row[0] else ""))


def tally_of(found: Sequence[Task]) -> Tally:
    tally = Tally()
    for task in found:
        tally.add(task)
    return tally


def task_of(occurrence: Occurrence) -> Task:
    return tasks(occurrence.municipality_id, Occurrence.id == occurrence.id)[0]


def evidence_of(occurrence: Occurrence) -> Sequence[Evidence]:
    return db.session.scalars(
        select(Evidence)
        .where(Evidence.municipality_id == occurrence.municipality_id, Evidence.occurrence_id == occurrence.id)
        .order_by(Evidence.given_at)
    ).all()


def months_with_returns(municipality_id: uuid.UUID, today: date) -> list[str]:
    """Periods of the monthly return that have begun, the newest first."""
    return list(
        db.session.scalars(
            select(Occurrence.period)
            .join(Occurrence.measure)
            .where(
                Occurrence.municipality_id == municipality_id,
                Measure.module == "monthly_return",
                Occurrence.period_start <= today,
            )
            .distinct()
            .order_by(Occurrence.period.desc())
        )
    )


def monthly_tasks(municipality_id: uuid.UUID, period: str) -> list[Task]:
    """The schools' returns of a month, by school."""
    return tasks(municipality_id, Measure.module == "monthly_return", Occurrence.period == period)


def _world(user: Any) -> list[ColumnElement[bool]]:
    """The schools' own states are for the school itself and for the office; the office's are for everybody here."""
    if is_office(user):
        return []
    if user.school_id is None:
        return [Occurrence.school_id.is_(None)]
    return [(Occurrence.school_id == user.school_id) | Occurrence.school_id.is_(None)]
