"""The demo on several office dates: the same on each load, nothing in the future, alive, whole, and believable."""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Date, DateTime, create_engine, func, make_url, select, text

from roadmap import clock, create_app, demo, migrations, storage
from roadmap.accounts.models import User
from roadmap.accounts.service import check_password
from roadmap.audit import service as audit
from roadmap.boards import queries as boards
from roadmap.config import Config
from roadmap.database import Base, db
from roadmap.demo.scan import demo_scan
from roadmap.documents.models import Document, Incoming
from roadmap.plan.models import Edition, Measure, Occurrence, OccurrenceState
from roadmap.schools.models import Municipality, School, SchoolCard, Setting
from roadmap.schools.queries import first_municipality
from roadmap.submissions import service as submissions
from roadmap.submissions.models import State, Submission, SubmissionEvent, SubmissionVersion

ZONE = ZoneInfo("Asia/Krasnoyarsk")
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
NOVEMBER, JUNE = date(2026, 11, 24), date(2026, 6, 8)
DAYS = (date(2025, 3, 10), JUNE, NOVEMBER, date(2027, 12, 30))
SCHOOLS = [f"se-0{number}" for number in range(1, 8)]
ACCOUNTS = {
    *(f"head-{number}" for number in range(1, 8)),
    *("curator-1", "specialist", "methodist", "pds", "admin"),
    *("other-head", "other-head-2", "other-specialist", "other-methodist"),
}


def build(folder: Path, day: date, hour: int = 10) -> Flask:
    """An installation with the demo loaded on a day, at an hour of the office."""
    url = f"sqlite:///{folder / 'roadmap.db'}"
    if POSTGRES:
        name = f"demo_{uuid.uuid4().hex[:12]}"
        engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    app = create_app(
        Config(
            data=folder,
            database_url=url,
            secret_key="test-only-secret-key-of-some-length",
            mode="demo",
            timezone=ZONE,
            now=datetime(day.year, day.month, day.day, hour, tzinfo=ZONE),
            testing=True,
        )
    )
    with app.app_context():
        migrations.upgrade()
        assert demo.load() is True
        db.session.commit()
        db.session.remove()
    return app


def drop(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        name = db.engine.url.database
        db.engine.dispose()
    if POSTGRES:
        engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[date], Flask]]:
    """The installation of a day, built once: a load takes seconds."""
    built: dict[date, Flask] = {}

    def of(day: date) -> Flask:
        if day not in built:
            built[day] = build(tmp_path_factory.mktemp("demo"), day)
        return built[day]

    yield of
    for app in built.values():
        drop(app)


@pytest.fixture(params=DAYS, ids=str)
def loaded(request: pytest.FixtureRequest, installed: Callable[[date], Flask]) -> tuple[Flask, date]:
    return installed(request.param), request.param


@pytest.fixture
def november(installed: Callable[[date], Flask]) -> Flask:
    return installed(NOVEMBER)


@pytest.fixture
def june(installed: Callable[[date], Flask]) -> Flask:
    return installed(JUNE)


def dump(app: Flask) -> dict[str, list[str]]:
    """Every table's rows as sorted JSON, without password hashes, whose salt is random."""
    with app.app_context():
        found = {}
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "password_hash"]
            rows = db.session.execute(select(*columns))
            found[table.name] = sorted(json.dumps([str(v) for v in row], ensure_ascii=False) for row in rows)
        db.session.remove()
    return found


def test_accounts_have_the_documented_password(november: Flask):
    with november.app_context():
        users = db.session.scalars(select(User)).all()
        assert {user.username for user in users} == ACCOUNTS
        assert len({user.password_hash for user in users}) == 1
        assert check_password(users[0].password_hash or "", "demo-2026")
        schools = {user.username: user.school.code for user in users if user.school and user.username[0] in "hc"}
        assert schools == {f"head-{n}": f"se-0{n}" for n in range(1, 8)} | {"curator-1": "se-01"}
        first = first_municipality()
        assert first is not None
        assert [school.code for school in sorted(first_schools(first), key=lambda one: one.code)] == SCHOOLS


def first_schools(municipality: Municipality) -> list[School]:
    return list(db.session.scalars(select(School).where(School.municipality_id == municipality.id)))


def test_second_load_changes_nothing(november: Flask):
    before = dump(november)
    with november.app_context():
        assert demo.load() is False
        db.session.commit()
    assert dump(november) == before
    runner = november.test_cli_runner()
    answer = runner.invoke(args=["demo", "load"])
    assert (answer.exit_code, answer.output) == (0, "Демонстрационные данные уже загружены.\n")
    assert dump(november) == before


def test_two_loads_of_a_day_are_equal_at_any_hour(november: Flask, tmp_path: Path):
    again = build(tmp_path, NOVEMBER, hour=17)
    try:
        assert dump(again) == dump(november)
    finally:
        drop(again)


def test_nothing_lies_in_the_future(loaded: tuple[Flask, date]):
    app, day = loaded
    planned = {"occurrence", "edition", "measure", "signatory_period"}
    terms = {"ends_on", "valid_to", "period_end", "check_by", "planned_on"}
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    with app.app_context():
        checked = 0
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, DateTime) or "DateTime" in type(column.type).__name__:
                    latest = db.session.scalar(select(func.max(column)))
                    assert latest is None or latest <= midnight.astimezone(UTC), (table.name, column.name)
                elif isinstance(column.type, Date) and not (
                    table.name in planned | {"submission", "setting"} or column.name in terms
                ):
                    latest = db.session.scalar(select(func.max(column)))
                    assert latest is None or latest < day, (table.name, column.name)
                else:
                    continue
                checked += 1
        assert checked > 15


def test_journal_and_storage_are_whole(loaded: tuple[Flask, date]):
    with loaded[0].app_context():
        assert list(audit.verify()) == []
        assert list(storage.damaged()) == []


def test_history_runs_forward(loaded: tuple[Flask, date]):
    """Each report's timeline and each municipality's journal only go on."""
    with loaded[0].app_context():
        for events in db.session.scalars(select(Submission)).all():
            times = [event.at for event in sorted(events.events, key=lambda one: one.at)]
            assert times == sorted(set(times))
        rows = db.session.execute(text("SELECT chain, seq, at FROM audit_event ORDER BY chain, seq")).all()
        for before, after in pairwise(rows):
            assert before.chain != after.chain or before.at <= after.at


def test_the_past_is_lived_in(loaded: tuple[Flask, date]):
    """Everything is done but a handful of the latest; 2022–2024 is closed and has nothing overdue."""
    app, day = loaded
    with app.app_context():
        for municipality in db.session.scalars(select(Municipality)):
            tasks = boards.tasks(municipality.id)
            reports = [task for task in tasks if task.has_form or task.occurrence.due < day]
            red = [task for task in reports if task.state is OccurrenceState.OVERDUE]
            assert len(red) <= 4
            assert all(task.occurrence.due >= day - timedelta(days=45) for task in red)
            old = [task for task in tasks if task.occurrence.due <= date(2025, 1, 20)]
            assert {task.state for task in old} <= {
                OccurrenceState.ACCEPTED,
                OccurrenceState.LATE_ACCEPTED,
                OccurrenceState.NOT_REQUIRED,
            }
            assert {task.occurrence.closed_on for task in old} == {date(2025, 1, 31)}
            states = Counter(task.state for task in tasks)
            late, done = states[OccurrenceState.LATE_ACCEPTED], states[OccurrenceState.ACCEPTED]
            assert 0.02 < late / (late + done) < 0.2


def test_a_newcomer_sees_work_of_every_kind(loaded: tuple[Flask, date]):
    """Something waits, something was given back with a reason, a draft, and one not begun; the schools' two kinds."""
    app, day = loaded
    with app.app_context():
        first = first_municipality()
        assert first is not None
        tasks = boards.tasks(first.id, Occurrence.school_id.is_not(None), Occurrence.opens_on <= day)
        states = Counter(task.state for task in tasks)
        assert 2 <= states[OccurrenceState.SUBMITTED] <= 5
        assert 1 <= states[OccurrenceState.RETURNED] <= 3
        assert states[OccurrenceState.NOT_STARTED] >= 1
        drafts = db.session.scalar(select(func.count()).where(Submission.state == State.DRAFT))
        assert drafts is not None and 1 <= drafts <= 7
        for given_back in db.session.scalars(select(Submission).where(Submission.state == State.RETURNED)):
            sent = given_back.last_version
            assert sent is not None and len(sent.reason) > 40
            assert given_back.return_by is not None and given_back.return_by >= day - timedelta(days=4)


def test_every_june_report_that_was_due_is_there(loaded: tuple[Flask, date]):
    app, day = loaded
    settled = [year for year in range(2023, 2028) if date(year, 6, 30) < day]
    with app.app_context():
        rows = db.session.execute(
            select(Occurrence.period, Submission.state)
            .join(Measure, Measure.id == Occurrence.measure_id)
            .join(Submission, Submission.occurrence_id == Occurrence.id)
            .where(Measure.module == "school_report")
        ).all()
        counted = Counter(period for period, _ in rows)
        assert all(counted[str(year)] == 9 for year in settled)
        pending = Counter(period for period, state in rows if state != State.ACCEPTED and int(period) in settled)
        assert sum(pending.values()) <= 1


def test_june_season_shows_one_of_each(june: Flask):
    with june.app_context():
        query = (
            select(School.code, Submission.state)
            .join(Occurrence, Occurrence.school_id == School.id)
            .join(Measure, Measure.id == Occurrence.measure_id)
            .outerjoin(Submission, Submission.occurrence_id == Occurrence.id)
            .where(Measure.module == "school_report", Occurrence.period == "2026", School.code.in_(SCHOOLS))
        )
        assert dict(db.session.execute(query).all()) == {
            "se-01": "returned",
            "se-02": "submitted",
            "se-03": "accepted",
            "se-04": "submitted",
            "se-05": "draft",
            "se-06": None,
            "se-07": "accepted",
        }


def test_resent_report_differs_in_what_the_remark_named(november: Flask):
    """The reviewer's page of changes has something to show, and only that."""
    with november.app_context():
        resent = db.session.scalars(
            select(Submission)
            .join(Occurrence)
            .join(School, School.id == Submission.school_id)
            .where(School.code == "se-02", Occurrence.period == "2026-10")
        ).one()
        assert (resent.state, resent.number) == (State.SUBMITTED, 2)
        last = resent.last_version
        assert last is not None
        (changed,) = submissions.differences(resent, last)
        assert changed.before == changed.after + "-old"
        assert "не открывается" in resent.versions[0].reason


def test_figures_agree_with_the_cards_and_grow(november: Flask):
    """No count above its denominator, in the latest version of every June report; mentees grow over the years."""
    with november.app_context():
        query = (
            select(SubmissionVersion, Occurrence.period, School.code)
            .join(Submission, Submission.id == SubmissionVersion.submission_id)
            .join(Occurrence, Occurrence.id == Submission.occurrence_id)
            .join(Measure, Measure.id == Occurrence.measure_id)
            .join(School, School.id == Submission.school_id)
            .where(Measure.module == "school_report", SubmissionVersion.number == Submission.number)
        )
        mentees: dict[str, dict[str, int]] = {}
        for version, period, code in db.session.execute(query):
            answers, facts = version.answers, version.facts
            assert answers["pupil_mentees"] <= facts["pupils_10_19"]
            assert answers["pupil_mentors"] <= facts["pupils_15_19"]
            assert answers["teachers_involved"] <= facts["teachers"]
            assert answers["early_career_mentees"] <= facts["early_career_teachers"]
            assert answers["mentors_surveyed"] <= answers["mentors"] <= answers["pairs"]
            assert answers["programmes_total"] == answers["pairs"]
            mentees.setdefault(code, {})[period] = answers["pupil_mentees"]
        assert set(mentees) == {*SCHOOLS, "yl-01", "yl-02"}
        for years in mentees.values():
            assert [years[key] for key in sorted(years)] == sorted(years.values())
        sizes = {
            card.school.code: sum(card.pupils.values())
            for card in db.session.scalars(select(SchoolCard).where(SchoolCard.year == 2025))
        }
        assert {code: (300 <= sizes[code] <= 700) for code in SCHOOLS} == {
            code: number < 4 for number, code in enumerate(SCHOOLS)
        }
        assert all(40 <= sizes[code] <= 120 for code in SCHOOLS[4:])


def test_papers_are_numbered_signed_and_received(november: Flask):
    with november.app_context():
        first = first_municipality()
        assert first is not None
        rows = db.session.scalars(select(Document).where(Document.municipality_id == first.id)).all()
        of_2026 = Counter((row.kind, row.state) for row in rows if row.period == "2026")
        assert of_2026 == {
            ("D3", "signed"): 4,
            ("D3", "registered"): 1,
            ("D3", "reserved"): 1,
            ("D18", "annulled"): 1,
            ("D18", "signed"): 1,
        }
        numbers = [row.number for row in rows if row.kind == "D18" and row.period == "2026"]
        assert sorted(numbers) == ["01-18-01", "01-18-02"]
        incoming = db.session.scalars(
            select(Incoming.number)
            .join(Document)
            .where(Document.period == "2025", Incoming.municipality_id == first.id)
            .order_by(Incoming.seq)
        ).all()
        assert incoming == [f"01-19-0{number}" for number in range(1, 8)]


def test_no_target_is_invented(november: Flask):
    """A plan prints only with the source it comes from, and none is known (rules.md 13)."""
    with november.app_context():
        assert db.session.scalars(select(Setting.key).where(Setting.key.like("target%"))).all() == []
        assert "" not in db.session.scalars(select(Setting.source_note)).all()


def test_both_editions_are_in_force_without_a_gap(november: Flask):
    with november.app_context():
        editions = db.session.execute(select(Edition.code, Edition.in_force_from, Edition.in_force_to, Edition.title))
        assert {tuple(row)[:3] for row in editions} == {
            ("2022-2024", date(2022, 10, 1), date(2024, 12, 31)),
            ("2025-2027", date(2025, 1, 1), date(2027, 12, 31)),
        }
        titles = db.session.scalars(select(Edition.title)).all()
        assert not any("Енисейск" in title for title in titles)
        assert not any("Каминская" in row for row in db.session.scalars(select(Measure.responsible)))


def test_clock_stands_still_only_inside(november: Flask):
    moment = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
    with november.app_context():
        with clock.clock().at(moment):
            assert clock.now() == moment
            with pytest.raises(LookupError), clock.clock().at(moment + timedelta(days=1)):
                raise LookupError
            assert clock.now() == moment
        assert clock.today() == NOVEMBER


def test_scan_is_one_page_with_right_offsets():
    scan = demo_scan("01-18-02 (27.06.2025)")
    assert (scan.name, scan.media_type) == ("скан.pdf", "application/pdf")
    start = int(scan.content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    table = scan.content[start:].split(b"\n")
    assert table[:2] == [b"xref", b"0 6"]
    for number, line in enumerate(table[3:8], start=1):
        assert scan.content[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    assert demo_scan("1").content != scan.content


def test_timeline_keeps_the_remark_with_its_return(november: Flask):
    with november.app_context():
        comments = db.session.scalars(
            select(SubmissionEvent.comment).where(SubmissionEvent.verb.in_(("returned", "reopened")))
        ).all()
        assert len(comments) > 10
        assert "" not in comments
