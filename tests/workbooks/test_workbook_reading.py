"""What is read of an uploaded workbook, and what is refused before anything opens it."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from workbook_world import changed, filled, saved, values, with_part

from roadmap.errors import DomainError, Invalid, TooLarge
from roadmap.workbooks import writing
from roadmap.workbooks.columns import COLUMNS, MAX_ROWS, Kind
from roadmap.workbooks.reading import Row, read

NAME = "Иванова Мария Петровна"


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_workbook_has_no_rows(kind):
    assert read(writing.workbook(kind), kind) == []


def test_cells_are_read_as_a_person_would_have_typed_them():
    content = filled(
        Kind.MENTORS,
        {"full_name": "  Иванова   Мария Петровна ", "birth_year": 1980.0, "entered_on": date(2025, 9, 1)},
        {"full_name": "Орлов Иван Ильич", "birth_year": "1975", "entered_on": 45901, "trained_on": "02.09.2025"},
        {},
        {"full_name": NAME, "employee": True, "competences": "первая\nвторая", "contact": "—"},
    )
    assert read(content, Kind.MENTORS) == [
        Row(2, {"full_name": NAME, "birth_year": "1980", "entered_on": "01.09.2025"}),
        Row(3, {"full_name": "Орлов Иван Ильич", "birth_year": "1975", "entered_on": "01.09.2025",
                "trained_on": "02.09.2025"}),
        Row(5, {"full_name": NAME, "employee": "да", "competences": "первая\nвторая", "contact": "–"}),
    ]  # fmt: skip


def test_columns_are_known_by_their_header_whatever_their_place():
    book = Workbook()
    book.active.append(["Год рождения", "Заметки", "ФИО  НАСТАВНИКА"])
    book.active.append([1980, "своё", NAME])
    assert read(saved(book), Kind.MENTORS) == [Row(2, {"birth_year": "1980", "full_name": NAME})]


def test_formulas_and_what_excel_spoilt_are_problems_of_their_cells():
    content = filled(
        Kind.PAIRS, {"mentor": "=A1", "mentees": "#REF!", "order_number": datetime(2025, 1, 12), "starts_on": "завтра"}
    )
    content = changed(content, lambda sheet, cell: setattr(cell(2, "ФИО наставляемых"), "data_type", "e"))
    (row,) = read(content, Kind.PAIRS)
    assert row.texts == {"starts_on": "завтра"}
    assert row.problems == {
        "mentor": "В ячейке формула. Впишите вместо неё само значение",
        "mentees": "В ячейке ошибка Excel #REF!. Впишите значение",
        "order_number": "Excel превратил значение в дату. Задайте ячейке формат «Текстовый» и впишите заново",
    }


def test_formula_injection_stays_text():
    """Attack 45: the cell is a string, and Excel is told to keep it one."""
    hostile = ["=1+1", "+7 900", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1"]
    content = writing.workbook(Kind.MENTORS, [{"full_name": NAME, "competences": text} for text in hostile])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    place = [column.key for column in COLUMNS[Kind.MENTORS]].index("competences") + 1
    cells = [sheet.cell(number, place) for number in range(2, 2 + len(hostile))]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(t, "s", True) for t in hostile]
    assert [row.texts["competences"] for row in read(content, Kind.MENTORS)] == hostile


def test_header_is_frozen_and_words_come_from_a_hidden_sheet():
    book = load_workbook(io.BytesIO(writing.workbook(Kind.PAIRS)))
    assert [(sheet.title, sheet.sheet_state) for sheet in book.worksheets] == [
        ("Пары и группы", "visible"),
        ("Как заполнять", "visible"),
        ("Списки", "hidden"),
    ]
    sheet = book.worksheets[0]
    assert (sheet.freeze_panes, book.properties.keywords) == ("B2", "tpl:pairs:v1")
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == ["Списки!$C$1:$C$8", "Списки!$D$1:$D$8", "Списки!$E$1:$E$13"]
    assert book["Списки"]["D1"].value == "традиционное («один на один»)"


def test_derived_columns_are_written_for_an_export_only():
    assert "ФИО наставляемого (наставляемых)" not in values(writing.workbook(Kind.MENTORS))[0]
    assert "ФИО наставляемого (наставляемых)" in values(writing.workbook(Kind.MENTORS, []))[0]


def _bomb() -> bytes:
    return with_part(filled(Kind.MENTORS, {"full_name": NAME}), "xl/worksheets/sheet9.xml", lambda _: b" " * 60_000_000)


def _doctype(declaration: bytes) -> bytes:
    def change(body: bytes) -> bytes:
        return body.replace(b"<worksheet", declaration + b"<worksheet", 1)

    return with_part(filled(Kind.MENTORS, {"full_name": NAME}), "xl/worksheets/sheet1.xml", change)


def _million_rows() -> bytes:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919 % 999983) for n in range(2, 300_002)
    )

    def change(body: bytes) -> bytes:
        return re.sub(rb"</sheetData>|<sheetData ?/>", rows + b"</sheetData>", body)

    return with_part(filled(Kind.MENTORS, {"full_name": NAME}), "xl/worksheets/sheet1.xml", change)


def _rows(count: int) -> bytes:
    return writing.workbook(Kind.MENTORS, [{"full_name": f"{NAME} {number}"} for number in range(count)])


def _cell(place: str) -> bytes:
    return changed(filled(Kind.MENTORS, {"full_name": NAME}), lambda sheet, _: sheet.__setitem__(place, "x"))


def _merged(where: str) -> bytes:
    return changed(filled(Kind.MENTORS, {"full_name": NAME}), lambda sheet, _: sheet.merge_cells(where))


def _macros() -> bytes:
    def change(body: bytes) -> bytes:
        return body.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")

    return with_part(filled(Kind.MENTORS, {"full_name": NAME}), "[Content_Types].xml", change)


def _other_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("note.txt", "text")
    return buffer.getvalue()


def _header(*names: str) -> bytes:
    book = Workbook()
    book.active.append(names)
    book.active.append([NAME])
    return saved(book)


def _broken() -> bytes:
    return with_part(filled(Kind.MENTORS, {"full_name": NAME}), "xl/workbook.xml", lambda body: body[:-40])


TOO_LONG = "В файле может быть не больше 2000 строк. Удалите лишние строки или разделите файл."
HOSTILE = {
    "zip bomb": (_bomb, "Файл не принят: после распаковки документ слишком велик."),
    "dtd": (
        lambda: _doctype(b'<!DOCTYPE x [<!ENTITY a "aaa">]>'),
        "Файл не принят: в части «xl/worksheets/sheet1.xml» есть DTD, это запрещено.",
    ),
    "too many rows": (lambda: _rows(MAX_ROWS + 1), f"Заполнена ячейка B2002. {TOO_LONG}"),
    "300 000 rows": (_million_rows, f"Заполнена ячейка A2002. {TOO_LONG}"),
    "the last cell of all": (lambda: _cell("XFD1048576"), f"Заполнена ячейка XFD1048576. {TOO_LONG}"),
    "a far column": (
        lambda: _cell("ZZ3"),
        "Заполнена ячейка ZZ3 за пределами таблицы. Удалите лишние столбцы.",
    ),
    "merged header": (
        lambda: _merged("A1:C1"),
        "В таблице есть объединённые ячейки (A1:C1). Разъедините их и загрузите файл снова.",
    ),
    "macros": (
        _macros,
        "Файл не принят: в файле есть макросы. Сохраните его как «Книга Excel (.xlsx)» без макросов.",
    ),
    "vba part": (
        lambda: with_part(filled(Kind.MENTORS), "xl/vbaProject.bin", lambda _: b"x"),
        "Файл не принят: в файле есть макросы. Сохраните его как «Книга Excel (.xlsx)» без макросов.",
    ),
    "links to other files": (
        lambda: with_part(filled(Kind.MENTORS), "xl/externalLinks/externalLink1.xml", lambda _: b"<x/>"),
        "Файл не принят: в файле есть вложенные объекты или связи с другими файлами.",
    ),
    "another zip": (_other_zip, "Файл не принят: в архиве нет описания документа Excel."),
    "text": (lambda: "ФИО;год".encode(), "Файл не принят: это не документ .xlsx."),
    "old format": (
        lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600,
        "Это старый формат Excel (.xls) или файл с паролем. Сохраните его как «Книга Excel (.xlsx)».",
    ),
    "another kind": (
        lambda: filled(Kind.PAIRS, {"mentor": NAME}),
        "Это файл «Пары и группы», а загружается «Наставники». Выберите другой файл или другой раздел.",
    ),
    "an old template": (
        lambda: with_part(filled(Kind.MENTORS), "docProps/core.xml", lambda body: body.replace(b":v1", b":v0")),
        "Файл сделан по старому образцу. Скачайте новый и перенесите в него сведения.",
    ),
    "no header": (
        lambda: _header("Фамилия"),
        "На первом листе в первой строке нет столбцов: «ФИО наставника». Нужен файл «Наставники»: "
        "скачайте образец и перенесите в него сведения.",
    ),
    "a column twice": (
        lambda: _header("ФИО наставника", "ФИО наставника"),
        "Столбец «ФИО наставника» в первой строке встречается дважды. Оставьте один.",
    ),
    "broken": (_broken, "Файл Excel повреждён: откройте его в Excel, сохраните заново и загрузите."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(name):
    build, sentence = HOSTILE[name]
    with pytest.raises(Invalid) as refusal:
        read(build(), Kind.MENTORS)
    assert refusal.value.message == sentence


def test_a_large_file_is_refused_unread():
    with pytest.raises(TooLarge) as refusal:
        read(b"PK\3\4" + b"x" * (5 * 2**20), Kind.MENTORS)
    assert refusal.value.message == "Файл больше 5 МБ. Уменьшите его и отправьте снова."


def test_a_bomb_is_not_inflated():
    bomb = _bomb()
    tracemalloc.start()
    with pytest.raises(DomainError):
        read(bomb, Kind.MENTORS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_two_thousand_rows_are_taken():
    assert len(read(_rows(MAX_ROWS), Kind.MENTORS)) == MAX_ROWS
