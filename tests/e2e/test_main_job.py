"""The whole way in a real browser: the head fills in and sends, the methodist returns, the head corrects, the methodist
accepts, the head's справка and the municipal one are registered; their figures equal an independent sum."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import docx
import factories
import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from roadmap.catalogue import school_report
from roadmap.catalogue.school_report_form import SchoolReportForm
from roadmap.database import db
from roadmap.forms import Rows
from roadmap.submissions.models import State, Submission

ANSWERS = school_report.EXAMPLE
OTHER = {"pupil_mentees": 17, "mentees_pupils": 20, "mentors": 21}


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (360, False)])
def test_main_job(app, people, server, tmp_path: Path, width: int, scripts: bool):
    with app.app_context():
        factories.accepted("t1-02", **OTHER)
        occurrence_id = factories.occurrence("t1-01").id
        db.session.commit()

    head = people("head", width, scripts)
    head.goto(f"{server}/occurrences/{occurrence_id}")
    head.get_by_role("button", name=re.compile("Начать|Заполнить")).first.click()
    _fill(head, mentors=12)
    head.get_by_role("button", name="Подписать и отправить").click()
    head.get_by_text("Отчёт отправлен на проверку, версия 1").wait_for()
    _no_sideways_scroll(head, width)

    methodist = people("methodist", width, scripts)
    methodist.goto(f"{server}/queue")
    _no_sideways_scroll(methodist, width)
    methodist.get_by_role("link", name=re.compile(r"Школа № 1")).first.click()
    methodist.locator("textarea[name=reason]:visible, details:has(textarea[name=reason]) summary").first.click()
    methodist.locator("textarea[name=reason]").first.fill("Наставников в базе 11, а не 12.")
    methodist.get_by_role("button", name="Вернуть на доработку").last.click()
    methodist.get_by_text("Отчёт возвращён школе").wait_for()

    head.goto(f"{server}/")
    head.get_by_text("Наставников в базе 11, а не 12.").first.wait_for()
    submission_id, _ = _report(app)
    head.goto(f"{server}/submissions/{submission_id}/edit/people")
    head.locator("[name=mentors]").fill(str(ANSWERS["mentors"]))
    head.get_by_role("button", name="Сохранить и далее").click()
    head.wait_for_url("**/edit/quality")
    head.goto(f"{server}/submissions/{submission_id}/check")
    head.get_by_role("button", name="Подписать и отправить").click()
    head.get_by_text("Отчёт отправлен на проверку, версия 2").wait_for()

    methodist.goto(f"{server}/submissions/{submission_id}")
    methodist.get_by_role("button", name="Принять").last.click()
    methodist.get_by_text("Отчёт принят").wait_for()
    assert _report(app) == (submission_id, State.ACCEPTED)

    own = _registered_document(head, server, "D3", tmp_path / "d3.docx")
    assert "Иванова" not in own and str(ANSWERS["pairs"]) in own
    summary = _registered_document(people("specialist", width, scripts), server, "D18", tmp_path / "d18.docx")
    total = ANSWERS["mentors"] + OTHER["mentors"]
    mentees = ANSWERS["mentees_pupils"] + OTHER["mentees_pupils"]
    assert f"| {total} |" in summary
    assert f"| {mentees} |" in summary
    assert "по данным 2 из 3" in summary.lower().replace("\u00a0", " ")
    assert "Школа № 3" in summary
    share = (ANSWERS["pupil_mentees"] + OTHER["pupil_mentees"]) * 100 / (2 * _pupils_10_19())
    assert f"{share:.1f}".replace(".", ",") + "\u00a0%" in summary
    _opens_in_libreoffice(tmp_path / "d18.docx")


def _fill(page: Page, **changes: object) -> None:
    """Every step as a person fills it: rows are added by their button, then each field is typed or chosen."""
    draft = SchoolReportForm.to_draft(ANSWERS | changes)
    blank = SchoolReportForm({}, {})
    for step in SchoolReportForm.STEPS:
        page.wait_for_url(f"**/edit/{step.key}")
        for name in step.fields:
            if isinstance(blank[name], Rows):
                for index, _ in enumerate(ANSWERS[name]):
                    page.locator(f"button[name=add_row][value={name}]").click()
                    page.locator(f"[name={name}-{index}-uid]").wait_for(state="attached")
        for name in sorted(SchoolReportForm.step_names(step.key, draft)):
            for value in draft[name]:
                _enter(page, name, value)
        page.get_by_role("button", name="Сохранить и далее").click()
    page.wait_for_url("**/check")


def _enter(page: Page, name: str, value: str) -> None:
    control = page.locator(f"[name={name}]").first
    kind = control.get_attribute("type") or ""
    if kind in ("radio", "checkbox"):
        page.locator(f"[name={name}][value='{value}']").check()
    elif control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    elif kind != "hidden":
        control.fill(value)


def _registered_document(page: Page, server: str, kind: str, target: Path) -> str:
    page.goto(f"{server}/documents/new/{kind}/2026")
    page.get_by_role("button", name="Подготовить к подписанию").click()
    page.wait_for_url(re.compile(r"/documents/[0-9a-f-]{36}$"))
    for button in page.get_by_role("button", name=re.compile("Зарегистрировать")).all():
        if button.is_visible():
            button.click()
            break
    page.get_by_text("Документ зарегистрирован").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Скачать")).first.click()
    download.value.save_as(target)
    return _text(target.read_bytes())


def _text(content: bytes) -> str:
    """Paragraphs, and rows of tables as «| a | b |»."""
    document = docx.Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["| " + " | ".join(cell.text for cell in row.cells) + " |" for row in table.rows]
    return "\n".join(lines)


def _pupils_10_19() -> int:
    return sum(count for year, count in factories.PUPILS.items() if 10 <= 2026 - year <= 19)


def _report(app) -> tuple[uuid.UUID, str]:
    """Id and state of the first school's report."""
    with app.app_context():
        query = select(Submission.id, Submission.state).where(Submission.school_id == factories.school("t1-01").id)
        found = db.session.execute(query).one()
        db.session.rollback()
        return found.id, found.state


def _no_sideways_scroll(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _opens_in_libreoffice(path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        assert os.environ.get("CI") != "true", "LibreOffice is missing: apt-get install libreoffice-writer-nogui"
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui")
    command = [office, f"-env:UserInstallation=file://{path.parent / 'profile'}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=120)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
