"""Uploads: previewed, mended cell by cell, taken in one transaction, undone while nothing later depends on them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, new_id, require_version
from roadmap.errors import DomainError, Invalid, WrongState
from roadmap.language import counted
from roadmap.registers.models import Mentorship, Participant
from roadmap.schools.models import School
from roadmap.workbooks import exporting, pairs, people, plans, queries, taking, writing
from roadmap.workbooks.columns import Kind, inputs
from roadmap.workbooks.comparison import Outcome, Preview, Status
from roadmap.workbooks.models import BatchState, ImportBatch, ImportRow
from roadmap.workbooks.reading import Row, read

OWN_TABLES: Mapping[Any, frozenset[str]] = {
    Participant: frozenset({"mentor_card", "mentee_card"}),
    Mentorship: frozenset({"mentorship_member"}),
}
FORGOTTEN = timedelta(days=30)
MAX_CELL = 5000  # characters of a cell that is mended in the preview


def template(kind: Kind) -> bytes:
    """An empty workbook to be filled."""
    return writing.workbook(kind)


def export(school: School, kind: Kind, purpose: str, actor: Any = None) -> bytes:
    """The school's register by name; ``purpose`` is a key of ``audit.words.PURPOSES`` and stands in the journal."""
    rows = exporting.rows(school, kind)
    record(Verb.NAMED_LIST_EXPORTED, school, actor, list=kind.value, purpose=purpose, count=len(rows))
    return writing.workbook(kind, rows)


def read_rows(content: bytes, kind: Kind) -> list[Row]:
    """Invalid or TooLarge where the file can't be taken, or has nothing in it."""
    rows = read(content, kind)
    if not rows:
        raise Invalid("На первом листе нет заполненных строк под заголовком.")
    return rows


def compare(school: School, kind: Kind, rows: Sequence[Row]) -> Preview:
    """What each row would do to the school's registers as they stand now."""
    current = queries.current(school, kind)
    if kind is Kind.PAIRS:
        found = pairs.compare(rows, current)
    elif kind is Kind.PROGRAMME:
        found = plans.compare(rows, current)
    else:
        found = people.compare(kind, rows, current)
    return Preview(kind, tuple(found))


def upload(school: School, kind: Kind, rows: Sequence[Row], actor: Any = None) -> ImportBatch:
    """Keeps the rows for a preview; an earlier one of the same kind that nobody decided on is dropped."""
    for waiting in queries.waiting_batches(school.id, kind):
        drop(waiting, waiting.version, actor)
    batch = ImportBatch(
        id=new_id(),
        municipality_id=school.municipality_id,
        school_id=school.id,
        kind=kind.value,
        state=BatchState.PREVIEW.value,
        created_at=clock.now(),
        created_by_id=actor.id if actor is not None else None,
        rows=[ImportRow(id=new_id(), number=row.number, texts=row.texts, problems=row.problems) for row in rows],
    )
    db.session.add(batch)
    db.session.flush()
    record(Verb.IMPORT_UPLOADED, batch, actor, list=batch.kind, count=len(rows))
    return batch


def preview(batch: ImportBatch) -> Preview:
    """Counted anew each time: the register may have changed since the upload."""
    rows = [Row(row.number, row.texts, row.problems) for row in batch.rows]
    return compare(batch.school, batch.kind_label, rows)


def fix(batch: ImportBatch, number: int, typed: Mapping[str, str], version: int, actor: Any = None) -> None:
    """Other texts for some cells of a row, right or wrong: the preview says which."""
    require_version(batch, version)
    _require_preview(batch)
    row = next((row for row in batch.rows if row.number == number), None)
    known = {column.key for column in inputs(batch.kind_label)} & set(typed)
    if row is None or not known or any(len(typed[key]) > MAX_CELL for key in known):
        raise Invalid("Форма повреждена: обновите страницу и повторите.")
    cleaned = {key: typed[key].replace("\r\n", "\n").strip() for key in known}
    row.texts = {key: value for key, value in (row.texts | cleaned).items() if value}
    row.problems = {key: value for key, value in row.problems.items() if key not in known}
    batch.version += 1
    record(Verb.IMPORT_CORRECTED, batch, actor, list=batch.kind, row=number)


def take(batch: ImportBatch, version: int, actor: Any = None) -> Preview:
    """Writes all right rows, or none: a row that the registers refuse after all is named. Wrong rows are left out."""
    require_version(batch, version)
    _require_preview(batch)
    found = preview(batch)
    if not found.right:
        raise Invalid("Загружать нечего: новых и изменённых строк нет.")
    before = queries.last_revisions([outcome.target for outcome in found.right if outcome.target])
    rows = {row.number: row for row in batch.rows}
    for group in _groups(found):
        done = _take(group, batch, actor)
        row = rows[group[0].number]
        row.object_id, row.object_version, row.made = done.thing.id, done.thing.version, done.made
        row.kept = done.kept
        row.revision_id = None if done.made else before[done.thing.id]
    for row in batch.rows:
        row.texts, row.problems = {}, {}
    batch.added, batch.changed = found.count(Status.NEW), found.count(Status.CHANGED)
    batch.same, batch.refused = found.count(Status.SAME), found.count(Status.WRONG)
    batch.state, batch.taken_at = BatchState.TAKEN.value, clock.now()
    record(Verb.IMPORT_TAKEN, batch, actor, list=batch.kind, count=len(found.right))
    return found


def load(school: School, kind: Kind, rows: Sequence[Row], actor: Any = None) -> Preview:
    """Upload and taking at once, for the command; nothing is written where nothing is new or changed."""
    found = compare(school, kind, rows)
    if not found.right:
        return found
    batch = upload(school, kind, rows, actor)
    return take(batch, batch.version, actor)


def drop(batch: ImportBatch, version: int, actor: Any = None) -> None:
    """The upload is not wanted: nothing of it is kept."""
    require_version(batch, version)
    _require_preview(batch)
    record(Verb.IMPORT_DROPPED, batch, actor, list=batch.kind)
    db.session.delete(batch)
    db.session.flush()


def drop_forgotten() -> int:
    """Uploads that nobody has decided on for a month: names may not lie about beside the register. How many."""
    forgotten = queries.waiting_since(clock.now() - FORGOTTEN)
    for batch in forgotten:
        drop(batch, batch.version)
    return len(forgotten)


def undo(batch: ImportBatch, version: int, actor: Any = None) -> None:
    """All that the upload did, backwards. WrongState if something was done to its records since."""
    require_version(batch, version)
    if batch.state != BatchState.TAKEN:
        raise WrongState("Отменить можно только загрузку, которая записана и ещё не отменена.")
    rows = [row for row in batch.rows if row.object_id is not None]
    model = taking.MODELS[batch.kind_label]
    things = {thing.id: thing for thing in db.session.scalars(select(model).where(model.id.in_(_ids(rows))))}
    _require_untouched(rows, things, model)
    snapshots = queries.revisions([row.revision_id for row in rows if row.revision_id is not None])
    for row in reversed(rows):
        thing = things[_id(row)]
        if row.made:
            taking.take_away(thing, actor)
        else:
            assert row.revision_id is not None
            taking.put_back(thing, snapshots[row.revision_id], row.kept, actor)
    batch.state, batch.undone_at = BatchState.UNDONE.value, clock.now()
    record(Verb.IMPORT_UNDONE, batch, actor, list=batch.kind, count=len(rows))


def _take(group: Sequence[Outcome], batch: ImportBatch, actor: Any) -> taking.Done:
    kind = batch.kind_label
    try:
        if kind is Kind.PROGRAMME:
            return taking.take_plan(group, actor)
        if kind is Kind.PAIRS:
            return taking.take_pair(group[0], batch.school, actor)
        return taking.take_person(kind, group[0], batch.school, actor)
    except DomainError as refusal:
        raise Invalid(f"Строка {group[0].number}: {refusal.message} Ничего не записано.") from refusal


def _groups(found: Preview) -> list[list[Outcome]]:
    """Rows that change one record: each for itself, but a programme's events together."""
    if found.kind is not Kind.PROGRAMME:
        return [[outcome] for outcome in found.right]
    by_pair: dict[uuid.UUID, list[Outcome]] = {}
    for outcome in found.right:
        by_pair.setdefault(outcome.about.pair.id, []).append(outcome)
    return list(by_pair.values())


def _require_preview(batch: ImportBatch) -> None:
    if batch.state != BatchState.PREVIEW:
        raise WrongState("Эта загрузка уже записана или отменена. Загрузите файл ещё раз.")


def _require_untouched(rows: Sequence[ImportRow], things: Mapping[uuid.UUID, Any], model: Any) -> None:
    touched = {
        row.number for row in rows if (thing := things.get(_id(row))) is None or thing.version != row.object_version
    }
    made = [_id(row) for row in rows if row.made]
    used = queries.referred_to(model, made, OWN_TABLES.get(model, frozenset())) if made else set()
    touched |= {row.number for row in rows if _id(row) in used}
    if touched:
        numbers = ", ".join(str(number) for number in sorted(touched)[:20])
        count = counted(len(touched), "записью", "записями", "записями")
        raise WrongState(
            f"Отменить загрузку уже нельзя: после неё с {count} работали (строки файла: {numbers}). "
            "Исправьте их на их страницах."
        )


def _ids(rows: Sequence[ImportRow]) -> list[uuid.UUID]:
    return [_id(row) for row in rows]


def _id(row: ImportRow) -> uuid.UUID:
    assert row.object_id is not None
    return row.object_id
