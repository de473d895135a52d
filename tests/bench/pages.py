"""Pages against a bare «hello» in the same application: the queue of 50 rows out of many submissions.

``python -m tests.bench.pages`` prints ratios from one interleaved run: ``full`` page, ``fragment``, and ``growth``, the
full page over the large base against the same page over the small one.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from roadmap import create_app, migrations
from roadmap.access import Role, public
from roadmap.accounts.models import User
from roadmap.accounts.service import add_user, hash_password
from roadmap.config import Config
from roadmap.database import db
from roadmap.demo import add_founding_editions
from roadmap.plan.models import Measure, Occurrence
from roadmap.plan.queries import newest_published
from roadmap.schools.models import Municipality, School
from roadmap.schools.service import SchoolDetails, add_municipality, add_school
from roadmap.submissions.models import State, Submission

SCHOOLS, SMALL, LARGE, ROUNDS = 20, 1_000, 100_000, 40
PASSWORD = "bench-plain-words"
STATES = (State.SUBMITTED, State.RETURNED, *[State.ACCEPTED] * 8)


def measure() -> dict[str, float]:
    """Medians of interleaved calls, each divided by the bare page's; with the sizes used."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (_client(Path(folder) / str(size), size) for size in (SMALL, LARGE))
        calls: dict[str, Callable[[], object]] = {
            "hello": lambda: large.get("/hello"),
            "full": lambda: large.get("/queue"),
            "fragment": lambda: large.get("/queue", headers={"HX-Request": "true"}),
            "small": lambda: small.get("/queue"),
        }
        times: dict[str, list[float]] = {name: [] for name in calls}
        for round_ in range(ROUNDS + 3):
            for name, call in calls.items():
                start = time.perf_counter()
                call()
                if round_ >= 3:
                    times[name].append(time.perf_counter() - start)
        median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "full": round(median["full"] / median["hello"], 2),
        "fragment": round(median["fragment"] / median["hello"], 2),
        "growth": round(median["full"] / median["small"], 2),
        "hello_ms": round(median["hello"] * 1000, 3),
        "full_ms": round(median["full"] * 1000, 3),
        "submissions": LARGE,
        "small_submissions": SMALL,
    }


def _client(folder: Path, size: int):  # type: ignore[no-untyped-def]
    """A methodist's signed-in client over a base of ``size`` submissions."""
    folder.mkdir(parents=True)
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
    app.add_url_rule("/hello", "hello", public(lambda: "hello"))
    with app.app_context():
        migrations.upgrade()
        _fill(size)
    client = app.test_client()
    answer = client.post("/login", data={"username": "methodist", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    assert client.get("/queue").text.count("/submissions/") >= 50
    return client


def _fill(size: int) -> None:
    municipality = add_municipality("b1", "Район", "Района")
    schools = [
        add_school(municipality.id, f"b1-{n:03}", SchoolDetails(f"Школа № {n}", f"Школа № {n}", f"Школы № {n}"))
        for n in range(1, SCHOOLS + 1)
    ]
    add_founding_editions(municipality.id)
    user = add_user(municipality.id, "methodist", "Смирнова Елена Викторовна", [Role.METHODIST])
    user.password_hash = hash_password(PASSWORD)
    _submissions(municipality, schools, user, size)
    db.session.commit()


def _submissions(municipality: Municipality, schools: list[School], user: User, size: int) -> None:
    edition = newest_published(municipality.id)
    assert edition is not None
    measure_id = db.session.scalars(
        select(Measure.id).where(Measure.edition_id == edition.id, Measure.module == "school_report")
    ).one()
    start = datetime(2020, 1, 1, tzinfo=UTC)
    occurrences, submissions = [], []
    for n in range(size):
        school = schools[n % len(schools)]
        key, sent = uuid.uuid4(), start + timedelta(minutes=n)
        occurrences.append(
            {
                "id": key,
                "municipality_id": municipality.id,
                "measure_id": measure_id,
                "school_id": school.id,
                "period": f"{1500 + n // SCHOOLS // 12}-{n // SCHOOLS % 12 + 1:02}",
                "period_start": date(2026, 1, 1),
                "period_end": date(2026, 6, 10),
                "opens_on": date(2026, 5, 1),
                "due": date(2026, 6, 10),
            }
        )
        submissions.append(
            {
                "id": uuid.uuid4(),
                "municipality_id": municipality.id,
                "school_id": school.id,
                "occurrence_id": key,
                "state": STATES[n % len(STATES)].value,
                "draft": {},
                "form_version": 1,
                "saved_at": sent,
                "number": 1,
                "first_sent_at": sent,
                "sent_at": sent,
                "sent_by_id": user.id,
            }
        )
    db.session.execute(insert(Occurrence), occurrences)
    db.session.execute(insert(Submission), submissions)


if __name__ == "__main__":
    print(json.dumps(measure()))
