"""The demo's municipalities, schools and people as rows, and what each step of the history asks of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from roadmap.accounts.models import User
from roadmap.accounts.service import add_user, hash_password
from roadmap.database import db
from roadmap.demo import office
from roadmap.demo.people import ACCOUNTS, full_names
from roadmap.demo.schools import MUNICIPALITIES, PROFILES, START, Profile
from roadmap.demo.timeline import Timeline
from roadmap.documents.models import SignatoryPeriod
from roadmap.documents.service import add_signatory
from roadmap.plan.models import Edition, Measure, Occurrence
from roadmap.schools.models import Municipality, School
from roadmap.schools.service import add_municipality, add_school, set_setting

PASSWORD = "demo-2026"


@dataclass
class World:
    """Rows by code and by user name; ``names`` are full names, also of people without an account."""

    timeline: Timeline
    names: dict[str, str] = field(default_factory=full_names)
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.timeline.today

    def specialist(self, municipality: str) -> User:
        return self.users["specialist" if municipality == "se" else "other-specialist"]

    def methodist(self, municipality: str) -> User:
        return self.users["methodist" if municipality == "se" else "other-methodist"]

    def head(self, profile: Profile) -> User:
        return self.users[profile.head]

    def filler(self, profile: Profile) -> User:
        """Who fills reports: the curator where there is an account for one."""
        return self.users.get(profile.curator, self.head(profile))

    def profile(self, school_id: uuid.UUID) -> Profile:
        return next(one for one in PROFILES if self.schools[one.code].id == school_id)

    def occurrences(self, edition: Edition) -> Sequence[Occurrence]:
        return db.session.scalars(
            select(Occurrence)
            .join(Measure)
            .outerjoin(School, School.id == Occurrence.school_id)
            .where(Measure.edition_id == edition.id)
            .order_by(Occurrence.due, Measure.number, School.code.nulls_first())
        ).all()


def settle(world: World) -> None:
    """September 2022: the municipalities, their offices, schools and accounts."""
    for code, name, name_gen in MUNICIPALITIES:
        added = add_municipality(code, name, name_gen)
        world.municipalities[code] = added
        for key, value in office.settings(code, name_gen).items():
            set_setting(added.id, key, value, START, source_note=office.SOURCE)
        _own(office.office_signatories(world.names, code), added, None)
    for profile in PROFILES:
        municipality = world.municipalities[profile.municipality]
        school = add_school(municipality.id, profile.code, profile.details(), since=START)
        world.schools[profile.code] = school
        _own(office.school_signatories(world.names, profile.code), municipality, school)
    hashed = hash_password(PASSWORD)  # once: it is made slow on purpose
    for account in ACCOUNTS:
        user = add_user(
            world.municipalities[account.municipality].id,
            account.username,
            world.names[account.username],
            account.roles,
            school=world.schools[account.school] if account.school else None,
            post=account.post,
        )
        user.password_hash = hashed
        world.users[account.username] = user


def _own(rows: list[SignatoryPeriod], municipality: Municipality, school: School | None) -> None:
    for row in rows:
        row.municipality_id, row.school_id = municipality.id, school.id if school else None
        add_signatory(row, None)
