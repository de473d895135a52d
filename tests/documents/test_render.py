"""The compiled renderer gives what docxtpl gives, feature by feature: same members, same XML."""

import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx_cases import by_docxtpl, cell, differences, docx, members, para, row, run, table, text_of
from docxtpl import Listing, RichText, RichTextParagraph
from markupsafe import Markup

from roadmap.documents.render import CompiledTemplate

PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="7" name="{{ x }}"/>'
    "</wp:inline></w:drawing></w:r></w:p>"
)
BOX = f"<w:p><w:r><w:pict><w:txbxContent>{para('{{ lines }}')}</w:txbxContent></w:pict></w:r>%s</w:p>"
LOOP, END = "{%tr for r in rows %}", "{%tr endfor %}"
INNER = f"<w:tc><w:tcPr/>{table(2, row('{{ x }}', 'b'))}<w:p/></w:tc>"

CASES = {
    "value": para("A {{ x }} B"),
    "value split over runs": "<w:p>" + run("{") + run("{ x") + run(" }") + run("}") + "</w:p>",
    "curly quotes": para("{{ d[‘k’] }} {{ “lit”|upper }} {{ d.k }} {{ d.items()|list|length }}"),
    "rows": table(2, row("№", "n"), row(LOOP, ""), row("{{ r.a }}", "{{ r.b }}"), row(END, "")),
    "rows without a heading": table(2, row(LOOP, ""), row("{{ r.a }}", "{{ r.b }}"), row(END, "")),
    "no rows at all": table(2, row("{%tr for r in nothing %}", ""), row("{{ r }}", "x"), row(END, "")),
    "rows by condition": table(
        2, row("№", "n"), row("{%tr if x %}", ""), row("{{ x }}", "1"), row("{%tr else %}", ""),
        row("no", "0"), row("{%tr endif %}", ""),
    ),
    "columns": table(
        2,
        row("h", "{%tc for c in cols %}", "{{ c }}", "{%tc endfor %}"),
        row("v", "{%tc for c in cols %}", "{{ c }}{{ x }}", "{%tc endfor %}"),
    ),
    "paragraphs": para("{%p for r in rows %}") + para("{{ r.a }}") + para("{%p endfor %}") + para("e"),
    "paragraphs by condition": para("{%p if x %}") + para("{{ x }}") + para("{%p endif %}") + para("e"),
    "runs": "<w:p>" + run("{%r if x %}") + run("{{ x }}") + run("{%r endif %}") + "</w:p>",
    "inline loop": para("{% for r in rows %}{{ r.a }}{{ lines }}, {% endfor %}end"),
    "loop over a paragraph's end": para("{% for r in rows %}a {{ r.a }}") + para("{{ lines }}{% endfor %} e"),
    "branch over a cell's end": table(1, row("{% if x %}in")) + para("out{% endif %}"),
    "rich text": para("pre {{r rich }} post") + para("{{p whole }}"),
    "rich text inside a text": para("pre {{ rich }} post"),
    "nested rows": table(
        2, row("№", "n"), row("{%tr for g in groups %}", ""), row(cell("{{ g.t }}", '<w:gridSpan w:val="2"/>')),
        row("{%tr for r in g.rows %}", ""), row("{{ r.a }}", "{{ r.b }}"), row(END, ""), row(END, ""),
    ),
    "colspan": table(2, row("{% colspan n %}{{ x }}"), row("a", "b")),
    "cellbg": table(2, row("{% cellbg color %}{{ x }}", "z"), row("a", "b")),
    "vm": table(2, row("h", "h"), row(LOOP, ""), row("{% vm %}same", "{{ r.b }}"), row(END, "")),
    "hm": table(3, row("a", "b", "c"), row("{%tc for r in rows %}", "{% hm %}title", "{%tc endfor %}")),
    "whitespace": para("b ") + para("{%- if x -%}") + para("in {{ x }}") + para("{%- endif -%}") + para("a"),
    "comments": para("a{# note #}b") + para("{#p gone #}") + para("c"),
    "escaped braces": para("{_{ x }_} {_% if %_} {{ brace }}"),
    "listing": para("{{ listing }}") + para("{{ lines }}") + para("a\tb {{ x }}"),
    "new paragraphs": para("{{ paragraphs }}") + table(1, row("{{ paragraphs }}")),
    "new paragraph in a link": f'<w:p><w:hyperlink w:anchor="q">{run("{{ paragraphs }}")}</w:hyperlink></w:p>',
    "text boxes": BOX % run("{{ lines }}") + BOX % "" + para("{{ lines }}"),
    "empty paragraphs": '<w:p w:rsidR="00A"/>' + para("x {{ lines }}") + '<w:p w:rsidR="00A"/>' + para("{{ x }}"),
    "drawings": PICTURE + para("{%p for r in rows %}") + PICTURE + para("{%p endfor %}"),
    "macro": para("{%p macro m(v) %}") + para("({{ v }})") + para("{%p endmacro %}") + para("{{p m(lines) }}"),
    "call": para("{% macro q(a) %}{{ a }}{{ caller() }}{% endmacro %}{% call q(x) %}c{{ lines }}{% endcall %}"),
    "set": para("{% set y = x ~ '!' %}{{ y }} {% set z %}q{{ x }}{% endset %}{{ z }}"),
    "filter": para("{% filter upper %}q{{ lines }}{% endfilter %}{{ rows|map(attribute='a')|join(', ') }}"),
    "recursion": para("{%p for r in tree recursive %}") + para("{{ r.n }}") + para("{{p loop(r.c) }}")
    + para("{%p endfor %}"),
    "namespace": para("{% set s = namespace(n=0) %}{% for r in rows %}{% set s.n = s.n + 1 %}{% endfor %}{{ s.n }}"),
    "blocks": para("{% for r in rows %}{% block b scoped %}{{ r.a }} {{ lines }}{% endblock %}{% endfor %}"),
    "constant": para("{{ 'a\\n\\tc' }} {{ 1.5 }} {{ none }} {{ true }}"),
    "safe, broken": para("{{ bad|safe }}") + para("{{ x }}"),
    "safe in an attribute": '<w:p><w:r><w:rPr><w:color w:val="{{ bad|safe }}"/></w:rPr><w:t>t</w:t></w:r></w:p>',
    "in an attribute": '<w:p><w:r><w:rPr><w:color w:val="{{ bad }}"/></w:rPr><w:t>t</w:t></w:r></w:p>',
    "short rows": table(3, row("a", "b"), row("{{ x }}", "c")),
    "table in a table": table(1, row(INNER)),
    "table as markup": para("{{p grid }}") + para("e"),
}  # fmt: skip
RICH = RichText("rich <&>", bold=True, color="#ff0000")
RICH.add("\nline\ttab\apar\fpage", style="s")
DATA = {
    "x": "Привет & <пока>",
    "rows": [{"a": f"a{i} <&>", "b": f"б{i}"} for i in range(4)],
    "nothing": [],
    "cols": ["1", "2", "3"],
    "rich": RICH,
    "whole": RichTextParagraph("para & q", parastyle="H"),
    "groups": [{"t": "G", "rows": [{"a": 1, "b": 2}]}, {"t": "H", "rows": []}],
    "n": 2,
    "color": "FF00AA",
    "listing": Listing("l1 <&>\nl2\tt\al3\fl4"),
    "lines": "m1\nm2\tq\r\nz",
    "paragraphs": "p1\ap2",
    "brace": "{_{ data }_}",
    "bad": "<&>\"'",
    "tree": [{"n": "1", "c": [{"n": "1.1", "c": []}]}, {"n": "2", "c": []}],
    "d": {"k": "v", "items": "hidden by the method"},
    "grid": Markup(table(2, row("a", "b", "c"))),
}
VALUES = ["Привет & <пока>", "", 0, None, "l\nm\tn\ao\fp", Listing("a\nb"), "]]> 😀"]


@pytest.mark.parametrize("name", CASES)
def test_features_equal_docxtpl(name: str) -> None:
    template = docx(CASES[name])
    compiled = CompiledTemplate(template)
    for value in VALUES:
        if name == "drawings" and isinstance(value, str) and "\a" in value:
            continue  # docxtpl puts U+FFFD into attributes there
        data = {**DATA, "x": value}
        assert differences(compiled.render(data), by_docxtpl(template, data)) == {}


@pytest.mark.parametrize("value", VALUES)
def test_every_part_equals_docxtpl(value: object) -> None:
    story = para("{{ x }}") + para("{%p if x %}") + para("да\t{{ lines }}") + para("{%p endif %}")
    template = docx(
        para("тело"),
        header=story,
        footer=table(1, row("{{ x }}")),
        footnote=para("сноска {{ x }} {{ lines }}"),
        title="О {{ title }}",
        author="{{ author }}",
        subject="без данных",
    )
    data = {**DATA, "x": value, "title": "плане & «отчёте»", "author": "Иванова"}
    assert differences(CompiledTemplate(template).render(data), by_docxtpl(template, data)) == {}


def test_only_these_need_docxtpls_repair_whatever_the_data() -> None:
    """All other shapes of template keep the fast way; that is what makes it fast."""
    repaired = {name for name, body in CASES.items() if CompiledTemplate(docx(body))._body.shape is None}
    columns = {"columns", "colspan", "hm", "short rows", "table in a table"}
    assert repaired == {*columns, "branch over a cell's end"}


def test_static_parts_equal_docxtpl() -> None:
    template = docx(para("t"), header=para("h {_{ \t"), footer=para("f"), footnote=para("n\tm"), title="Т")
    assert differences(CompiledTemplate(template).render({}), by_docxtpl(template, {})) == {}


def test_footnotes_of_several_sections_are_filled_once() -> None:
    template = docx(para("t"), footnote=para("{{ x }}"), sections=2)
    assert differences(CompiledTemplate(template).render({"x": "q"}), by_docxtpl(template, {"x": "q"})) == {}
    data = {"x": "{{ 7 * 7 }}"}
    assert b">{{ 7 * 7 }}<" in members(CompiledTemplate(template).render(data))["word/footnotes.xml"]


def test_long_tables_equal_docxtpl() -> None:
    """Longer than one block of output, with signs that need work on either side of the seams."""
    body = table(2, row("№", "n"), row(LOOP, ""), row("{{ r.a }}", "{{ r.b }} {{ x }}"), row(END, ""))
    template = docx(body + PICTURE + para("{{ x }}"))
    cells = ("plain", "two\nlines", "t\tab", "new\apar", "a\x02b", "{_{ q }_}")
    rows = [{"a": i, "b": cells[(i // 7) % len(cells)]} for i in range(1_300)]
    expected = [{"a": r["a"], "b": r["b"].replace("\x02", "")} for r in rows]
    filled = CompiledTemplate(template).render({"rows": rows, "x": "e"})
    assert differences(filled, by_docxtpl(template, {"rows": expected, "x": "e"})) == {}


def test_markup_found_late_is_repaired_whole() -> None:
    """The need for docxtpl's repair shows only after most of the text has been packed."""
    body = para("{%p for r in rows %}") + para("{{ r }}") + para("{%p endfor %}") + para("{{p grid }}")
    template = docx(body)
    data = {"rows": list(range(2_000)), "grid": DATA["grid"]}
    assert differences(CompiledTemplate(template).render(data), by_docxtpl(template, data)) == {}


def test_strict_equals_docxtpl_with_strict_undefined() -> None:
    template = docx(CASES["rows"] + CASES["vm"] + para("{{ missing is defined }}"))
    filled = CompiledTemplate(template, strict=True).render(DATA)
    assert differences(filled, by_docxtpl(template, DATA, strict=True)) == {}


def test_undefined_prints_nothing_unless_strict() -> None:
    template = docx(para("[{{ missing }}]{% if missing %}x{% endif %}"))
    assert differences(CompiledTemplate(template).render({}), by_docxtpl(template, {})) == {}


def test_no_core_properties_need_no_clock() -> None:
    document = Document(io.BytesIO(docx(para("{{ x }}"))))
    rels = document.part.package.rels
    for key in [key for key, rel in rels.items() if rel.reltype.endswith("/core-properties")]:
        del rels[key]
    saved = io.BytesIO()
    document.save(saved)
    template = CompiledTemplate(saved.getvalue())
    for filled in (template.render({"x": "1"}), template.render({"x": "1"}, plain=template.plain())):
        assert Document(io.BytesIO(filled)).core_properties.modified is None
        assert text_of(filled) == "1"


def test_background_and_other_content_around_the_body_stays() -> None:
    document = Document(io.BytesIO(docx(para("{{ x }}"))))
    background = parse_xml(f'<w:background {nsdecls("w")} w:color="FFEEDD"/>')
    document.element.insert(0, background)
    saved = io.BytesIO()
    document.save(saved)
    template = saved.getvalue()
    assert differences(CompiledTemplate(template).render({"x": 1}), by_docxtpl(template, {"x": 1})) == {}
