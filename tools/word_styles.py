"""The named paragraph styles of an official paper (dossier §5.1), so that the office restyles it in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "Times New Roman"
# Names of paragraph styles, as the office sees them in Word
TEXT, HEADING, TITLE, REQUISITE, DRAFT = "Текст документа", "Раздел", "Заголовок документа", "Реквизит", "Проект"
PLACE = "Место составления"
CELL, CELL_CENTRED, CELL_HEAD, CELL_BLOCK = "Ячейка", "Ячейка по центру", "Шапка таблицы", "Подзаголовок таблицы"
NARROW, NARROW_CENTRED = "Узкая ячейка", "Узкая ячейка по центру"
NARROW_HEAD, NARROW_TOTAL = "Узкая шапка", "Узкая ячейка итога"
CAPTION, AFTER_TABLE, NOTE = "Название таблицы", "Текст после таблицы", "Примечание к таблице"
DETAILS, SIGNATURE, EXECUTOR = "Реквизиты организации", "Подпись", "Исполнитель"
TINY, TINY_CENTRED, TINY_HEAD = "Мелкая ячейка", "Мелкая ячейка по центру", "Мелкая шапка"
APPROVAL, APPROVAL_LINE, APPROVAL_DATE = "Гриф", "Гриф: подпись", "Гриф: дата"
LINE, LINE_NOTE, ITEM, SIGNER = "Строка для записи", "Подпись под строкой", "Перечень", "Кто подписывает"
APPENDIX_MARK, APPENDIX, END = "Отметка о приложении", "Гриф приложения", "Граница раздела"


def apply(paper: Any) -> None:
    """Replace python-docx's styles by ours and set what Word should mind about old behaviour."""
    _forget_default_styles(paper)
    _add_styles(paper)
    _set_compatibility(paper.settings.element.find(qn("w:compat")))


def _set_compatibility(compat: Any) -> None:
    # a line broken inside an answer must not be stretched to the margin
    compat.insert(0, OxmlElement("w:doNotExpandShiftReturn"))
    for setting in compat.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # a table's border, not its text, stands on the margin


def _forget_default_styles(paper: Any) -> None:
    keep = {"Normal", "Header", "Default Paragraph Font", "Normal Table", "No List"}
    for style in list(paper.styles):
        if style.name not in keep:
            style.delete()
    fonts = paper.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    _set_fonts(fonts)
    language = paper.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:val"), "ru-RU")


def _set_fonts(fonts: Any) -> None:
    fonts.attrib.clear()  # a theme's font would win over a named one
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _add_styles(paper: Any) -> None:
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    _set_fonts(normal.element.rPr.rFonts)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing, form.widow_control = 1.0, True
    paper.styles["Header"].font.size = Pt(12)
    paper.styles["Header"].paragraph_format.tab_stops.clear_all()
    for name, size, align, looks in _styles():
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        style.font.size, style.font.bold = Pt(size), looks.pop("bold", None)
        style.paragraph_format.alignment = align
        if (end := looks.pop("leader_to", None)) is not None:  # a line to write on, up to here
            style.paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
        if (level := looks.pop("outline", None)) is not None:
            outline = OxmlElement("w:outlineLvl")
            outline.set(qn("w:val"), str(level))
            style.element.get_or_add_pPr().append(outline)
        for key, value in looks.items():
            setattr(style.paragraph_format, key, value)


def _styles() -> Iterator[tuple[str, float, Any, dict[str, Any]]]:
    lines: dict[str, Any] = {"first_line_indent": Cm(1.25), "line_spacing": 1.15}
    after_table = {"space_before": Pt(8)}
    head = {"bold": True, "keep_with_next": True}
    air = {"space_before": Pt(1), "space_after": Pt(1)}
    yield TEXT, 14, ALIGN.JUSTIFY, dict(lines)
    yield AFTER_TABLE, 14, ALIGN.JUSTIFY, lines | after_table
    yield HEADING, 14, ALIGN.LEFT, lines | head | {"space_before": Pt(12), "space_after": Pt(6), "outline": 0}
    yield TITLE, 14, ALIGN.CENTER, head | {"space_before": Pt(18), "space_after": Pt(12)}
    yield REQUISITE, 14, ALIGN.CENTER, {}
    yield PLACE, 14, ALIGN.CENTER, {"space_before": Pt(6)}
    yield DETAILS, 12, ALIGN.CENTER, {"space_before": Pt(4)}
    yield DRAFT, 14, ALIGN.RIGHT, {"bold": True, "space_after": Pt(6)}
    yield CAPTION, 14, ALIGN.LEFT, lines | {"keep_with_next": True, "space_before": Pt(8), "space_after": Pt(4)}
    yield CELL, 12, ALIGN.LEFT, dict(air)
    yield CELL_CENTRED, 12, ALIGN.CENTER, dict(air)
    yield CELL_HEAD, 12, ALIGN.CENTER, air | head
    yield CELL_BLOCK, 12, ALIGN.LEFT, air | head
    yield NARROW, 10, ALIGN.LEFT, dict(air)
    yield NARROW_CENTRED, 10, ALIGN.CENTER, dict(air)
    yield NARROW_HEAD, 10, ALIGN.CENTER, air | head
    yield NARROW_TOTAL, 10, ALIGN.LEFT, air | {"bold": True}
    yield TINY, 9, ALIGN.LEFT, dict(air)
    yield TINY_CENTRED, 9, ALIGN.CENTER, dict(air)
    yield TINY_HEAD, 9, ALIGN.CENTER, air | head
    yield APPROVAL, 14, ALIGN.LEFT, {"space_before": Pt(6), "space_after": Pt(4)}
    yield APPROVAL_LINE, 14, ALIGN.LEFT, {"space_before": Pt(10), "space_after": Pt(4), "leader_to": Cm(3.4)}
    yield APPROVAL_DATE, 14, ALIGN.LEFT, {"space_before": Pt(4), "leader_to": Cm(7.8)}
    yield LINE, 12, ALIGN.LEFT, {"space_before": Pt(5), "leader_to": Cm(18)}
    yield LINE_NOTE, 9, ALIGN.CENTER, {}
    yield SIGNER, 12, ALIGN.LEFT, {"space_before": Pt(14), "space_after": Pt(1)}
    yield ITEM, 12, ALIGN.LEFT, dict(air)
    yield NOTE, 12, ALIGN.JUSTIFY, {"space_before": Pt(4)}
    yield SIGNATURE, 14, ALIGN.LEFT, {"space_before": Pt(36)}
    yield EXECUTOR, 10, ALIGN.LEFT, {}
    yield APPENDIX_MARK, 14, ALIGN.JUSTIFY, {"space_before": Pt(14)}
    yield APPENDIX, 14, ALIGN.RIGHT, {"space_after": Pt(12)}
    yield END, 1, ALIGN.LEFT, {"line_spacing": Pt(1)}
