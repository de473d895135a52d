"""Reading what was answered: tallies by one query, the words of a questionnaire once there are enough of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.schools.models import School
from roadmap.schools.queries import settings
from roadmap.surveys.models import SurveyAnswer, SurveyLink
from roadmap.surveys.questions import FLAGS, SCALES, TEXTS, Audience, Stage
from roadmap.surveys.tally import VERBATIM_FROM, Tally, survey_counts, total


@dataclass(frozen=True)
class Key:
    """Whose questionnaire: a school's, of one school year, form, stage and audience."""

    school_id: uuid.UUID
    year: int
    form: str
    stage: Stage
    audience: Audience


@dataclass(frozen=True)
class LinkCounts:
    waiting: int
    used: int
    expired: int


def satisfied_from(municipality_id: uuid.UUID, on: date) -> int:
    """The threshold on «удовлетворённость», 1–10, in force on a day (a setting, dossier §3.3)."""
    return int(settings(municipality_id, on)["satisfied_from"])


def threshold_day(year: int, today: date) -> date:
    """A school year is judged by the threshold that holds at its end, or today while it lasts."""
    return min(today, date(year + 1, 8, 31))


def tallies(municipality_id: uuid.UUID, school_id: uuid.UUID | None, year: int, threshold: int) -> dict[Key, Tally]:
    """Every questionnaire of a school year that has answers; ``school_id`` None is all schools. One query."""
    keys = (SurveyAnswer.school_id, SurveyAnswer.form, SurveyAnswer.stage, SurveyAnswer.audience)
    sums: list[ColumnElement[Any]] = [func.count(), func.sum(_one(SurveyAnswer.satisfaction >= threshold))]
    for name in SCALES:
        sums += [func.count(getattr(SurveyAnswer, name)), func.coalesce(func.sum(getattr(SurveyAnswer, name)), 0)]
    for name in FLAGS:
        column = getattr(SurveyAnswer, name)
        sums += [func.count(column), func.sum(_one(column.is_(True)))]
    query = select(*keys, *sums).where(SurveyAnswer.municipality_id == municipality_id, SurveyAnswer.year == year)
    if school_id is not None:
        query = query.where(SurveyAnswer.school_id == school_id)
    found = {}
    for school, form, stage, audience, *numbers in db.session.execute(query.group_by(*keys).order_by(*keys)):
        n, satisfied, *rest = (int(number) for number in numbers)
        pairs = list(zip(rest[::2], rest[1::2], strict=True))
        points = dict(zip(SCALES, pairs, strict=False))
        yes = dict(zip(FLAGS, pairs[len(SCALES) :], strict=True))
        found[Key(school, year, form, Stage(stage), Audience(audience))] = Tally(n, satisfied, points, yes)
    return found


def by_audience(found: Mapping[Key, Tally]) -> dict[tuple[Audience, Stage], Tally]:
    """Forms and schools together, as indicators count them."""
    return {
        (audience, stage): total(t for key, t in found.items() if (key.audience, key.stage) == (audience, stage))
        for audience in Audience
        for stage in Stage
    }


def report_counts(school_id: uuid.UUID, year: int, on: date) -> dict[str, int | str | None]:
    """``tally.survey_counts`` of a school and school year (the calendar year of its September), the threshold as on a
    day: what the June report offers as «посчитано по опросам»."""
    municipality_id = db.session.get_one(School, school_id).municipality_id
    threshold = satisfied_from(municipality_id, threshold_day(year, on))
    return survey_counts(by_audience(tallies(municipality_id, school_id, year, threshold)))


def words_of(key: Key) -> dict[str, list[str]]:
    """Each open question's answers in the order of the alphabet, so that no two can be joined by their place.

    Nothing below five answers (dossier §3.3): the database itself is not asked for them.
    """
    count = select(func.count()).select_from(SurveyAnswer).where(_of(SurveyAnswer, key))
    if (db.session.scalar(count) or 0) < VERBATIM_FROM:
        return {}
    rows = db.session.execute(select(*(getattr(SurveyAnswer, name) for name in TEXTS)).where(_of(SurveyAnswer, key)))
    columns = list(zip(*rows, strict=True))
    return {name: sorted(text for text in texts if text) for name, texts in zip(TEXTS, columns, strict=True)}


def typed(key: Key) -> Sequence[SurveyAnswer]:
    """Answers typed from paper, by the number that stands on the blank."""
    query = select(SurveyAnswer).where(_of(SurveyAnswer, key), SurveyAnswer.number.is_not(None))
    return db.session.scalars(query.order_by(SurveyAnswer.number)).all()


def next_number(key: Key) -> int:
    query = select(func.max(SurveyAnswer.number)).where(_of(SurveyAnswer, key))
    return (db.session.scalar(query) or 0) + 1


def link_counts(key: Key, now: datetime) -> LinkCounts:
    alive = SurveyLink.expires_at > now
    waiting, used, expired = (
        func.coalesce(func.sum(_one(condition)), 0)
        for condition in (SurveyLink.used.is_(False) & alive, SurveyLink.used.is_(True), ~SurveyLink.used & ~alive)
    )
    row = db.session.execute(select(waiting, used, expired).where(_of(SurveyLink, key))).one()
    return LinkCounts(*(int(number) for number in row))


def years(municipality_id: uuid.UUID, this_year: int) -> list[int]:
    """School years with answers, and the present one; the newest first."""
    query = select(SurveyAnswer.year).where(SurveyAnswer.municipality_id == municipality_id).distinct()
    return sorted({this_year, *db.session.scalars(query)}, reverse=True)


def answer_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The school's name: an answer itself has none."""
    query = select(SurveyAnswer.id, School.short_name).join(School).where(SurveyAnswer.id.in_(ids))
    return {row.id: row.short_name for row in db.session.execute(query)}


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _of(model: type[SurveyAnswer] | type[SurveyLink], key: Key) -> ColumnElement[bool]:
    return (
        (model.school_id == key.school_id)
        & (model.year == key.year)
        & (model.form == key.form)
        & (model.stage == key.stage.value)
        & (model.audience == key.audience.value)
    )


name_subjects("SurveyAnswer", answer_names)
