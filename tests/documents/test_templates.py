"""The Word templates as shipped: filled with the catalogue's contexts, reopened, measured and printed."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from roadmap.catalogue.base import Accepted, DocumentSpec, Office, Reference, School, Signatory, Target
from roadmap.catalogue.school_report import MEASURE

ROOT = Path(__file__).resolve().parents[2]
SPECS = {spec.kind: spec for spec in MEASURE.documents}
LONG = (
    "Муниципальное бюджетное общеобразовательное учреждение «Северо-Енисейская средняя школа № 1 "
    "имени Героя Советского Союза, почётного гражданина района Е. С. Белинского»"
)
SCHOOLS = [
    School(
        str(n),
        f"МБОУ «СШ № {n}»",
        LONG,
        LONG.replace("ое ", "ого ").replace("учреждение", "учреждения"),
        f"п. Школьный-{n}",
        f"тел. 8 (39160) 2-00-{n:02}",
    )
    for n in range(1, 31)
]
DRAFT = {"number": "", "date": "", "draft": True}
FINAL = {"number": "01-18/С-03", "date": "10 июня 2026 г.", "draft": False}
DIRECTOR = Signatory("Директор", "М. П. Иванова")
EXECUTOR = {"name": "Петрова А. А.", "phone": "8 (39160) 2-11-11"}


@dataclass
class World:
    """A small Source: the given schools answered with the catalogue's example, changed by ``answers``."""

    own: School | None = None
    reported: Sequence[School] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    signs: Signatory | None = DIRECTOR
    details: str = ""
    today: date = date(2026, 6, 10)
    as_of: date = date(2026, 6, 10)

    def office(self) -> Office:
        names = ("Управление образования администрации района", "Управления образования администрации района", "РУО")
        return Office(*names, "гп Северо-Енисейский", self.details, "Северо-Енисейского района")

    def owner(self) -> School | None:
        return self.own

    def schools(self, module: str, period: str) -> Sequence[School]:
        return SCHOOLS

    def accepted(self, module: str, period: str) -> Sequence[Accepted]:
        return [
            Accepted(
                school,
                {**MEASURE.example, **self.answers},
                MEASURE.example_facts,
                period,
                1,
                date(2026, 6, 8),
                "Петрова А. А.",
                date(2026, 6, 5),
                Reference("submission", school.code, "Отчёт за 2025/2026 учебный год"),
            )
            for school in self.reported
        ]

    def history(self, module: str, period: str) -> Sequence[Accepted]:
        return []

    def setting(self, key: str) -> Any:
        return None

    def signatory(self, kind: str) -> Signatory | None:
        return self.signs

    def target(self, indicator: str, year: int) -> Target | None:
        return Target(Decimal(70), "приказ от 12.01.2026 № 3") if indicator == "I1" else None


def world(kind: str, **changes: Any) -> World:
    if kind == "D3":
        return World(own=SCHOOLS[0], reported=SCHOOLS[:1], **changes)
    return World(reported=SCHOOLS[:26], **changes)


def filled(kind: str, source: World | None = None, **frame: Any) -> bytes:
    """The document as docxtpl makes it, in the sandbox the application uses."""
    spec: DocumentSpec = SPECS[kind]
    values = spec.context(source or world(kind), "2026").values
    whole = {"document": FINAL, "executor": EXECUTOR}
    template = DocxTemplate(ROOT / "doc_templates" / spec.template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    template.render({**values, **whole, **frame}, environment, autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def lines_of(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def blank_of(document: Any) -> list[str]:
    """Styles of paragraphs without text: only the one-point end of a section may have none."""
    return [paragraph.style.name for paragraph in document.paragraphs if not paragraph.text.strip()]


def rows_of(document: Any, first_cell: str) -> list[list[str]]:
    """The rows of the one table whose heading begins with these words."""
    found = [table for table in document.tables if table.rows[0].cells[0].text == first_cell]
    assert len(found) == 1
    return [[cell.text for cell in row.cells] for row in found[0].rows]


def visible(content: bytes) -> str:
    """All text of all parts, tags removed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/")]
    return re.sub(r"<[^>]+>", "", "".join(parts))


KINDS = pytest.mark.parametrize("kind", ["D3", "D18"])
FRAMES = pytest.mark.parametrize("document", [DRAFT, FINAL], ids=["draft", "final"])


def builder() -> Any:
    sys.path.insert(0, str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("doc_templates", ROOT / "tools" / "doc_templates.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_shipped_templates_are_what_the_builder_builds(tmp_path: Path) -> None:
    tool = builder()
    first, second = tool.build(tmp_path / "1"), tool.build(tmp_path / "2")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    for path in first:  # by members: another zlib packs the same bytes differently
        shipped = ROOT / "doc_templates" / path.relative_to(tmp_path / "1")
        with zipfile.ZipFile(path) as built, zipfile.ZipFile(shipped) as there:
            assert {n: there.read(n) for n in there.namelist()} == {n: built.read(n) for n in built.namelist()}


@KINDS
@FRAMES
def test_nothing_of_the_template_is_left(kind: str, document: Mapping[str, Any]) -> None:
    content = filled(kind, document=document)
    leftovers = [mark for mark in ("{{", "}}", "{%", "%}", "__", "г..", "None") if mark in visible(content)]
    assert leftovers == []
    assert blank_of(opened(content)) == ["Граница раздела"]


@KINDS
def test_page_layout(kind: str) -> None:
    document = opened(filled(kind))
    margins = [(s.left_margin.mm, s.right_margin.mm, s.top_margin.mm, s.bottom_margin.mm) for s in document.sections]
    assert [[round(side) for side in section] for section in margins] == [[20, 10, 20, 20]] * len(margins)
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert sizes == ([(210, 297)] if kind == "D3" else [(210, 297), (297, 210)])
    assert [s.different_first_page_header_footer for s in document.sections] == [True, False][: len(sizes)]
    assert round(document.sections[0].header_distance.mm) == 10
    header = document.sections[0].header.paragraphs[0]
    assert [code.text for code in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert header.alignment == 1
    assert document.sections[0].first_page_header.is_linked_to_previous
    text = document.styles["Текст документа"].paragraph_format
    assert (round(text.first_line_indent.cm, 2), text.line_spacing, text.alignment) == (1.25, 1.15, 3)
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt, normal.paragraph_format.widow_control) == (
        "Times New Roman",
        14,
        True,
    )


@KINDS
def test_rows_do_not_break_and_headings_repeat(kind: str) -> None:
    document = opened(filled(kind))
    for table in document.tables:
        assert [len(row._tr.findall(f".//{qn('w:cantSplit')}")) for row in table.rows] == [1] * len(table.rows)
    repeated = [
        [row.cells[0].text for row in table.rows if row._tr.find(f".//{qn('w:tblHeader')}") is not None]
        for table in document.tables
    ]
    expected = {
        # requisites, people, indicators, quality, surveys, SWOT, programmes, difficulties, signature
        "D3": [[], ["Пар и групп"], ["№"], ["№"], ["Участники"], [], ["Всего"], ["№"], []],
        "D18": [
            [],  # requisites
            ["Пар и групп"],
            ["Всего"],
            ["Форма наставничества"],
            ["№"],  # indicators
            ["Уровень"],
            ["Участники"],
            ["Вид проблемы"],
            ["№"],  # practices
            [],  # signature
            ["№", "№"],  # schools: a heading of two rows
        ],
    }
    assert repeated == expected[kind]


@KINDS
def test_tables_keep_their_width_whatever_is_in_them(kind: str) -> None:
    document = opened(filled(kind, world(kind, answers={"curator_name": "Д" * 300, "decisions": LONG * 3})))
    widths = [sum(column.width.cm for column in table.columns) for table in document.tables]
    limits = [18.0] * len(widths) if kind == "D3" else [18.0] * (len(widths) - 1) + [26.7]
    assert [round(width, 1) for width in widths] == limits
    assert [table.autofit for table in document.tables] == [False] * len(widths)


def test_school_spravka_says_what_the_answers_say() -> None:
    document = opened(filled("D3"))
    paragraphs = lines_of(document)
    gen = SCHOOLS[0].full_name_gen.replace("№ ", "№\u00a0")
    assert paragraphs[:5] == [
        LONG.replace("№ ", "№\u00a0"),
        "тел. 8 (39160) 2-00-01",
        "СПРАВКА",
        "п. Школьный-1",
        f"О реализации и эффективности программ наставничества {gen} за 2025/2026 учебный год",
    ]
    headings = [p.text for p in document.paragraphs if p.style.name == "Раздел"]
    assert [heading.split(".")[0] for heading in headings] == [str(n) for n in range(1, 10)]
    assert rows_of(document, "Пар и групп")[1] == ["12", "11", "13", "10", "3"]
    assert rows_of(document, "Участники")[1] == ["наставляемые", "12", "10", "83,3\u00a0%", "6,2", "8,1", "1,9"]
    indicators = next(t for t in document.tables if t.rows[0].cells[1].text == "Показатель")
    assert [cell.text for cell in indicators.rows[1].cells][2:6] == [
        "9 из 212",
        "70,0\u00a0%",
        "4,2\u00a0%",
        "\u221265,8\u00a0п.п.",
    ]
    assert [row.cells[3].text for row in indicators.rows[2:]] == ["план не установлен"] * 5
    assert "Источник плановых значений: приказ от 12.01.2026 № 3." in paragraphs
    assert "Итого баллов: 15 из 18. Уровень реализации программ: оптимальный." in paragraphs
    start = paragraphs.index("Планируемые управленческие решения:")
    assert paragraphs[start + 1 : -1] == [
        "1. До 15.09 назначить наставников новым учителям",
        "2. Выделить в расписании час для встреч",
        "Исполнитель: Петрова А. А.",
        "тел. 8 (39160) 2-11-11",
    ]


def test_summary_lists_every_school_and_who_is_missing() -> None:
    document = opened(filled("D18"))
    table = document.tables[-1]
    assert [row.cells[1].text for row in table.rows[2:]] == [s.short_name for s in SCHOOLS[:26]] + ["Итого"]
    assert [cell.text for cell in table.rows[-1].cells][2:8] == [
        "312",
        "286",
        "338",
        "4,2\u00a0%",
        "9,4\u00a0%",
        "75,0\u00a0%",
    ]
    missing = "; ".join(school.short_name for school in SCHOOLS[26:])
    assert f"Нет принятых отчётов: {missing}. Показатели этих ОО в справке не учтены." in lines_of(document)
    complete = opened(filled("D18", World(reported=SCHOOLS)))
    assert [line for line in lines_of(complete) if line.startswith("Нет принятых отчётов")] == []
    assert "Приложение к справке от 10 июня 2026 г. № 01-18/С-03" in lines_of(document)


def test_details_of_the_office_stand_under_its_name() -> None:
    details = "ул. Ленина, 48\nтел. 8 (39160) 2-11-11"
    with_details, without = (opened(filled("D18", World(details=d))) for d in (details, ""))
    assert lines_of(with_details)[:3] == ["Управление образования администрации района", details, "СПРАВКА"]
    assert lines_of(without)[:2] == ["Управление образования администрации района", "СПРАВКА"]


@KINDS
def test_requisites_of_a_draft_are_blank_lines_and_of_a_final_filled(kind: str) -> None:
    draft, final = opened(filled(kind, document=DRAFT)), opened(filled(kind, document=FINAL))
    assert (lines_of(draft)[0], lines_of(draft).count("ПРОЕКТ"), lines_of(final).count("ПРОЕКТ")) == ("ПРОЕКТ", 1, 0)
    assert [cell.text for cell in draft.tables[0].rows[0].cells] == ["", "", "№", ""]
    assert [cell.text for cell in final.tables[0].rows[0].cells] == ["10 июня 2026 г.", "", "№", "01-18/С-03"]
    borders = [
        cell._tc.find(f".//{qn('w:tcBorders')}/{qn('w:bottom')}") is not None for cell in draft.tables[0].rows[0].cells
    ]
    assert borders == [True, False, False, True]


def signature_of(document: Any) -> Any:
    """The signature is the table whose one row has a line in the middle."""
    return next(t for t in document.tables[1:] if t._tbl.find(f".//{qn('w:tcBorders')}") is not None)


@KINDS
def test_signature(kind: str) -> None:
    acting = Signatory("директора", "М. П. Иванова", acting=True, order="приказ от 01.06.2026 № 5")
    document = opened(filled(kind, world(kind, signs=acting)))
    table = signature_of(document)
    assert [cell.text.replace("\u00a0", "~") for cell in table.rows[0].cells] == ["И.о. директора", "", "М.~П.~Иванова"]
    before = table._tbl.getprevious()
    assert before.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
    assert table.rows[0].cells[2].paragraphs[0].alignment == 2


@KINDS
def test_without_signatory_and_executor_nothing_is_left_over(kind: str) -> None:
    full = opened(filled(kind))
    bare = opened(filled(kind, signatory=None, executor=None))
    assert len(full.tables) - len(bare.tables) == 1
    assert [line for line in lines_of(full) if line not in lines_of(bare)] == [
        "Исполнитель: Петрова А. А.",
        "тел. 8 (39160) 2-11-11",
    ]


def test_the_executor_may_be_unknown_to_the_frame() -> None:
    spec = SPECS["D3"]
    template = DocxTemplate(ROOT / "doc_templates" / spec.template)
    values = spec.context(world("D3"), "2026").values
    template.render({**values, "document": FINAL}, SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
    assert [p.text for p in template.docx.paragraphs if p.text.startswith("Исполнитель")] == []


@KINDS
def test_an_empty_world_says_so(kind: str) -> None:
    source = World(own=SCHOOLS[0] if kind == "D3" else None, signs=None)
    document = opened(filled(kind, source))
    people = rows_of(document, "Пар и групп")
    assert people[1] == ["нет данных"] * 5
    assert [cell.text for cell in signature_of(document).rows[0].cells] == ["нет данных", "", "нет данных"]
    assert blank_of(document) == ["Граница раздела"]


@pytest.mark.parametrize("hostile", ["<&> ]]> </w:t>", "{{ 7*7 }}", "{% for x in y %}", "{{ cycler.__init__ }}"])
def test_what_people_type_is_printed_literally(hostile: str) -> None:
    answers = {"conclusions": hostile, "curator_name": hostile, "decisions": hostile, "strengths": hostile}
    document = opened(filled("D3", world("D3", answers=answers), executor={"name": hostile, "phone": hostile}))
    paragraphs = lines_of(document)
    wanted = [
        f"Куратор программ наставничества – {hostile}, заместитель директора по воспитательной работе.",
        hostile,
        f"1. {hostile}",
        f"Исполнитель: {hostile}",
        f"тел. {hostile}",
    ]
    assert [line for line in paragraphs if hostile in line] == wanted
    assert rows_of(document, "Сильные стороны")[1][0] == f"– {hostile}"


def needs(program: str, package: str) -> str:
    """The program, or a skip with the way to install it; a failure where CI=true says that it must be there."""
    if found := shutil.which(program):
        return found
    reason = f"нет {program}: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pages_of(content: bytes, folder: Path) -> list[list[str]]:
    """The lines of each page of the printed document."""
    office, reader = needs("soffice", "libreoffice-writer-nogui"), needs("pdftotext", "poppler-utils")
    (folder / "paper.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "paper.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    printed = subprocess.run(
        [reader, "-layout", "paper.pdf", "-"], cwd=folder, check=True, capture_output=True, timeout=60
    ).stdout.decode()
    return [[line.strip() for line in page.splitlines() if line.strip()] for page in printed.split("\f")[:-1]]


@pytest.mark.office
@KINDS
def test_printed_pages_are_numbered_from_the_second(kind: str, tmp_path: Path) -> None:
    pages = pages_of(filled(kind, document=DRAFT), tmp_path)
    assert len(pages) >= 3
    assert [page[0] for page in pages] == ["ПРОЕКТ"] + [str(n) for n in range(2, len(pages) + 1)]
    signed = [page for page in pages if any("М. П. Иванова" in line.replace("\u00a0", " ") for line in page)]
    assert len(signed) == 1
    # the signature never stands on a page of its own
    assert len(signed[0]) > 4
