"""Numbers, years, figures and proofs of papers, over the services and the command line."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import factories
import pytest
from application import ZONE
from docx import Document as open_docx
from sqlalchemy import select

from roadmap import clock, storage
from roadmap.database import db
from roadmap.documents import queries, service
from roadmap.documents.models import Document, SignatoryPeriod
from roadmap.errors import Conflict, WrongState
from roadmap.schools.queries import first_municipality
from roadmap.schools.service import set_setting
from roadmap.submissions.models import SubmissionVersion


def source(kind: str = "D3", code: str = "t1-01") -> Any:
    municipality = first_municipality()
    assert municipality is not None
    return service.source_for(municipality, factories.school(code) if kind == "D3" else None)


def prepare(kind: str = "D3", code: str = "t1-01") -> Document:
    who = "specialist" if kind == "D18" else {"t1-01": "head", "t1-02": "stranger"}[code]
    return service.prepare(queries.spec_of(kind), source(kind, code), "2026", factories.user(who))


def register(document: Document) -> Document:
    service.register_document(document, document.version, None)
    return document


def cells(content: bytes, first_cell: str) -> list[list[str]]:
    """The rows of the one table whose heading begins with these words."""
    found = [t for t in open_docx(io.BytesIO(content)).tables if t.rows[0].cells[0].text == first_cell]
    assert len(found) == 1
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in found[0].rows]


def lines(content: bytes) -> list[str]:
    return [p.text.replace("\u00a0", " ") for p in open_docx(io.BytesIO(content)).paragraphs]


def test_each_owner_counts_its_own_papers(context) -> None:
    for code in ("t1-01", "t1-02"):
        factories.accepted(code)
    made = [prepare(), prepare(), prepare(code="t1-02"), prepare("D18")]
    assert [(one.seq, one.number) for one in made] == [(1, "1"), (2, "2"), (1, "1"), (1, "01-18-01")]


def test_an_aborted_number_is_given_to_the_next(context) -> None:
    factories.accepted("t1-01")
    db.session.commit()
    assert prepare().number == "1"
    db.session.rollback()
    assert prepare().number == "1"
    with pytest.raises(Conflict):
        service.prepare(queries.spec_of("D3"), source(), "2026", None, seen=0)
    assert prepare().number == "2"


def test_the_year_of_a_number_turns_at_the_offices_midnight(context) -> None:
    factories.accepted("t1-01")
    with clock.clock().at(datetime(2026, 12, 31, 23, 59, tzinfo=ZONE)):
        old = prepare()
    with clock.clock().at(datetime(2027, 1, 1, 0, 1, tzinfo=ZONE)):  # 17:01 of the day before in UTC
        new = prepare()
        with pytest.raises(WrongState, match="в прошлом году"):
            register(old)
        assert service.annul_last_year(clock.today()) == 1
        register(new)
    assert [(one.journal.year, one.number, one.state) for one in (old, new)] == [
        (2026, "1", "annulled"),
        (2027, "1", "registered"),
    ]
    assert (old.annulled_reason, new.registered_on) == ("Не подписан до 31 декабря.", date(2027, 1, 1))


def test_a_paper_is_registered_on_the_last_day_of_its_year(context) -> None:
    factories.accepted("t1-01")
    made = prepare()
    with clock.clock().at(datetime(2026, 12, 31, 23, 59, tzinfo=ZONE)):
        register(made)
    assert made.registered_on == date(2026, 12, 31)


def test_a_new_template_leaves_registered_bytes_alone(context, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.accepted("t1-01")
    first = register(prepare())
    assert first.sha256 is not None
    before = storage.get(first.sha256)
    other = service.factory_template(queries.spec_of("D18"))
    monkeypatch.setattr(service, "factory_template", lambda _spec: other)
    assert storage.get(first.sha256) == before
    assert first.manifest["document_sha256"] == first.sha256
    assert first.template_sha256 != service.hashlib.sha256(other).hexdigest()


def test_the_summary_equals_an_independent_sum_of_the_answers(context) -> None:
    """1 of 10 and 90 of 100 make 82,7 %, never 50,0 %."""
    factories.accepted("t1-01", pupil_mentees=1)
    factories.accepted("t1-02", pupil_mentees=90, mentees_pupils=95, pairs=7)
    versions = db.session.scalars(select(SubmissionVersion)).all()
    by_mentees = {row.answers["pupil_mentees"]: row for row in versions}
    for mentees, pupils in ((1, 10), (90, 100)):
        by_mentees[mentees].facts = by_mentees[mentees].facts | {"pupils_10_19": pupils}
    db.session.flush()
    document = register(prepare("D18"))
    content = storage.get(document.sha256 or "")
    answers = [row.answers for row in versions]

    def total(*names: str) -> str:
        return str(sum(answer[name] for answer in answers for name in names))

    assert cells(content, "Пар и групп")[1] == [
        total("pairs"),
        total("mentors"),
        total("mentees_pupils", "mentees_teachers"),
        total("mentees_pupils"),
        total("mentees_teachers"),
    ]
    first = next(t for t in open_docx(io.BytesIO(content)).tables if t.rows[0].cells[1].text == "Показатель").rows[1]
    assert [cell.text.replace("\u00a0", " ") for cell in first.cells][2:5] == [
        "91 из 110",
        "план не установлен",
        "82,7 %",
    ]
    table = open_docx(io.BytesIO(content)).tables[-1]
    shares = [row.cells[5].text.replace("\u00a0", " ") for row in table.rows[2:]]
    assert shares == ["10,0 %", "90,0 %", "82,7 %"]
    assert ("Нет принятых отчётов: Школа № 3 (Первый район). Показатели этих ОО в справке не учтены.") in lines(content)
    proof = document.manifest["figures"]["indicators.0.fact"]
    assert (proof["printed"].replace("\u00a0", " "), proof["how"]) == (
        "82,7 %",
        "наставляемые 10–19 лет / обучающиеся 10–19 лет: 91 / 110 × 100",
    )
    assert {s["id"] for s in proof["sources"] if s["kind"] == "submission"} == {str(row.id) for row in versions}


def test_nothing_to_divide_by_and_nothing_asked(context) -> None:
    silent = {f"mentees_{what}": None for what in ("satisfied", "before", "after")}
    factories.accepted("t1-01", early_career_mentees=0, mentees_surveyed=0, **silent)
    version = db.session.scalars(select(SubmissionVersion)).one()
    version.facts = version.facts | {"early_career_teachers": 0}
    db.session.flush()
    content = service.render(queries.spec_of("D3"), source(), "2026", service.Head()).content
    table = next(t for t in open_docx(io.BytesIO(content)).tables if t.rows[0].cells[1].text == "Показатель")
    assert [cell.text for cell in table.rows[3].cells][2:5] == ["0 из 0", "план не установлен", "–"]
    assert "К показателю 3: не рассчитывается: нет молодых специалистов." in lines(content)
    assert cells(content, "Участники")[1] == [
        "наставляемые",
        "0",
        "0",
        *["опрос не проводился"] * 3,
        "–",
    ]


def test_the_frame_comes_from_settings_and_stored_forms(context) -> None:
    factories.accepted("t1-01")
    school = factories.school("t1-01")
    school.place, school.phone = "п. Тея", "8 (39160) 2-11-11"
    municipality = school.municipality
    municipality.name_gen = "Северо-Енисейского района"
    set_setting(municipality.id, "office_place", "гп Северо-Енисейский", date(2026, 1, 1))
    own = lines(service.render(queries.spec_of("D3"), source(), "2026", service.Head()).content)
    assert own[:5] == ["ПРОЕКТ", school.full_name, "тел. 8 (39160) 2-11-11", "СПРАВКА", "п. Тея"]
    summary = lines(service.render(queries.spec_of("D18"), source("D18"), "2026", service.Head()).content)
    assert summary[1:5] == [
        "Управление образования, Первый район",
        "СПРАВКА",
        "гп Северо-Енисейский",
        "О реализации и эффективности программ наставничества в образовательных организациях "
        "Северо-Енисейского района за 2025/2026 учебный год",
    ]


def test_the_command_makes_the_pages_preview(app, browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with app.app_context():
        factories.accepted("t1-01")
        db.session.commit()
    out, manifest = tmp_path / "f.docx", tmp_path / "m.json"
    run = app.test_cli_runner().invoke(
        args=["documents", "render", "D18", "--out", str(out), "--manifest", str(manifest)]
    )
    assert run.exit_code == 0, run.output
    assert out.read_bytes() == browser("specialist").get("/documents/new/D18/2026/preview").data
    proof = json.loads(manifest.read_text("utf-8"))
    assert (proof["kind"], proof["period"], proof["figures"]["people.pairs"]["value"]) == ("D18", "2026", "12")
    kinds = app.test_cli_runner().invoke(args=["documents", "kinds", "--json"])
    assert [(row["kind"], row["scope"], row["measure"]) for row in json.loads(kinds.output)][:2] == [
        ("D3", "school", "school_report"),
        ("D18", "municipality", "school_report"),
    ]
    with app.app_context():
        assert db.session.scalars(select(Document)).all() == []


def test_who_signs_when_several_entries_meet(context) -> None:
    """A substitute, then the one for this kind, then the one who began later; each only on its days."""
    municipality = first_municipality()
    assert municipality is not None

    def add(name: str, first: date, last: date | None, kind: str = "", acting: bool = False) -> None:
        row = SignatoryPeriod(
            municipality_id=municipality.id,
            school_id=None,
            kind=kind,
            post="Начальник",
            name=name,
            acting=acting,
            order_number="№ 1" if acting else "",
            valid_from=first,
            valid_to=last,
        )
        service.add_signatory(row, None)

    add("Любой", date(2026, 1, 1), None)
    add("Для справки", date(2025, 1, 1), date(2026, 6, 20), kind="D18")
    add("Замещает", date(2026, 6, 5), date(2026, 6, 10), acting=True)
    days = [date(2025, 12, 31), date(2026, 6, 4), date(2026, 6, 5), date(2026, 6, 10), date(2026, 6, 20)]
    found = [queries.signatory_on(municipality.id, None, "D18", day) for day in [*days, date(2026, 6, 21)]]
    names = [row.name for row in found if row]
    assert names == ["Для справки", "Для справки", "Замещает", "Замещает", "Для справки", "Любой"]
