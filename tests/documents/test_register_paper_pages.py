"""Papers of the registers over HTTP: who may make them, the purpose that is asked, what stands in the journal."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import factories
import paper_world as world
import pytest
import register_world as people
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.documents import service
from roadmap.documents.models import Document
from roadmap.schools.service import set_setting
from roadmap.uploads import Upload

BASE = "/documents/new/D12-mentors/2026-06-03"
REGISTRY = "/documents/new/D13/2026-06-03"
BLANK = "/documents/blanks/D17-mentor"
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"
PURPOSE = {"purpose": "inspection"}


def words(html: str) -> str:
    text = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def pair(app) -> str:  # type: ignore[no-untyped-def]
    """The address of the programme of an approved pair of the first school."""
    with app.app_context():
        made = world.pair()
        world.programme(made)
        db.session.commit()
        return f"/documents/new/D11/2026-06-03/of/{made.id}"


def journal(app: Any, verb: str) -> list[dict[str, Any]]:
    with app.app_context():
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == verb).order_by(AuditEvent.id))
        return [{"subject": event.subject_type, **event.details} for event in found]


def test_the_page_of_papers_offers_what_the_role_makes(app, browser, pair) -> None:
    shown = {name: words(browser(name).get("/documents").text) for name in ("head", "curator", "specialist", "pds")}
    offered = {
        name: [
            title
            for title in ("База наставников", "База наставляемых", "Персонализированная программа наставничества")
            if f"{title} –" in text
        ]
        for name, text in shown.items()
    }
    assert offered == {
        "head": ["База наставников", "База наставляемых", "Персонализированная программа наставничества"],
        "curator": [],
        "specialist": [],
        "pds": [],
    }
    assert ["Реестр лучших практик наставничества –" in shown[name] for name in shown] == [False, False, True, False]
    assert ["Бланки согласий (6)" in shown[name] for name in shown] == [True, True, True, False]


@pytest.mark.parametrize(
    ("name", "base", "programme", "registry", "blank"),
    [
        ("head", 200, 200, 404, 200),
        ("curator", 403, 403, 403, 200),
        ("stranger", 200, 404, 404, 200),
        ("methodist", 403, 403, 403, 200),
        ("specialist", 404, 403, 200, 200),
        ("pds", 403, 404, 403, 403),
        ("admin", 403, 404, 403, 403),
        ("other-head", 200, 404, 404, 200),
        ("other-specialist", 404, 404, 200, 200),
    ],
)
def test_who_may_make_what(app, browser, pair, name, base, programme, registry, blank) -> None:
    client = browser(name)
    assert [client.get(path).status_code for path in (BASE, pair, REGISTRY, BLANK)] == [
        base,
        programme,
        registry,
        blank,
    ]
    assert [client.post(f"{path}/preview", PURPOSE).status_code for path in (BASE, pair)] == [base, programme]


def test_another_schools_base_is_that_schools_own(app, browser, pair) -> None:
    taken = browser("stranger").post(f"{BASE}/preview", PURPOSE)
    assert "Иванова1" not in world.text_of(taken.data)
    assert "На эту дату в базе нет наставников." in world.text_of(taken.data)


def test_a_paper_with_names_is_taken_for_a_purpose_that_the_journal_keeps(app, browser, pair) -> None:
    head = browser("head")
    asked = head.get(f"{BASE}/preview")
    assert (asked.mimetype, "Зачем нужен документ" in asked.text) == ("text/html", True)
    refused = head.post(f"{BASE}/preview", {})
    assert (refused.status_code, "Выберите, зачем нужен документ" in refused.text) == (422, True)
    assert journal(app, "document_downloaded") == []
    taken = head.post(f"{BASE}/preview", PURPOSE)
    assert (taken.status_code, world.rows(taken.data, 16)[1][1]) == (200, "Иванова1 Мария Петровна")
    assert world.text_of(taken.data).startswith("ПРОЕКТ")
    head.post(f"{pair}/preview", PURPOSE)
    said = {"period": "2026-06-03", "purpose": "inspection", "count": 1}
    assert journal(app, "document_downloaded") == [
        {"subject": "School", "kind": "D12-mentors", **said},
        {"subject": "Mentorship", "kind": "D11", **said},
    ]


def test_a_base_is_prepared_registered_and_taken_for_a_purpose(app, browser, pair) -> None:
    head = browser("head")
    refused = head.post(BASE, {"seen": "0"})
    assert (refused.status_code, "Выберите, зачем нужен документ" in refused.text) == (422, True)
    made = head.post(BASE, {"seen": "0", "purpose": "paper"})
    assert made.status_code == 303
    assert journal(app, "document_prepared")[-1]["purpose"] == "paper"
    shown = words(head.get(made.location).text)
    assert "База наставников на 3 июня 2026 г." in shown
    address = made.location
    with app.app_context():
        version = db.session.scalars(select(Document)).one().version
    assert head.post(f"{address}/register", {"version": version}).status_code == 303
    assert head.get(f"{address}/file").mimetype == "text/html"
    assert head.post(f"{address}/file", {}).status_code == 422
    taken = head.post(f"{address}/file", PURPOSE)
    assert world.rows(taken.data, 16)[1][1] == "Иванова1 Мария Петровна"
    assert journal(app, "document_downloaded")[-1]["subject"] == "Document"
    assert browser("specialist").post(f"{address}/file", PURPOSE).data == taken.data
    assert browser("stranger").post(f"{address}/file", PURPOSE).status_code == 404
    with app.app_context():
        document = db.session.scalars(select(Document)).one()
        service.attach_scan(document, Upload("scan.pdf", PDF, "application/pdf"), document.version, None)
        db.session.commit()
    assert head.get(f"{address}/scan").mimetype == "text/html"
    assert head.post(f"{address}/scan/take", {}).status_code == 422
    assert head.post(f"{address}/scan/take", PURPOSE).data == PDF
    assert len(journal(app, "document_downloaded")) == 3


def test_a_paper_without_names_needs_no_form(app, browser) -> None:
    with app.app_context():
        world.included()
        db.session.commit()
    specialist = browser("specialist")
    taken = specialist.get(f"{REGISTRY}/preview")
    assert world.rows(taken.data, 10)[1][1] == "Шаг навстречу"
    assert specialist.post(f"{REGISTRY}/preview", PURPOSE).status_code == 400
    made = specialist.post(REGISTRY, {"seen": "0"})
    assert made.status_code == 303
    assert specialist.get(f"{made.location}/file").mimetype.endswith("wordprocessingml.document")


def test_a_programme_is_prepared_from_the_list_of_pairs(app, browser, pair) -> None:
    head = browser("head")
    listed = head.get("/documents/pairs/D11")
    assert f'href="{pair}"' in listed.text
    made = head.post(pair, {"seen": "0", "purpose": "paper"})
    assert made.status_code == 303
    assert "Иванова1 М. П. – Петров1 П. И." in words(head.get(made.location).text)
    assert "№ 1" in words(head.get("/documents/pairs/D11").text)
    assert "На эту дату уже есть документ: № 1" in words(head.get(pair).text)


def test_what_stands_in_the_way_of_a_number_is_said_instead_of_the_button(app, browser) -> None:
    with app.app_context():
        made = world.pair()
        world.programme(made, approve=False)
        db.session.commit()
        address = f"/documents/new/D11/2026-06-03/of/{made.id}"
    head = browser("head")
    text = words(head.get(address).text)
    assert "Подготовить к подписанию пока нельзя. Программа ещё проект" in text
    assert head.post(address, {"seen": "0", "purpose": "paper"}).status_code == 409
    with app.app_context():
        assert db.session.scalars(select(Document)).all() == []


def test_all_programmes_in_one_archive(app, browser, pair) -> None:
    with app.app_context():
        world.programme(world.pair(2))
        world.programme(world.pair(3, "t1-02"))
        db.session.commit()
    head = browser("head")
    assert head.get("/documents/pairs/D11/archive").mimetype == "text/html"
    assert head.post("/documents/pairs/D11/archive", {}).status_code == 422
    taken = head.post("/documents/pairs/D11/archive", PURPOSE)
    with zipfile.ZipFile(io.BytesIO(taken.data)) as files:
        assert files.namelist() == ["001 программа (приказ N 1).docx", "002 программа (приказ N 2).docx"]
    assert (taken.mimetype, journal(app, "document_downloaded")[-1]["count"]) == ("application/zip", 2)
    assert browser("both").post("/documents/pairs/D11/archive", PURPOSE).status_code == 409
    assert browser("specialist").get("/documents/pairs/D11").status_code == 404


def test_a_day_is_chosen_and_not_one_to_come(app, browser) -> None:
    head = browser("head")
    assert 'value="03.06.2026"' in head.get("/documents/on/D12-mentees").text
    chosen = head.get("/documents/on/D12-mentees?on=01.06.2026")
    assert (chosen.status_code, chosen.location) == (303, "/documents/new/D12-mentees/2026-06-01")
    late = head.get("/documents/on/D12-mentees?on=04.06.2026")
    assert (late.status_code, "Эта дата ещё не наступила" in late.text) == (422, True)
    for period in ("2026-06-04", "2026", "2026-13-01", "20260603"):
        assert head.get(f"/documents/new/D12-mentees/{period}").status_code == 404
    assert head.get("/documents/on/D3").status_code == 404
    assert head.get("/documents/new/D11/2026-06-03").status_code == 404


def test_blank_consents_are_printed_for_the_school(app, browser) -> None:
    for name, operator in (("curator", True), ("methodist", False)):
        taken = browser(name).get(BLANK)
        assert ("«Средняя школа № 1»" in world.text_of(taken.data)) is operator
    assert browser("head").get("/documents/blanks/D12-mentors").status_code == 404
    with app.app_context():
        municipality = factories.school("t1-01").municipality_id
        set_setting(municipality, "labour_consent_from", "2026-07-01", people.SEPTEMBER)
        db.session.commit()
    early = browser("head").get("/documents/blanks/D17-labour")
    assert (early.status_code, "не применяется до 1 июля 2026 г." in words(early.text)) == (409, True)
