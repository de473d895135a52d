"""A small world for tests: two municipalities, their people, cards, signatories and both editions of the roadmap.

Factories use the real services; a test asks for what it needs and gets real rows.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select

from roadmap.access import Role
from roadmap.accounts.models import User
from roadmap.accounts.service import add_user, hash_password
from roadmap.catalogue import MEASURES
from roadmap.database import db
from roadmap.demo import add_founding_editions
from roadmap.documents.models import SignatoryPeriod
from roadmap.documents.service import add_signatory
from roadmap.plan.models import Edition, Measure, Occurrence
from roadmap.schools.models import Municipality, School
from roadmap.schools.queries import school_by_code
from roadmap.schools.service import CardDetails, SchoolDetails, add_municipality, add_school, save_card, set_setting
from roadmap.submissions import service as submissions
from roadmap.submissions.models import Submission

PASSWORD = "three-plain-words"
SINCE = date(2022, 9, 1)
PUPILS = dict.fromkeys(range(2007, 2021), 20)  # ages 6–19 in 2026

CAST = {
    # username: (municipality, school, roles, full name)
    "head": ("t1", "t1-01", (Role.HEAD,), "Ларина Ольга Павловна"),
    "curator": ("t1", "t1-01", (Role.CURATOR,), "Соколова Марина Викторовна"),
    "both": ("t1", "t1-03", (Role.HEAD, Role.CURATOR), "Оюн Айдыс Кара-оолович"),
    "stranger": ("t1", "t1-02", (Role.HEAD,), "Гусев Пётр Ильич"),
    "methodist": ("t1", None, (Role.METHODIST,), "Смирнова Елена Викторовна"),
    "specialist": ("t1", None, (Role.SPECIALIST,), "Орлова Вера Николаевна"),
    "pds": ("t1", None, (Role.PDS,), "Котова Анна Сергеевна"),
    "admin": ("t1", None, (Role.ADMIN,), "Белов Иван Иванович"),
    "other-head": ("t2", "t2-01", (Role.HEAD,), "Чужой Олег Олегович"),
    "other-specialist": ("t2", None, (Role.SPECIALIST,), "Дальняя Инна Львовна"),
    "other-methodist": ("t2", None, (Role.METHODIST,), "Иная Нина Петровна"),
}


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class Cast:
    """Ids by name: ``users["head"]``, ``schools["t1-01"]``."""

    users: dict[str, uuid.UUID]
    schools: dict[str, uuid.UUID]

    @classmethod
    def find(cls) -> Cast:
        users = {user.username: user.id for user in db.session.scalars(select(User))}
        schools = {school.code: school.id for school in db.session.scalars(select(School))}
        db.session.rollback()
        return cls(users, schools)


def build_world() -> None:
    """What every test starts from; the clock stands at the third of June 2026."""
    for code, name, name_gen in (
        ("t1", "Первый район", "Первого района"),
        ("t2", "Второй район", "Второго района"),
    ):
        municipality = add_municipality(code, name, name_gen)
        set_setting(municipality.id, "office_full_name", f"Управление образования, {name}", SINCE)
        set_setting(municipality.id, "journal_index", {"D18": "01-18", "in:D3": "01-19"}, SINCE)
        for number in (1, 2, 3) if code == "t1" else (1,):
            _add_school(municipality, f"{code}-0{number}", number)
        add_founding_editions(municipality.id)
        _signatory(municipality, None, "Главный специалист", "В. Н. Орлова")
    for username, (_, school_code, roles, full_name) in CAST.items():
        _add_person(username, school_code, roles, full_name)
    db.session.flush()


def user(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


def school(code: str) -> School:
    found = school_by_code(code)
    assert found is not None
    return found


def occurrence(school_code: str | None, module: str = "school_report", period: str = "2026", municipality: str = "t1"):  # type: ignore[no-untyped-def]
    """The occurrence of a module's period that a school (or, with None, the office) owes."""
    query = (
        select(Occurrence)
        .join(Measure)
        .join(Edition)
        .join(Municipality, Municipality.id == Occurrence.municipality_id)
        .where(Measure.module == module, Occurrence.period == period)
    )
    if school_code is None:
        query = query.where(Occurrence.school_id.is_(None), Municipality.code == municipality)
    else:
        query = query.where(Occurrence.school_id == school(school_code).id)
    return db.session.scalars(query).one()


def started(
    school_code: str = "t1-01", module: str = "school_report", period: str = "2026", **answers: Any
) -> Submission:
    """A draft that is complete and right: the module's example, with ``answers`` instead where given."""
    measure = MEASURES[module]
    assert measure.form is not None
    submission = submissions.start(occurrence(school_code, module, period), _filler(school_code))
    example = dict(measure.example) | answers
    submissions.save_draft(submission, measure.form.to_draft(example), submission.version, _filler(school_code))
    return submission


def sent(school_code: str = "t1-01", module: str = "school_report", period: str = "2026", **answers: Any) -> Submission:
    submission = started(school_code, module, period, **answers)
    submissions.submit(submission, submission.version, _filler(school_code))
    return submission


def accepted(
    school_code: str = "t1-01", module: str = "school_report", period: str = "2026", **answers: Any
) -> Submission:
    submission = sent(school_code, module, period, **answers)
    methodist = "methodist" if school_code.startswith("t1") else "other-methodist"
    submissions.accept(submission, submission.version, user(methodist))
    return submission


def returned(school_code: str = "t1-01", reason: str = "Уточните число наставников.") -> Submission:
    submission = sent(school_code)
    submissions.send_back(submission, submission.version, user("methodist"), reason)
    return submission


def _filler(school_code: str) -> User:
    return user({"t1-01": "head", "t1-02": "stranger", "t1-03": "both", "t2-01": "other-head"}[school_code])


def _add_school(municipality: Municipality, code: str, number: int) -> None:
    details = SchoolDetails(
        short_name=f"Школа № {number} ({municipality.name})",
        full_name=f"Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № {number}»",
        full_name_gen=f"Муниципального бюджетного общеобразовательного учреждения «Средняя школа № {number}»",
        place="посёлок",
    )
    added = add_school(municipality.id, code, details, since=SINCE)
    for year in (2022, 2023, 2024, 2025):
        save_card(added, year, CardDetails(PUPILS, teachers=31, early_career_teachers=4), 0, None)
    _signatory(municipality, added, "Директор", "О. П. Ларина")


def _signatory(municipality: Municipality, owner: School | None, post: str, name: str) -> None:
    row = SignatoryPeriod(
        municipality_id=municipality.id,
        school_id=owner.id if owner else None,
        kind="",
        post=post,
        name=name,
        acting=False,
        order_number="",
        valid_from=SINCE,
    )
    add_signatory(row, None)


def _add_person(username: str, school_code: str | None, roles: tuple[Role, ...], full_name: str) -> None:
    municipality_code = CAST[username][0]
    municipality = db.session.scalars(select(Municipality).where(Municipality.code == municipality_code)).one()
    owner = school(school_code) if school_code else None
    person = add_user(municipality.id, username, full_name, roles, school=owner)
    person.password_hash = _password_hash()
