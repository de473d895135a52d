"""Workbooks out: a header that stays in sight, drop-downs, hints, and strings that never become formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from roadmap.fields import Date
from roadmap.workbooks.columns import CLEAR, COLUMNS, MAX_ROWS, Column, Kind, inputs

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MADE = datetime(2026, 1, 1)  # so that the same rows make the same bytes
FONT = {"font_name": "Times New Roman", "font_size": 10, "valign": "top", "text_wrap": True}
LEADING = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
RULES = (
    "Одна строка – одна запись. Первую строку (названия столбцов) не меняйте; столбцы можно переставлять и убирать.",
    "Обязательные столбцы – на тёмно-синем фоне. Остальное можно заполнить позже.",
    "Пустая ячейка при загрузке ничего не меняет. Чтобы стереть прежнее значение, впишите " + CLEAR,
    "Серые столбцы заполняет программа: при загрузке они не читаются.",
    "Загрузка ничего не удаляет: строки, которых в файле нет, остаются в базе.",
    "Перед записью программа покажет, что добавится и изменится, и назовёт ячейки с ошибками.",
)


def workbook(kind: Kind, rows: Sequence[Mapping[str, str]] | None = None) -> bytes:
    """An .xlsx of ``rows`` (texts by column key); None makes an empty one, without derived columns."""
    columns = inputs(kind) if rows is None else list(COLUMNS[kind])
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": kind.label, "keywords": kind.mark, "created": MADE})
        sheet = book.add_worksheet(kind.label)
        _write_header(book, sheet, columns)
        _write_rows(book, sheet, columns, rows or ())
        _write_hints(book, columns)
        _write_choices(book, sheet, columns)
        _lay_out(book, sheet, columns, len(rows or ()), kind)
    return buffer.getvalue()


def _write_header(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    look = FONT | {"bold": True, "border": 1, "valign": "vcenter", "align": "center"}
    own, other = book.add_format(look | {"bg_color": "#DCE8F5"}), book.add_format(look | {"bg_color": "#E4E6E9"})
    asked = book.add_format(look | {"bg_color": "#14508C", "font_color": "#FFFFFF"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.header, asked if column.required else other if column.derived else own)


def _write_rows(book: Any, sheet: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, str]]) -> None:
    grey = {"bg_color": "#F3F4F5"}
    plain = book.add_format(FONT | {"border": 1, "num_format": "@"})
    quoted = book.add_format(FONT | {"border": 1, "num_format": "@", "quote_prefix": True})
    days = book.add_format(FONT | {"border": 1, "num_format": "dd.mm.yyyy"})
    numbers = book.add_format(FONT | {"border": 1})
    shaded = book.add_format(FONT | grey | {"border": 1, "num_format": "@"})
    shaded_quoted = book.add_format(FONT | grey | {"border": 1, "num_format": "@", "quote_prefix": True})
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            text = row.get(column.key, "")
            if text and column.is_date:
                sheet.write_datetime(number, place, _day(text), days)
            elif text and column.is_number:
                sheet.write_number(number, place, int(text), numbers)
            else:
                risky = text.lstrip(" ").startswith(LEADING)
                look = (shaded_quoted if risky else shaded) if column.derived else (quoted if risky else plain)
                sheet.write_string(number, place, text, look) if text else sheet.write_blank(number, place, None, look)


def _day(text: str) -> datetime:
    value: date = Date.parse(None, text)  # type: ignore[arg-type]
    return datetime(value.year, value.month, value.day)


def _write_hints(book: Any, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet("Как заполнять")
    look, bold = book.add_format(FONT), book.add_format(FONT | {"bold": True})
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 90)
    for number, rule in enumerate(RULES):
        sheet.write_string(number, 1, rule, look)
    sheet.write_string(0, 0, "Общие правила", bold)
    for number, column in enumerate(columns, len(RULES) + 1):
        sheet.write_string(number, 0, column.header, bold)
        sheet.write_string(number, 1, f"Обязательно. {column.hint}" if column.required else column.hint, look)


def _write_choices(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    """Drop-downs read their words from a hidden sheet: a list inside the rule may hold 255 characters only."""
    choices = book.add_worksheet("Списки")
    choices.hide()
    for place, column in enumerate(columns):
        if column.derived:
            continue
        rule = _rule(column, place)
        if column.words:
            choices.write_column(0, place, column.words)
        if column.hint:
            rule |= {"input_title": column.header[:32], "input_message": column.hint[:255]}
        if len(rule) > 1:
            sheet.data_validation(1, place, MAX_ROWS, place, rule)


def _rule(column: Column, place: int) -> dict[str, Any]:
    if column.words:
        letter = xl_col_to_name(place)
        return {
            "validate": "list",
            "source": f"=Списки!${letter}$1:${letter}${len(column.words)}",
            "error_title": "Нет в списке",
            "error_message": "Выберите значение из списка.",
        }
    if column.is_date:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(2000, 1, 1),
            "maximum": date(2100, 12, 31),
            "error_type": "warning",  # a date typed as text is understood too
            "error_title": "Нужна дата",
            "error_message": "Введите дату вида 01.09.2025.",
        }
    return {"validate": "any"}


def _lay_out(book: Any, sheet: Any, columns: Sequence[Column], count: int, kind: Kind) -> None:
    as_text = book.add_format(FONT | {"num_format": "@"})  # or Excel makes a date of «12-1»
    as_day = book.add_format(FONT | {"num_format": "dd.mm.yyyy"})
    for place, column in enumerate(columns):
        look = as_day if column.is_date else None if column.is_number else as_text
        sheet.set_column(place, place, column.width, look)
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 2 if columns[0].derived else 1)
    if count:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{kind.label}&RСтраница &P из &N")
