"""Workbooks as a person at Excel makes them: opened, changed cell by cell, saved."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook

from roadmap.workbooks import writing
from roadmap.workbooks.columns import COLUMNS, Kind


def filled(kind: Kind, *rows: dict[str, Any]) -> bytes:
    """The empty workbook with these values by column key, typed under its header."""
    book = load_workbook(io.BytesIO(writing.workbook(kind)))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    headers = {column.key: column.header for column in COLUMNS[kind]}
    for number, row in enumerate(rows, 2):
        for key, value in row.items():
            sheet.cell(number, places[headers[key]], value)
    return saved(book)


def changed(content: bytes, change: Callable[[Any, Callable[[int, str], Any]], None]) -> bytes:
    """``change(sheet, cell)`` edits the first sheet; ``cell(row, header)`` is a cell by its header."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    change(sheet, lambda row, header: sheet.cell(row, places[header]))
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part rewritten (or added, from b"")."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        for part in names:
            body = source.read(part)
            target.writestr(part, change(body) if part == name else body)
        if name not in names:
            target.writestr(name, change(b""))
    return buffer.getvalue()


def values(content: bytes) -> list[list[Any]]:
    """The first sheet's cells."""
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]
