"""A curator fills the downloaded workbook, uploads it with a mistake, mends it, takes the rows and undoes it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from roadmap.database import db
from roadmap.registers.models import Participant

RIGHT = ("Иванова Мария Петровна", 1979)
WRONG = ("Орлов Иван Ильич", "давно")


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, False)])
def test_import_with_an_error(app, people, server, tmp_path: Path, width: int, scripts: bool):
    curator = people("curator", width, scripts)
    curator.goto(f"{server}/register/excel?kind=mentors")
    with curator.expect_download() as download:
        curator.get_by_role("link", name="Скачать образец").click()
    filled = tmp_path / "наставники.xlsx"
    download.value.save_as(filled)
    _fill(filled, [RIGHT, WRONG])

    curator.locator("#file").set_input_files(filled)
    curator.get_by_role("button", name="Проверить файл").click()
    curator.get_by_text("Строка 3, столбец „Год рождения“", exact=False).wait_for()
    assert _figures(curator) == ["1", "0", "0", "1"]
    assert _names(app) == []

    curator.locator("[name=cell-birth_year]").fill("1985")
    curator.get_by_role("button", name="Проверить строку 3").click()
    curator.get_by_role("button", name="Записать в базу 2 строки").click()
    curator.get_by_text("Загрузку можно отменить целиком", exact=False).wait_for()
    assert _names(app) == [RIGHT[0], WRONG[0]]
    assert curator.evaluate("document.documentElement.scrollWidth") <= width

    curator.locator("summary", has_text="Отменить загрузку").click()
    curator.get_by_role("button", name="Отменить загрузку").click()
    curator.get_by_text("отменена", exact=False).first.wait_for()
    assert _names(app) == []


def _fill(path: Path, rows: list[tuple[str, object]]) -> None:
    """Types the rows under the header of the downloaded workbook, as Excel would."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for number, (name, born) in enumerate(rows, 2):
        sheet.cell(number, header.index("ФИО наставника") + 1, name)
        sheet.cell(number, header.index("Год рождения") + 1, born)
    book.save(path)


def _figures(page) -> list[str]:
    return [text.strip() for text in page.locator(".figure-value").all_inner_texts()]


def _names(app) -> list[str]:
    with app.app_context():
        found = sorted(db.session.scalars(select(Participant.full_name)))
        db.session.rollback()
        return found
