"""An uploaded workbook → its rows as texts. Guards first: nothing of it is opened before the package has been scanned.

Bounds and hostile files: trust notes, rows 36–39 and 46. Values only: a formula is an error of its cell.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from roadmap.errors import Invalid, TooLarge
from roadmap.fields import SPACES
from roadmap.ooxml import TYPES, Limits, UnsafeDocument, parts, xml_text
from roadmap.uploads import FileKind
from roadmap.workbooks.columns import (
    CLEAR,
    COLUMNS,
    DASHES,
    MAX_COLUMNS,
    MAX_ROWS,
    Column,
    Kind,
    by_header,
    plain_header,
)

LIMIT = 5 * 2**20  # bytes
LIMITS = Limits(file=LIMIT, entries=2_000, part=32 * 2**20, total=50 * 2**20)
LAST_ROW = MAX_ROWS + 1  # the header is row 1
MARK = re.compile(r"tpl:(\w+):v(\d+)")
MERGED = re.compile(r'<(?:\w+:)?mergeCell\b[^>]*\bref="([^"]{1,30})"')
FILLED = re.compile(r'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*>\s*<(?:\w+:)?(?:v|is|f)\b')
TOO_LONG = f"В файле может быть не больше {MAX_ROWS} строк. Удалите лишние строки или разделите файл."
EXCEL_DAYS = range(20_000, 90_000)  # serials of 1954 … 2146: a date that lost its format


@dataclass(frozen=True)
class Row:
    """``number`` as Excel shows it; ``problems`` are of cells that can't be read at all, by column key."""

    number: int
    texts: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


def read(content: bytes, kind: Kind) -> list[Row]:
    """The filled rows of the first sheet. Invalid or TooLarge says in Russian why the file can't be taken."""
    sheets = _scanned(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of features that we don't read
            book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            if not book.worksheets:
                raise Invalid("В файле нет ни одного листа с таблицей.")
            sheet = book.worksheets[0]
            _check_mark(book.properties.keywords or "", kind)
            _check_sheet(sheets.get(str(sheet._worksheet_path).lstrip("/"), ""))
            grid = list(sheet.iter_rows(min_row=1, max_row=LAST_ROW + 1, max_col=MAX_COLUMNS))
            epoch = book.epoch
            book.close()
    except Invalid:
        raise
    except Exception as error:
        # openpyxl raises whatever a broken part happens to break: for the sender it is all one.
        raise Invalid("Файл Excel повреждён: откройте его в Excel, сохраните заново и загрузите.") from error
    if any(cell.value is not None for extra in grid[LAST_ROW:] for cell in extra):
        raise Invalid(TOO_LONG)
    columns = _columns(grid[0] if grid else (), kind)
    return [row for row in _rows(grid[1:], columns, epoch) if row.texts or row.problems]


def _scanned(content: bytes) -> dict[str, str]:
    """The sheets' XML by part name, once the whole package has been found harmless."""
    if len(content) > LIMIT:
        raise TooLarge(f"Файл больше {LIMIT // 2**20} МБ. Уменьшите его и отправьте снова.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("Это старый формат Excel (.xls) или файл с паролем. Сохраните его как «Книга Excel (.xlsx)».")
    sheets: dict[str, str] = {}
    try:
        for name, body in parts(content, LIMITS, ".xlsx"):
            _check_part(name, body)
            text = xml_text(name, body)
            if text is not None and name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheets[name] = text
    except UnsafeDocument as refusal:
        raise Invalid(str(refusal)) from refusal
    return sheets


def _check_part(name: str, body: bytes) -> None:
    lowered = name.lower()
    if name == TYPES:
        if b"macroEnabled" in body or b"vbaProject" in body:
            raise UnsafeDocument("в файле есть макросы. Сохраните его как «Книга Excel (.xlsx)» без макросов")
        if f"{FileKind.XLSX}.main+xml".encode() not in body:
            raise UnsafeDocument("это не книга Excel (.xlsx)")
    if "vbaproject" in lowered or "macrosheets/" in lowered:
        raise UnsafeDocument("в файле есть макросы. Сохраните его как «Книга Excel (.xlsx)» без макросов")
    if "activex" in lowered or "/embeddings/" in lowered or "externallinks/" in lowered:
        raise UnsafeDocument("в файле есть вложенные объекты или связи с другими файлами")


def _check_mark(keywords: str, kind: Kind) -> None:
    """A file of another kind or of an old template; a file without the mark is judged by its header alone."""
    found = MARK.search(keywords)
    if found is None or found[0] == kind.mark:
        return
    known = {one.value: one.label for one in Kind}
    if found[1] != kind.value:
        label = known.get(found[1], found[1])
        raise Invalid(f"Это файл «{label}», а загружается «{kind.label}». Выберите другой файл или другой раздел.")
    raise Invalid("Файл сделан по старому образцу. Скачайте новый и перенесите в него сведения.")


def _check_sheet(xml: str) -> None:
    if merged := MERGED.search(xml):
        raise Invalid(f"В таблице есть объединённые ячейки ({merged[1]}). Разъедините их и загрузите файл снова.")
    for found in FILLED.finditer(xml):
        letters, number = found[1], int(found[2])
        if number > LAST_ROW:
            raise Invalid(f"Заполнена ячейка {letters}{number}. {TOO_LONG}")
        if _index(letters) > MAX_COLUMNS:
            raise Invalid(f"Заполнена ячейка {letters}{number} за пределами таблицы. Удалите лишние столбцы.")


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _columns(header: tuple[Any, ...], kind: Kind) -> dict[int, Column]:
    """Places of the columns that are read; derived ones and those of the user's own are left aside."""
    known, found = by_header(kind), dict[int, Column]()
    for place, cell in enumerate(header):
        column = known.get(plain_header(str(cell.value))) if cell.value is not None else None
        if column is None:
            continue
        if column in found.values():
            raise Invalid(f"Столбец «{column.header}» в первой строке встречается дважды. Оставьте один.")
        found[place] = column
    missing = [one.header for one in COLUMNS[kind] if one.required and one not in found.values()]
    if missing:
        names = ", ".join(f"«{name}»" for name in missing)
        raise Invalid(
            f"На первом листе в первой строке нет столбцов: {names}. Нужен файл «{kind.label}»: "
            "скачайте образец и перенесите в него сведения."
        )
    return {place: column for place, column in found.items() if not column.derived}


def _rows(grid: list[tuple[Any, ...]], columns: dict[int, Column], epoch: datetime) -> Iterator[Row]:
    for number, cells in enumerate(grid, 2):
        row = Row(number, {})
        for place, column in columns.items():
            if place >= len(cells) or cells[place].value is None:
                continue
            try:
                text = _text(cells[place], column, epoch)
            except ValueError as problem:
                row.problems[column.key] = str(problem)
            else:
                if text:
                    row.texts[column.key] = text
        yield row


def _text(cell: Any, column: Column, epoch: datetime) -> str:
    """The cell as a person would have typed it; ValueError with a sentence where Excel has hidden what was meant."""
    value = cell.value
    if cell.data_type == "f":
        raise ValueError("В ячейке формула. Впишите вместо неё само значение")
    if cell.data_type == "e":
        raise ValueError(f"В ячейке ошибка Excel {value}. Впишите значение")
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime | date):
        if not column.is_date:
            raise ValueError("Excel превратил значение в дату. Задайте ячейке формат «Текстовый» и впишите заново")
        return f"{value:%d.%m.%Y}"
    if isinstance(value, int | float):
        return _number_text(value, column, epoch)
    lines = str(value).replace("\r\n", "\n").replace("_x000D_", "").split("\n")
    text = "\n".join(SPACES.sub(" ", line).strip() for line in lines).strip()
    return CLEAR if DASHES.fullmatch(text) else text


def _number_text(value: float, column: Column, epoch: datetime) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("В ячейке не число")
    if column.is_date and int(value) in EXCEL_DAYS:
        moment = from_excel(value, epoch)
        return f"{moment:%d.%m.%Y}"
    return str(int(value)) if value == int(value) else str(value).replace(".", ",")
