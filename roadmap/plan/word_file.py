"""A Word file's tables as plain rows of cells, read within bounds.

The file comes from outside: its zip directory is checked before anything is inflated, nothing is fetched, and whatever
is wrong with it is said in one Russian sentence.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

LARGEST_FILE = 10 * 2**20
MOST_ENTRIES = 2000
LARGEST_INFLATED = 100 * 2**20
LARGEST_XML = 20 * 2**20
MOST_COLUMNS = 63  # Word's own limit
MOST_ROWS = 5000

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_TEXT, _DELETED = qn("w:t"), {qn("w:del"), qn("w:moveFrom"), qn("w:tbl")}
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


class RoadmapFileError(ValueError):
    """The file can't be read as a roadmap; the message is a Russian sentence for the user."""


@dataclass(frozen=True)
class Cell:
    """``text`` keeps paragraphs apart by line feeds; ``inherited`` = the lower part of a vertically merged cell."""

    column: int
    span: int
    text: str
    inherited: bool = False


Row = tuple[Cell, ...]
Table = tuple[Row, ...]


def read_tables(source: bytes) -> list[Table]:
    """All tables of the document's body in order, nested ones after the one that holds them.

    Raises RoadmapFileError for a file that is too big, damaged, not a .docx, or carries macros.
    """
    _check_archive(source)
    try:
        body = docx.Document(BytesIO(source)).element.body
    except _BROKEN_PACKAGE as error:
        raise RoadmapFileError(_DAMAGED) from error
    if body is None:
        raise RoadmapFileError(_DAMAGED)
    return [_table(element) for element in body.iter(qn("w:tbl"))]


# What zipfile, lxml and python-docx raise on packages that are cut short or whose parts contradict one another.
_BROKEN_PACKAGE = (
    OpcError,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
)
_DAMAGED = "Файл Word повреждён или это не документ .docx – откройте его в Word и сохраните заново."


def _check_archive(source: bytes) -> None:
    if len(source) > LARGEST_FILE:
        raise RoadmapFileError("Файл больше 10 МБ – уберите из него рисунки и сохраните заново.")
    if source.startswith(_OLE_SIGNATURE):
        raise RoadmapFileError("Это старый формат .doc или файл с паролем – сохраните его в Word как .docx без пароля.")
    try:
        entries = zipfile.ZipFile(BytesIO(source)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise RoadmapFileError(_DAMAGED) from error
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_INFLATED:
        raise RoadmapFileError("Файл Word распаковывается в слишком большой объём – он не принят.")
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise RoadmapFileError("В файле есть макросы – сохраните его в Word как обычный документ .docx.")
    if any(entry.file_size > LARGEST_XML for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))):
        raise RoadmapFileError("Текст файла Word слишком велик для дорожной карты – он не принят.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise RoadmapFileError("Файл зашифрован – снимите пароль и сохраните его заново.")


def _table(element: etree._Element) -> Table:
    rows: list[Row] = []
    above: dict[int, str] = {}
    for row in _children(element, qn("w:tr")):
        if len(rows) == MOST_ROWS:
            raise RoadmapFileError(f"В таблице больше {MOST_ROWS} строк – это не дорожная карта.")
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
            rows.append(_row(row, above))
    return tuple(rows)


def _row(element: etree._Element, above: dict[int, str]) -> Row:
    """``above`` maps a grid column to the text of the vertically merged cell that reaches this row."""
    cells: list[Cell] = []
    column = _number(element, "w:trPr/w:gridBefore", 0)
    for cell in _children(element, qn("w:tc")):
        span = max(1, _number(cell, "w:tcPr/w:gridSpan", 1))
        merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        inherited = merged is not None and merged.get(qn("w:val")) != "restart" and column in above
        text = above[column] if inherited else _text(cell)
        if merged is None:
            above.pop(column, None)
        else:
            above[column] = text
        cells.append(Cell(column, span, text, inherited))
        column += span
        if column > MOST_COLUMNS:
            raise RoadmapFileError("В таблице слишком много столбцов – это не дорожная карта.")
    return tuple(cells)


def _number(element: etree._Element, path: str, default: int) -> int:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    value = "" if found is None else str(found.get(qn("w:val"), ""))
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else default


def _children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children with this tag, also inside content controls and tracked insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins")):
            yield from _children(child, tag)


def _text(cell: etree._Element) -> str:
    """The cell's words as Word shows them: tracked insertions in, deletions and nested tables out."""
    paragraphs: list[list[str]] = []
    stack = [cell]
    while stack:
        element = stack.pop()
        if element.tag == qn("w:p"):
            paragraphs.append([])
        elif element.tag == _TEXT and paragraphs:
            paragraphs[-1].append(str(element.text or ""))
        elif element.tag in _BREAKS and paragraphs:
            paragraphs[-1].append(_BREAKS[element.tag])
        if element.tag not in _DELETED:
            stack += reversed(element)
    lines = (" ".join(line.split()) for words in paragraphs for line in "".join(words).split("\n"))
    return "\n".join(line for line in lines if line)
