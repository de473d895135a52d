"""The lists of the registers over 1,000 schools of 30 pairs against the same over 10 schools of 30 pairs.

``python -m tests.bench.registers`` prints from one interleaved run the ratio of medians of each page, large base to
small, and ``growth``, the worst of the lists; ``queries_equal`` says that each page sent as many statements in both.
The rows are put in by bulk inserts.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import event, insert

from roadmap import create_app, migrations
from roadmap.access import Role
from roadmap.accounts.service import add_user, hash_password
from roadmap.config import Config
from roadmap.database import db
from roadmap.language import search_key, sort_key
from roadmap.registers.models import MenteeCard, MentorCard, Mentorship, MentorshipMember, Participant
from roadmap.schools.models import School
from roadmap.schools.service import add_municipality

SMALL, LARGE, PAIRS, ROUNDS, WARM = 10, 1_000, 30, 20, 2
PASSWORD = "bench-plain-words"
SEPTEMBER = date(2025, 9, 1)
MADE = datetime(2025, 9, 1, 3, 0, tzinfo=UTC)
SURNAMES = "Иванов Петров Сидоров Кузнецов Смирнов Попов Волков Зайцев Орлов Лебедев Козлов Новиков Морозов Ёлкин"
NAMES = "Иван Пётр Олег Семён Юрий Артём Глеб Денис Егор Захар"
PATRONYMICS = "Иванович Петрович Олегович Семёнович Юрьевич Глебович Егорович"
HEAD = {
    "head_mentors": "/register/mentors",
    "head_mentees": "/register/mentees",
    "head_pairs": "/register/pairs",
    "head_free": "/register/mentees?state=free",
    "head_pairs_named": "/register/pairs?q=елкин",
}
OFFICE = {
    "office_mentors": "/register/mentors",
    "office_mentees": "/register/mentees",
    "office_pairs": "/register/pairs",
    "office_free": "/register/mentees?state=free",
    "office_named": "/register/mentees?q=елкин",
    "office_pairs_named": "/register/pairs?q=елкин",
    "office_nobody": "/register/pairs?q=яяяя",
}
LISTS = ("head_mentors", "head_mentees", "head_pairs", "office_mentors", "office_mentees", "office_pairs")


class Base:
    """A base of some schools with a head and a methodist signed in."""

    def __init__(self, folder: Path, schools: int) -> None:
        folder.mkdir(parents=True)
        self.app = _app(folder)
        with self.app.app_context():
            migrations.upgrade()
            _fill(schools)
        self.clients = {username: self._signed_in(username) for username in ("head", "methodist")}

    def _signed_in(self, username: str) -> Any:
        client = self.app.test_client()
        answer = client.post("/login", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def get(self, name: str) -> str:
        client, path = ("head", HEAD[name]) if name in HEAD else ("methodist", OFFICE[name])
        answer = self.clients[client].get(path)
        assert answer.status_code == 200, path
        text: str = answer.text
        return text

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Statements sent to the database meanwhile."""
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield statements
        event.remove(engine, "before_cursor_execute", note)


def measure() -> dict[str, float]:
    """Ratios by page, ``growth`` the worst of the lists and ``search_growth`` of the searches and filters, which read a
    whole municipality's index; times of the large base in ms, and the sizes used."""
    pages = [*HEAD, *OFFICE]
    with tempfile.TemporaryDirectory() as folder:
        bases = {size: Base(Path(folder) / str(size), size) for size in (SMALL, LARGE)}
        times: dict[tuple[str, int], list[float]] = {(name, size): [] for name in pages for size in bases}
        queries: dict[str, set[int]] = {name: set() for name in pages}
        for name in pages:
            for base in bases.values():
                base.get(name)
                with base.counted() as statements:
                    base.get(name)
                queries[name].add(len(statements))
        for round_ in range(ROUNDS + WARM):
            for name in pages:
                for size, base in bases.items():
                    start = time.perf_counter()
                    base.get(name)
                    if round_ >= WARM:
                        times[name, size].append(time.perf_counter() - start)
    median = {key: statistics.median(values) for key, values in times.items()}
    ratios = {name: round(median[name, LARGE] / median[name, SMALL], 2) for name in pages}
    return {
        "growth": max(ratios[name] for name in LISTS),
        "search_growth": max(ratios[name] for name in pages if name not in LISTS),
        **ratios,
        "queries_equal": all(len(counts) == 1 for counts in queries.values()),
        **{f"{name}_ms": round(median[name, LARGE] * 1000, 1) for name in pages},
        "schools": LARGE,
        "small_schools": SMALL,
        "pairs_a_school": PAIRS,
    }


def _app(folder: Path) -> Flask:
    app = create_app(
        Config(
            data=folder,
            database_url=f"sqlite:///{folder / 'bench.db'}",
            secret_key="bench-only-secret-key-of-some-length",
            mode="demo",
            timezone=ZoneInfo("Asia/Krasnoyarsk"),
            testing=True,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _fill(schools: int) -> None:
    municipality = add_municipality("b1", "Район", "Района")
    chance = random.Random(7)
    ids = [uuid.uuid4() for _ in range(schools)]
    db.session.execute(insert(School), [_school(municipality.id, key, n) for n, key in enumerate(ids, start=1)])
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Participant, MentorCard, MenteeCard, Mentorship, MentorshipMember)
    }
    for key in ids:
        for n in range(PAIRS):
            _pair(rows, municipality.id, key, n, chance)
    for model, values in rows.items():
        db.session.execute(insert(model), values)
    head = add_user(
        municipality.id, "head", "Ларина Ольга Павловна", [Role.HEAD], school=db.session.get_one(School, ids[0])
    )
    methodist = add_user(municipality.id, "methodist", "Смирнова Елена Викторовна", [Role.METHODIST])
    head.password_hash = methodist.password_hash = hash_password(PASSWORD)
    db.session.commit()


def _school(municipality_id: uuid.UUID, key: uuid.UUID, n: int) -> dict[str, Any]:
    name = f"Школа № {n}"
    return {
        "id": key,
        "municipality_id": municipality_id,
        "code": f"b1-{n:04}",
        "short_name": name,
        "full_name": name,
        "full_name_gen": f"Школы № {n}",
        "sort_key": sort_key(name),
        "since": SEPTEMBER,
        "created_at": MADE,
    }


def _pair(
    rows: dict[Any, list[dict[str, Any]]],
    municipality_id: uuid.UUID,
    school_id: uuid.UUID,
    n: int,
    chance: random.Random,
) -> None:
    here = {"municipality_id": municipality_id, "school_id": school_id, "created_at": MADE}
    mentor, mentee, pair = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    started = SEPTEMBER + timedelta(days=chance.randrange(200))
    for key, number, kind in ((mentor, 2 * n + 1, "teacher"), (mentee, 2 * n + 2, "pupil")):
        name = " ".join(map(chance.choice, (SURNAMES.split(), NAMES.split(), PATRONYMICS.split())))
        person = {"id": key, "number": number, "full_name": name, "kind": kind, "names_verified": True, "sex": "male"}
        rows[Participant].append(here | person | {"sort_key": sort_key(name), "search_key": search_key(name)})
    rows[MentorCard].append({"participant_id": mentor, "entered_on": SEPTEMBER})
    rows[MenteeCard].append({"participant_id": mentee, "entered_on": SEPTEMBER})
    about = {"form": "teacher_pupil", "kind": "one_to_one", "state": "approved", "starts_on": started}
    rows[Mentorship].append(
        here | about | {"id": pair, "mentor_id": mentor, "order_number": "1", "order_on": SEPTEMBER}
    )
    member = {"mentorship_id": pair, "participant_id": mentee, "position": 0, "since": started}
    rows[MentorshipMember].append({"id": uuid.uuid4(), **member})


if __name__ == "__main__":
    print(json.dumps(measure()))
