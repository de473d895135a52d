"""The Word templates of D11, D12, D13, D17: every tag has its value, headings repeat, no underscore is typed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from test_templates import FINAL, ROOT, blank_of, opened, pages_of, visible

from roadmap import catalogue
from roadmap.documents.render import compiled
from roadmap.documents.templates import factory_template

sys.path.append(str(Path(__file__).parents[1] / "catalogue"))
from register_rows import full, mentee_row, mentor_row, practice, programme

SPECS = {kind: spec for kind, spec in catalogue.documents().items() if kind not in ("D3", "D18")}
KINDS = pytest.mark.parametrize("kind", SPECS)
DRAFT = {"number": "", "date": "", "draft": True}
SIGNATORY = {"post": "Директор", "name": "П.\u00a0А.\u00a0Иванова", "acting": False}
FRAME = {"document": FINAL, "signatory": SIGNATORY, "executor": None}
WIDE = {"D12-mentors": 16, "D12-mentees": 13, "D13": 10}


def filled(kind: str, world: Any = None, **frame: Any) -> bytes:
    """As the application renders it."""
    spec = SPECS[kind]
    return compiled(factory_template(spec)).render(spec.context(world or full(), "2026-06-15").values | FRAME | frame)


def many(count: int = 25) -> Any:
    long = "Разработка индивидуальных образовательных маршрутов и подготовка к олимпиадам"
    plan = programme().plan * count
    return full(
        in_base=([mentor_row(competences=long)] * count, [mentee_row(request=long)] * count),
        registry=[practice(n, summary=long * 3) for n in range(1, count + 1)],
        the_programme=programme(plan=plan),
    )


@KINDS
def test_each_name_of_the_template_is_in_the_context(kind: str) -> None:
    spec = SPECS[kind]
    known = spec.context(full(), "2026-06-15").values.keys() | FRAME.keys()
    template = DocxTemplate(ROOT / "doc_templates" / spec.template)
    used = template.get_undeclared_template_variables(SandboxedEnvironment())
    assert used - known == set()
    assert used != set()


@KINDS
@pytest.mark.parametrize("document", [DRAFT, FINAL], ids=["draft", "final"])
def test_nothing_of_the_template_is_left(kind: str, document: dict[str, Any]) -> None:
    for signatory in (SIGNATORY, None):
        content = filled(kind, document=document, signatory=signatory)
        leftovers = [mark for mark in ("{{", "}}", "{%", "%}", "__", "г..", "None") if mark in visible(content)]
        assert leftovers == []
        lines = ("Граница раздела", "Строка для записи", "Гриф: дата")
        assert [style for style in blank_of(opened(content)) if style not in lines] == []


@KINDS
def test_strict_docxtpl_makes_the_same_text(kind: str) -> None:
    spec = SPECS[kind]
    template = DocxTemplate(ROOT / "doc_templates" / spec.template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    template.render(spec.context(full(), "2026-06-15").values | FRAME, environment, autoescape=True)
    assert [p.text for p in template.docx.paragraphs] == [p.text for p in opened(filled(kind)).paragraphs]


@pytest.mark.parametrize("kind", WIDE)
def test_wide_tables_lie_across_with_a_heading_on_each_page(kind: str) -> None:
    paper = opened(filled(kind))
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    table = next(t for t in paper.tables if len(t.columns) == WIDE[kind])
    assert round(sum(column.width.cm for column in table.columns), 1) == 26.7
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True] + [False] * (len(heads) - 1)


def test_the_plan_of_a_programme_repeats_its_heading() -> None:
    paper = opened(filled("D11"))
    table = next(t for t in paper.tables if len(t.columns) == 8)
    assert [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows] == [True, False, False]
    assert [cell.text for cell in table.rows[0].cells] == [
        "№",
        "Мероприятие / вид деятельности",
        "Содержание (задание)",
        "Срок",
        "Форма проведения",
        "Ожидаемый (планируемый) результат",
        "Фактический результат",
        "Отметка о выполнении (дата, подпись наставника)",
    ]


def test_the_head_approves_and_the_curator_agrees() -> None:
    approval = opened(filled("D11")).tables[0].rows[0].cells
    assert [p.text.strip() for p in approval[2].paragraphs] == [
        "УТВЕРЖДАЮ",
        "Директор",
        "П.\u00a0А.\u00a0Иванова",
        "10 июня 2026 г.",
    ]
    assert [p.text.strip() for p in approval[0].paragraphs] == [
        "СОГЛАСОВАНО",
        "Куратор",
        "М.\u00a0В.\u00a0Соколова",
        "",
        "(дата)",
    ]


@pytest.mark.parametrize("kind", [kind for kind in SPECS if kind.startswith("D17")])
def test_a_blank_form_has_lines_where_nothing_is_known(kind: str) -> None:
    known, unknown = opened(filled(kind)), opened(filled(kind, replace(full(), the_owner=None)))

    def lines(paper: Any) -> list[str]:
        return [p.text for p in paper.paragraphs if p.style.name == "Строка для записи"]

    assert all(line.endswith("\t") for line in lines(known))
    assert len(lines(unknown)) - len(lines(known)) == 1
    leader = known.styles["Строка для записи"].element.find(f".//{qn('w:tab')}")
    assert leader.get(qn("w:leader")) == "underscore"
    assert "ПРОЕКТ" not in visible(filled(kind, document=DRAFT))


@pytest.mark.parametrize("hostile", ["<&> ]]> </w:t>", "{{ 7*7 }}", "{% for x in y %}"])
def test_what_people_type_is_printed_literally(hostile: str) -> None:
    world = full(in_base=([mentor_row(competences=hostile)], []), the_programme=programme(aim=hostile))
    table = next(t for t in opened(filled("D12-mentors", world)).tables if len(t.columns) == 16)
    assert table.rows[1].cells[4].text == hostile
    assert hostile in [p.text for p in opened(filled("D11", world)).paragraphs]


@pytest.mark.office
@pytest.mark.parametrize(("kind", "head"), [("D12-mentors", "№"), ("D12-mentees", "№"), ("D13", "№"), ("D11", "№")])
def test_printed_tables_repeat_their_heading_and_end_with_a_signature(kind: str, head: str, tmp_path: Path) -> None:
    pages = pages_of(filled(kind, many(), document=DRAFT), tmp_path)
    assert len(pages) >= 3
    assert [page[0] for page in pages] == ["ПРОЕКТ"] + [str(n) for n in range(2, len(pages) + 1)]
    if kind != "D11":
        assert all(any(line.startswith(head) for line in page) for page in pages)
    last = " ".join(pages[-1]).replace("\u00a0", " ")
    assert ("М. В. Соколова" if kind == "D11" else "П. А. Иванова") in last
    assert len(pages[-1]) > 4


@pytest.mark.office
@pytest.mark.parametrize("kind", [kind for kind in SPECS if kind.startswith("D17")])
def test_a_consent_takes_two_pages_at_most(kind: str, tmp_path: Path) -> None:
    assert len(pages_of(filled(kind), tmp_path)) <= 2
