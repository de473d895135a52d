"""Editions are drafted, published, and yield their occurrences; periods are closed; evidence is given."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from roadmap import clock, storage
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, require_version
from roadmap.errors import Invalid, NotFound, WrongState
from roadmap.plan.calendar import is_working_day
from roadmap.plan.models import Edition, EditionState, Evidence, Measure, Occurrence, Section
from roadmap.plan.queries import form_of
from roadmap.plan.rules import Due, Kind, occurrences
from roadmap.plan.seed import MeasureText, SectionText
from roadmap.schools.models import School
from roadmap.uploads import Upload


@dataclass(frozen=True)
class Proof:
    """``done_on`` is the day the measure was fulfilled; a file or a link proves it."""

    done_on: date
    result: str
    link: str = ""
    file: Upload | None = None


def draft_edition(
    municipality_id: uuid.UUID,
    title: str,
    printed_start: date,
    printed_end: date,
    sections: Sequence[SectionText],
    actor: Any = None,
) -> Edition:
    """An edition's code is its printed years with a hyphen: «2022-2024». Invalid if there is one already."""
    code = f"{printed_start.year}-{printed_end.year}"
    if db.session.scalar(select(Edition.id).where(Edition.municipality_id == municipality_id, Edition.code == code)):
        raise Invalid(f"Редакция дорожной карты на {code} уже есть.")
    edition = Edition(
        municipality_id=municipality_id,
        code=code,
        title=title,
        printed_start=printed_start,
        printed_end=printed_end,
    )
    db.session.add(edition)
    db.session.flush()
    for position, section in enumerate(sections, 1):
        row = Section(edition_id=edition.id, number=section.number, position=position, title=section.title)
        db.session.add(row)
        db.session.flush()
        db.session.add_all(_measure(edition, row, place, text) for place, text in enumerate(section.measures, 1))
    db.session.flush()
    record(Verb.EDITION_LOADED, edition, actor, code=code)
    return edition


def publish(edition: Edition, in_force_from: date, in_force_to: date, actor: Any = None) -> None:
    """Puts the edition in force and generates its occurrences. Editions in force must not overlap (rules.md 2)."""
    if in_force_from > in_force_to:
        raise Invalid("Дата начала действия позже даты окончания.")
    overlapping = db.session.scalar(
        select(Edition.code).where(
            Edition.municipality_id == edition.municipality_id,
            Edition.id != edition.id,
            Edition.state == EditionState.PUBLISHED,
            Edition.in_force_from <= in_force_to,
            Edition.in_force_to >= in_force_from,
        )
    )
    if overlapping:
        raise Invalid(f"В эти даты уже действует редакция {overlapping}.")
    edition.in_force_from, edition.in_force_to = in_force_from, in_force_to
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    db.session.flush()
    record(Verb.EDITION_PUBLISHED, edition, actor, code=edition.code)
    generate(edition, actor)


def generate(edition: Edition, actor: Any = None) -> int:
    """Adds what is missing of the edition's occurrences and returns how many. Never changes or deletes one."""
    if edition.state != EditionState.PUBLISHED or not edition.in_force_from or not edition.in_force_to:
        raise WrongState("Сначала опубликуйте редакцию дорожной карты.")
    schools = db.session.scalars(
        select(School).where(School.municipality_id == edition.municipality_id, School.active)
    ).all()
    measures = db.session.scalars(select(Measure).where(Measure.edition_id == edition.id)).all()
    found = db.session.execute(
        select(Occurrence.measure_id, Occurrence.school_id, Occurrence.period)
        .join(Measure)
        .where(Measure.edition_id == edition.id)
    )
    existing = {(row.measure_id, row.school_id, row.period) for row in found}
    new = []
    for measure in measures:
        schedule = measure.get_schedule()
        for due in occurrences(schedule, edition.in_force_from, edition.in_force_to, is_working_day):
            owing: list[School | None] = [None] if measure.owed_by_office else []
            if measure.owed_by_schools:
                owing += [school for school in schools if due.end >= school.since]
            new += [
                _occurrence(measure, school, due)
                for school in owing
                if (measure.id, school.id if school else None, due.period) not in existing
            ]
    db.session.add_all(new)
    db.session.flush()
    if new:
        record(Verb.OCCURRENCES_GENERATED, edition, actor, count=len(new))
    return len(new)


def has_newcomers(edition: Edition) -> bool:
    """Is there a school that takes part while the edition is in force and has no occurrence of it yet?"""
    theirs = (
        select(Occurrence.id)
        .join(Measure, Measure.id == Occurrence.measure_id)
        .where(Occurrence.school_id == School.id, Measure.edition_id == edition.id)
    )
    newcomer = select(School.id).where(
        School.municipality_id == edition.municipality_id,
        School.active,
        School.since <= edition.in_force_to,
        ~theirs.exists(),
    )
    return db.session.scalar(newcomer.limit(1)) is not None


def close_period(measure: Measure, period: str, actor: Any) -> int:
    """Reports of the period are no longer taken; returns for how many that was new. NotFound for an unknown period."""
    return _set_closed(measure, period, clock.today(), Verb.PERIOD_CLOSED, actor)


def open_period(measure: Measure, period: str, actor: Any) -> int:
    return _set_closed(measure, period, None, Verb.PERIOD_OPENED, actor)


def require_open(occurrence: Occurrence) -> None:
    """WrongState with the reason where the period does not take reports today."""
    today = clock.today()
    if occurrence.not_required:
        raise WrongState(f"Отчёт не требуется: {occurrence.not_required_reason}")
    if today < occurrence.opens_on:
        raise WrongState(f"Приём откроется {occurrence.opens_on:%d.%m.%Y}.")
    if occurrence.closed_on is not None and occurrence.closed_on <= today:
        raise WrongState(
            f"Приём за этот период закрыт {occurrence.closed_on:%d.%m.%Y}. "
            "Если отчёт всё же нужно отправить, попросите главного специалиста открыть приём."
        )


def require_evidence_taken(occurrence: Occurrence) -> None:
    """WrongState as of ``require_open``, and where a report fulfils the occurrence: evidence would change nothing."""
    require_open(occurrence)
    if form_of(occurrence) is not None:
        raise WrongState(
            "Это мероприятие исполняется отчётом: заполните и отправьте его, отдельное подтверждение не нужно."
        )


def mark_not_required(occurrence: Occurrence, reason: str, version: int, actor: Any) -> None:
    """«Не требуется» with its reason (rules.md 19); an empty reason takes the mark back."""
    require_version(occurrence, version)
    occurrence.not_required, occurrence.not_required_reason = bool(reason), reason
    record(Verb.NOT_REQUIRED, occurrence, actor, marked=bool(reason))


def give_evidence(occurrence: Occurrence, proof: Proof, actor: Any) -> Evidence:
    """«Исполнено» without a file or a link is refused (dossier §10.1)."""
    require_evidence_taken(occurrence)
    if not proof.link and proof.file is None:
        raise Invalid("Приложите файл или укажите ссылку: без подтверждения мероприятие не считается исполненным.")
    if proof.done_on > clock.today():
        raise Invalid("Дата исполнения ещё не наступила.")
    evidence = Evidence(
        municipality_id=occurrence.municipality_id,
        school_id=occurrence.school_id,
        occurrence_id=occurrence.id,
        done_on=proof.done_on,
        result=proof.result,
        link=proof.link,
        given_at=clock.now(),
        given_by_id=actor.id if actor is not None else None,
    )
    if proof.file is not None:
        evidence.sha256 = storage.put(proof.file.content)
        evidence.file_name, evidence.media_type = proof.file.name, proof.file.media_type
    db.session.add(evidence)
    db.session.flush()
    record(Verb.EVIDENCE_GIVEN, evidence, actor, occurrence=str(occurrence.id), sha256=evidence.sha256)
    return evidence


def _measure(edition: Edition, section: Section, position: int, text: MeasureText) -> Measure:
    return Measure(
        municipality_id=edition.municipality_id,
        edition_id=edition.id,
        section_id=section.id,
        number=text.number,
        position=position,
        module=text.module,
        title=text.title,
        result=text.result,
        deadline=text.deadline,
        responsible=text.responsible,
        owed_by_office=text.owed_by_office,
        owed_by_schools=text.owed_by_schools,
        rule=text.rule.to_json(),
        schedule=text.schedule.to_json(),
    )


def _occurrence(measure: Measure, school: School | None, due: Due) -> Occurrence:
    return Occurrence(
        municipality_id=measure.municipality_id,
        measure_id=measure.id,
        school_id=school.id if school else None,
        period=due.period,
        period_start=due.start,
        period_end=due.end,
        opens_on=_opens_on(measure.get_schedule().rule.kind, due),
        due=due.due,
    )


def _opens_on(kind: Kind, due: Due) -> date:
    """Monthly returns and windows open with what they cover, the rest a month before the month of the due date."""
    if kind in (Kind.MONTHLY, Kind.WINDOW):
        return due.start
    return due.due.replace(day=1) - relativedelta(months=1)


def _set_closed(measure: Measure, period: str, closed_on: date | None, verb: Verb, actor: Any) -> int:
    rows = db.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.municipality_id == measure.municipality_id,
            Occurrence.measure_id == measure.id,
            Occurrence.period == period,
        )
        .with_for_update()
    ).all()
    if not rows:
        raise NotFound("Такого периода у мероприятия нет.")
    changed = [row for row in rows if (row.closed_on is None) != (closed_on is None)]
    for row in changed:
        row.closed_on = closed_on
    if changed:
        record(verb, measure, actor, period=period, count=len(changed))
    return len(changed)
