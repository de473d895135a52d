"""A roadmap's table, from Word or TSV, as a draft: sections, measures, their deadline rules and what to look at.

Tables of any usual shape are read: columns in any order and under other titles, merged section rows, numbers with or
without dots or missing, rows broken over a page, tables cut in two. Nothing is dropped in silence: what is doubtful is
a Russian sentence in ``problems``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

from roadmap.plan.phrase_words import ROMAN
from roadmap.plan.phrases import outside_period, parse_deadline
from roadmap.plan.rules import Kind, Rule
from roadmap.plan.word_file import LARGEST_FILE, Cell, RoadmapFileError, Row, Table, read_tables

FIELDS = ("code", "title", "result", "deadline", "responsible")

# The first column whose words a header holds is meant: «Срок представления результата» is a deadline.
_HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("code", ("№", "n п/п", "no п/п", "п/п", "номер", "number", "code")),
    ("deadline", ("срок", "дата", "период", "когда", "время", "deadline")),
    ("responsible", ("ответствен", "исполнител", "responsible")),
    ("result", ("результат", "форма", "документ", "продукт", "показател", "итог", "result")),
    ("title", ("мероприят", "наименован", "содержан", "действи", "работ", "задач", "вопрос", "title")),
)
_NAMES = {
    "title": "мероприятие",
    "result": "форма представления результата",
    "deadline": "срок",
    "responsible": "ответственный",
}
_CODE = re.compile(r"(?:раздел|глава|пункт|п\.)?\s*((?:\d{1,3}|[IVX]+)(?:\s*[.,]\s*\d{1,3})*)(?!\w)\s*[.)]*\s*", re.I)
_PERSON = re.compile(r"[А-ЯЁ][а-яё-]+ [А-ЯЁ]\.")


@dataclass(frozen=True)
class DraftSection:
    code: str
    title: str


@dataclass(frozen=True)
class DraftMeasure:
    """One measure as the contract's `plan import` prints it; ``section`` is its section's code, «» without sections."""

    code: str
    title: str
    result: str
    deadline: str
    responsible: str
    rule: Rule
    problems: tuple[str, ...]
    section: str

    def to_json(self) -> dict[str, Any]:
        texts = {name: getattr(self, name) for name in FIELDS}
        return texts | {"rule": self.rule.to_json(), "problems": list(self.problems)}


@dataclass(frozen=True)
class RoadmapDraft:
    """``problems`` are those of the file as a whole; each measure has its own."""

    sections: tuple[DraftSection, ...]
    measures: tuple[DraftMeasure, ...]
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        sections = [{"code": section.code, "title": section.title} for section in self.sections]
        return {"sections": sections, "measures": [measure.to_json() for measure in self.measures]}


def read_roadmap(source: bytes, period_start: date | None = None, period_end: date | None = None) -> RoadmapDraft:
    """The draft of a .docx; the printed period resolves deadlines without a year. Raises RoadmapFileError."""
    return _draft(read_tables(source), period_start, period_end)


def read_tsv(text: str, period_start: date | None = None, period_end: date | None = None) -> RoadmapDraft:
    """The draft of tab-separated text whose first row names the columns. Raises RoadmapFileError."""
    if len(text) > LARGEST_FILE:
        raise RoadmapFileError("Файл больше 10 МБ – это не дорожная карта.")
    try:
        lines = list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter="\t"))
    except csv.Error as error:
        raise RoadmapFileError("Файл не читается как таблица с табуляцией между столбцами.") from error
    table = tuple(tuple(Cell(n, 1, value.strip()) for n, value in enumerate(line)) for line in lines)
    return _draft([table], period_start, period_end)


@dataclass
class _Entry:
    """A section or measure while rows are still being added to it."""

    number: str
    texts: dict[str, str]
    is_section: bool
    doubts: list[str] = field(default_factory=list)


def _draft(tables: Iterable[Table], period_start: date | None, period_end: date | None) -> RoadmapDraft:
    entries: list[_Entry] = []
    problems: list[str] = []
    header: Row = ()
    numbered = False
    for place, table in enumerate(tables, start=1):
        for number, row in enumerate(table):
            if not any(cell.text for cell in row):
                continue
            if columns_of(row) and (not header or number < 2 or _texts(row) == _texts(header)):
                header = row
            elif header and _width(row) == _width(header):
                numbered |= _add_row(entries, _fields(row, header), numbered)
            elif header:
                problems.append(f"Таблица {place} не похожа на продолжение карты – она пропущена.")
                break
    if not header:
        raise RoadmapFileError("В файле нет таблицы со столбцами «Мероприятия» и «Сроки».")
    if not any(not entry.is_section for entry in entries):
        raise RoadmapFileError("В таблице дорожной карты нет ни одного мероприятия.")
    return _numbered(entries, problems, period_start, period_end)


def columns_of(row: Row) -> dict[str, Cell]:
    """Field → cell, if the row is a header: a title, a deadline and one column more; else empty."""
    found: dict[str, Cell] = {}
    for cell in row:
        text = cell.text.lower().replace("-\n", "").replace("\n", " ")
        name = next((name for name, words in _HEADERS if any(_begins(word, text) for word in words)), None)
        if re.fullmatch(r"[\d.]+", text) or "в течение" in text:
            return {}  # a measure's row that happens to hold a header's words
        if name and name not in found and len(text) <= 80:
            found[name] = cell
    return found if {"title", "deadline"} <= found.keys() and len(found) >= 3 else {}


def _begins(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row]


def _width(row: Row) -> int:
    return row[-1].column + row[-1].span


@dataclass(frozen=True)
class _Fields:
    """A row's cells by field; ``merged`` = its title reaches over the other columns, as a section's does."""

    cells: dict[str, Cell]
    merged: bool = False

    def text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def inherited(self, name: str) -> bool:
        return name in self.cells and self.cells[name].inherited


def _fields(row: Row, header: Row) -> _Fields:
    """In order when the row has as many cells as the header, else by their place in the grid."""
    columns = columns_of(header)
    if len(row) == len(header):
        return _Fields({name: row[header.index(cell)] for name, cell in columns.items()})
    deadline = columns["deadline"].column
    wide = [c for c in row if c.text and c.span > 1 and c.column <= deadline < c.column + c.span]
    if len(wide) == 1:
        number = next((c for c in row if c not in wide and _CODE.fullmatch(c.text)), None)
        if sum(bool(c.text) for c in row) == 1 + (number is not None):
            return _Fields({"title": wide[0]} | ({"code": number} if number else {}), merged=True)
    found: dict[str, Cell] = {}
    for name, head in columns.items():
        cell = next((c for c in row if c.column <= head.column < c.column + c.span), None)
        if cell and cell not in found.values():
            found[name] = cell
    return _Fields(found)


def _add_row(entries: list[_Entry], row: _Fields, numbered: bool) -> bool:
    """Opens an entry or continues the last one; returns whether the row carries a number of its own."""
    texts = {name: row.text(name) for name in FIELDS}
    filled = [text for text in texts.values() if text]
    if len(filled) > 2 and all(text.isdigit() for text in filled):
        return False  # the row «1 | 2 | 3 | 4 | 5» under a header
    number, texts["title"] = _split_number(texts["code"], texts["title"])
    alone = not any(texts[name] for name in ("result", "deadline", "responsible"))
    if entries and (row.inherited("code") or _continues(entries[-1], number, texts, row.merged, numbered)):
        _continue(entries[-1], {name: "" if row.inherited(name) else texts[name] for name in FIELDS})
        return False
    is_section = alone and (row.merged or "." not in number)
    entry = _Entry(number, {name: _line(name, texts[name]) for name in FIELDS}, is_section)
    if entry.texts["title"][:1].islower() and entries and not is_section:
        entry.doubts.append("Название начинается со строчной буквы: возможно, это конец предыдущего пункта.")
    entries.append(entry)
    return bool(number)


def _split_number(code: str, title: str) -> tuple[str, str]:
    """The number, normalised to «5.3», from its own column or from the front of the title."""
    found = _CODE.fullmatch(code)
    if found:
        return _dotted(found[1]), title
    found = None if code else _CODE.match(title)
    if found and re.search(r"[.)]|раздел|глава", found[0], re.IGNORECASE):
        return _dotted(found[1]), title[found.end() :]
    return "", title


def _dotted(number: str) -> str:
    first, *others = re.split(r"\s*[.,]\s*", number)
    return ".".join([str(ROMAN.get(first.lower(), first)), *others])


def _continues(last: _Entry, number: str, texts: dict[str, str], merged_title: bool, numbered: bool) -> bool:
    """Whether a row without a number is the rest of the row above, cut by a page break."""
    if number or merged_title:
        return False
    title = texts["title"]
    if not title or title[:1].islower():
        return True
    complete = bool(texts["deadline"] and (texts["responsible"] or texts["result"]))
    return numbered and not last.is_section and not complete


def _continue(entry: _Entry, texts: dict[str, str]) -> None:
    for name in FIELDS:
        text = _line(name, texts[name])
        if text and name == "title" and text[0].isupper():
            entry.doubts.append(f"К пункту присоединена строка без номера: «{text[:80]}».")
        if text and name != "code":
            entry.texts[name] = _glued(name, entry.texts[name], text)
    if any(texts[name] for name in ("result", "deadline", "responsible")):
        entry.is_section = False


def _line(name: str, text: str) -> str:
    """A cell's paragraphs as one line; parties under one another are set apart by a comma."""
    joined = ""
    for part in text.split("\n"):
        joined = _glued(name, joined, part)
    return joined


def _glued(name: str, left: str, right: str) -> str:
    if not left or not right:
        return left or right
    if left.endswith("-") and right[0].islower():
        return left + right  # the hyphen may be the word's own: «программно-методическое»
    party = name == "responsible" and right[0].isupper() and left[-1] not in ",;" and not _PERSON.match(right)
    return f"{left}, {right}" if party else f"{left} {right}"


def _numbered(entries: list[_Entry], problems: list[str], start: date | None, end: date | None) -> RoadmapDraft:
    """Codes as printed, or in order where none is printed, and every measure's rule and problems."""
    sections: list[DraftSection] = []
    measures: list[DraftMeasure] = []
    within = 0
    for entry in entries:
        if entry.is_section:
            sections.append(DraftSection(entry.number or str(len(sections) + 1), entry.texts["title"]))
            within = 0
            continue
        within += 1
        section = sections[-1].code if sections else ""
        code = _code(entry.number, section, within)
        measures.append(_measure(entry, code, section, {m.code for m in measures}, start, end))
    if any(not entry.number for entry in entries):
        problems = [*problems, "У части строк нет номеров: они пронумерованы по порядку."]
    return RoadmapDraft(tuple(sections), tuple(measures), tuple(problems))


def _code(number: str, section: str, within: int) -> str:
    """«5.3» as printed; «3» within section 5 and no number at all become «5.3»."""
    if "." in number or (number and not section):
        return number
    return ".".join(part for part in (section, number or str(within)) if part)


def _measure(
    entry: _Entry, code: str, section: str, taken: set[str], start: date | None, end: date | None
) -> DraftMeasure:
    texts = entry.texts
    rule = parse_deadline(texts["deadline"], start, end)
    problems = [f"Не заполнено: {_NAMES[name]}." for name in _NAMES if not texts[name]]
    problems += entry.doubts
    if code in taken:
        problems.append(f"Номер {code} уже есть в карте.")
    if section and code.split(".")[0] != section:
        problems.append(f"Номер {code} стоит в разделе {section}.")
    if rule.kind is Kind.UNCLEAR and texts["deadline"]:
        problems.append(f"Срок не понят: {rule.note[:1].lower()}{rule.note[1:]}")
    outside = outside_period(rule, start, end)
    return DraftMeasure(
        code=code,
        title=texts["title"],
        result=texts["result"],
        deadline=texts["deadline"],
        responsible=texts["responsible"],
        rule=rule,
        problems=tuple([*problems, outside] if outside else problems),
        section=section,
    )
