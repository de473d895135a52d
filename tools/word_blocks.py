"""Building blocks of an official paper in Word: page, requisites, tables, signature (dossier §5.1)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import word_styles
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from word_styles import (
    CELL,
    CELL_CENTRED,
    DETAILS,
    DRAFT,
    END,
    EXECUTOR,
    HEADING,
    LINE,
    LINE_NOTE,
    PLACE,
    REQUISITE,
    SIGNATURE,
    SIGNER,
    TEXT,
    TITLE,
)

LEFT, RIGHT, TOP, BOTTOM = Mm(20), Mm(10), Mm(20), Mm(20)
MADE = datetime(2024, 1, 1, tzinfo=UTC)  # a template built twice is the same file


def new_paper(title: str, *, landscape: bool = False) -> Any:
    """An A4 document with the named styles, margins 20/10/20/20 mm and a page number from page 2 on.

    A landscape one holds a table of many narrow columns, so Word may hyphenate it.
    """
    paper = Document()
    word_styles.apply(paper)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "ru-RU"
    properties.created = properties.modified = MADE
    _page(paper.sections[0], landscape=landscape)
    if landscape:
        paper.settings.element.insert(0, OxmlElement("w:autoHyphenation"))
    paper.sections[0].different_first_page_header_footer = True
    _page_number(paper.sections[0].header.paragraphs[0])
    return paper


def turn(paper: Any, *, landscape: bool) -> None:
    """A new section on a new page; its first page is numbered like any other."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    paper.paragraphs[-1].style = END
    section.different_first_page_header_footer = False
    _page(section, landscape=landscape)


def close(paper: Any) -> None:
    """Word wants a paragraph after the last table: without one it makes its own, of full height."""
    text(paper, "", END)


def save(paper: Any, path: Path) -> None:
    """Write the file with fixed times inside the archive and without what python-docx brings along unused."""
    unused = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering")
    for relations in (paper.part.package.rels, paper.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(unused):
                del relations[key]
    written = io.BytesIO()
    paper.save(written)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for item in sorted(old.infolist(), key=lambda i: (i.filename != "[Content_Types].xml", i.filename)):
            record = zipfile.ZipInfo(item.filename, MADE.timetuple()[:6])
            record.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(record, old.read(item))


def text(where: Any, content: str, style: str = TEXT, *, keep: bool = False) -> Paragraph:
    """A paragraph in one run, so that a tag is never split; ``keep`` holds it on the page of the next."""
    paragraph: Paragraph = where.add_paragraph(content, style)
    if keep:
        paragraph.paragraph_format.keep_with_next = True
    return paragraph


def heading(where: Any, content: str) -> None:
    text(where, content, HEADING)


def title(where: Any, content: str) -> None:
    """The heading of the text, «О результатах …»."""
    text(where, content, TITLE)


def when(where: Any, condition: str, *lines: tuple[str, str]) -> None:
    """Paragraphs (content, style) printed only if the condition holds, leaving no blank line otherwise."""
    text(where, f"{{%p if {condition} %}}")
    for content, style in lines:
        text(where, content, style)
    text(where, "{%p endif %}")


def each(where: Any, loop: str, content: str, style: str = TEXT, *, keep_last: bool = False) -> None:
    """A paragraph an item; ``keep_last`` holds the last one together with what follows (a signature)."""
    text(where, f"{{%p for {loop} %}}")
    if keep_last:
        text(where, "{%p if loop.last %}")
        text(where, content, style, keep=True)
        text(where, "{%p else %}")
    text(where, content, style)
    if keep_last:
        text(where, "{%p endif %}")
    text(where, "{%p endfor %}")


def table(paper: Any, widths: Sequence[float], *, narrow: bool = False, borders: bool = True) -> Table:
    """An empty table of fixed column widths in cm: a name of any length wraps and never widens it.

    A ``narrow`` one has less air at the sides of a cell.
    """
    made: Table = paper.add_table(rows=0, cols=len(widths))
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.LEFT
    properties = made._tbl.tblPr
    if borders:
        properties.append(_borders("w:tblBorders", ("top", "left", "bottom", "right", "insideH", "insideV")))
    total = OxmlElement("w:tblW")
    total.set(qn("w:w"), str(sum(Cm(width).twips for width in widths)))
    total.set(qn("w:type"), "dxa")
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    properties.append(total)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm((0.7 if narrow else 1.5) if borders else 0).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    _in_order(properties)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    return made


def row(made: Table, cells: Sequence[str], styles: Sequence[str] | str, *, head: bool = False) -> _Row:
    """A row that never breaks across pages; a ``head`` row repeats on each page."""
    added = made.add_row()
    properties = added._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    names = [styles] * len(cells) if isinstance(styles, str) else styles
    for cell, content, style, column in zip(added.cells, cells, names, made.columns, strict=True):
        cell.width = column.width
        fill(cell, content, style)
    return added


def rows(made: Table, loop: str, cells: Sequence[str], styles: Sequence[str] | str, *, keep: bool = False) -> None:
    """A row an item; the two tag rows vanish when the template is filled. ``keep`` holds a short table together."""
    tag_row(made, f"for {loop}")
    added = row(made, cells, styles)
    if keep:
        kept(added)
    tag_row(made, "endfor")


def kept(line: _Row) -> None:
    """The row stays on the page of what follows."""
    for cell in line.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def tag_row(made: Table, statement: str) -> None:
    row(made, [f"{{%tr {statement} %}}", *[""] * (len(made.columns) - 1)], CELL)


def spanned(line: _Row, first: int, last: int) -> None:
    """Join cells of a row; the text of the first is kept."""
    merged(line.cells[first], line.cells[last])


def merged(one: _Cell, other: _Cell) -> None:
    """Join two cells, side by side or one above the other, keeping only the paragraph of the first."""
    whole = one.merge(other)
    for paragraph in whole.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    whole._tc.get_or_add_tcPr().append(_valued("w:vAlign", "center"))


def fill(cell: _Cell, content: str, style: str) -> None:
    """The cell's text; U+00AD becomes Word's own mark of where a word may be broken."""
    first, *rest = content.split("\u00ad")
    cell.paragraphs[0].text = first
    for part in rest:
        cell.paragraphs[0].runs[0]._r.append(OxmlElement("w:softHyphen"))
        cell.paragraphs[0].runs[0].add_text(part)
    cell.paragraphs[0].style = style


def underline(cell: _Cell) -> None:
    """A line to write on by hand: a border, so no typed underscores."""
    cell._tc.get_or_add_tcPr().append(_borders("w:tcBorders", ("bottom",)))


def requisites(paper: Any, kind: str, organization: str, details: str, place: str, *, landscape: bool = False) -> None:
    """Organisation, its details, kind, date, number, place: the order of dossier §5.1; «ПРОЕКТ» above a draft.

    ``organization``, ``details`` and ``place`` are names of context values; the last two may be blank.
    """
    when(paper, "document.draft", ("ПРОЕКТ", DRAFT))
    text(paper, f"{{{{ {organization} }}}}", REQUISITE)
    when(paper, details, (f"{{{{ {details} }}}}", DETAILS))
    text(paper, kind, TITLE).paragraph_format.space_before = Pt(14)
    made = table(paper, (6, 13.9 if landscape else 5.2, 0.8, 6), borders=False)
    added = row(made, ("{{ document.date }}", "", "№", "{{ document.number }}"), CELL_CENTRED)
    underline(added.cells[0])
    underline(added.cells[3])
    when(paper, place, (f"{{{{ {place} }}}}", PLACE))


def signature(paper: Any, *, landscape: bool = False) -> None:
    """Post, a line, initials and name; the name's line is the post's last one. The paragraph before it is kept."""
    text(paper, "{%p if signatory %}")
    made = table(paper, (12, 6, 8.7) if landscape else (7.5, 4.5, 6), borders=False)
    added = row(made, ("{{ signatory.post }}", "", "{{ signatory.name }}"), SIGNATURE)
    underline(added.cells[1])
    added.cells[2].paragraphs[0].alignment = ALIGN.RIGHT
    added.cells[0].paragraphs[0].paragraph_format.right_indent = Cm(0.3)
    for cell in added.cells:
        cell._tc.get_or_add_tcPr().append(_valued("w:vAlign", "bottom"))
    text(paper, "{%p endif %}")
    text(paper, "{%p if executor is defined and executor %}")
    text(paper, "Исполнитель: {{ executor.name }}", EXECUTOR).paragraph_format.space_before = Pt(30)
    when(paper, "executor.phone", ("тел. {{ executor.phone }}", EXECUTOR))
    text(paper, "{%p endif %}")


def write_on(where: Any, label: str = "", note: str = "") -> None:
    """A line to be filled in by hand: a tab leader, so no typed underscores; ``note`` stands under it."""
    text(where, f"{label}\t", LINE, keep=bool(note))
    if note:
        text(where, f"({note})", LINE_NOTE)


def given_or_line(where: Any, value: str, label: str, style: str) -> None:
    """A known value, or else a line for it."""
    when(where, value, (f"{{{{ {value} }}}}", style))
    when(where, f"not {value}", (f"{label}:\t", LINE))


def signatures(paper: Any, loop: str, role: str, name: str, last: str) -> None:
    """For each signer a line for the signature, the name and the day; what each line is stands under it."""
    made = table(paper, (6.2, 3.2, 0.2, 4.9, 0.2, 3.3), borders=False)
    tag_row(made, f"for {loop}")
    line = row(made, (role, "", "", name, "", ""), [SIGNER, *[CELL_CENTRED] * 5])
    notes = row(made, ("", "(подпись)", "", "(инициалы, фамилия)", "", f"({last})"), LINE_NOTE)
    for column in (1, 3, 5):
        underline(line.cells[column])
    for cell in line.cells:
        cell._tc.get_or_add_tcPr().append(_valued("w:vAlign", "bottom"))
    for one in (line, notes):
        kept(one)
    tag_row(made, "endfor")


def _page(section: Section, *, landscape: bool) -> None:
    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = LEFT, RIGHT, TOP, BOTTOM
    section.header_distance = section.footer_distance = Mm(10)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = ALIGN.CENTER
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run("2" if kind == "text" else "")
        if kind is None:
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            run._r.append(code)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _valued(tag: str, value: str) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:val"), value)
    return element


def _borders(tag: str, sides: Sequence[str]) -> Any:
    borders = OxmlElement(tag)
    for side in sides:
        line = _valued(f"w:{side}", "single")
        for key, value in (("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    return borders


def _in_order(properties: Any) -> None:
    """Word insists on the schema's order inside w:tblPr."""
    order = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook")
    properties[:] = sorted(properties, key=lambda child: order.index(child.tag.split("}")[1]))
