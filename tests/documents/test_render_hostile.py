"""Data is data: whatever it holds comes out as text, in a file that opens, and nothing else is lost."""

import io
import re

import pytest
from docx import Document
from docx_cases import by_docxtpl, differences, docx, para, row, table, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from roadmap.documents.render import CompiledTemplate

TEMPLATE = docx(
    para("{{ x }}") + table(1, row("{{ x }} &amp; «после»")),
    header=para("{{ x }}"),
    footnote=para("{{ x }}"),
    title="{{ y }}",
)
COMPILED = CompiledTemplate(TEMPLATE)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

LITERAL = [
    "<&>\"'",
    "{{ 7*7 }} {% for %} {# #} }} %}",
    "</w:t></w:r></w:p><w:p>",
    "]]> <![CDATA[ <!-- --> <?x?> &amp; &#65; &x;",
    "😀 𝔘 \U0010ffff",
    "я" * 100_000,
    "\u202eсправа\u200f\u2028 \u00a0\x85\x7f\u00ad",
    "%s {0} {x} $1 \\1 \\g<0>",
    "${x} #{x} <%= x %> __import__('os')",
]
DROPPED = ["a\x00b", "a\x01\x02b & <c>", "a\x0b\x1fb", "a\ufffe\uffffb", "a\ud800b & c", "\udc00<z>", "\x00"]


@pytest.mark.parametrize("value", LITERAL)
def test_text_stays_literal_and_equals_docxtpl(value: str) -> None:
    data = {"x": value, "y": "т"}
    filled = COMPILED.render(data)
    assert differences(filled, by_docxtpl(TEMPLATE, data)) == {}
    assert text_of(filled) == f"{value}\n{value} & «после»"
    assert Document(io.BytesIO(filled)).sections[0].header.paragraphs[0].text == value


@pytest.mark.parametrize("value", DROPPED)
def test_what_xml_cannot_carry_is_dropped_and_nothing_else(value: str) -> None:
    """docxtpl loses what follows such a character, or fails on it in a header."""
    clean = UNPRINTABLE.sub("", value)
    filled = COMPILED.render({"x": value, "y": value})
    assert differences(filled, by_docxtpl(TEMPLATE, {"x": clean, "y": clean})) == {}
    assert text_of(filled) == f"{clean}\n{clean} & «после»"


def test_a_surrogate_pair_is_its_character() -> None:
    assert text_of(COMPILED.render({"x": "\ud83d\ude00", "y": ""})).startswith("😀\n😀 &")


@settings(max_examples=100, deadline=None, database=None)
@given(st.text(st.characters(exclude_characters="\r\n\t\a\f{}%")))
def test_any_text_comes_out_as_it_is(value: str) -> None:
    clean = UNPRINTABLE.sub("", value)
    assert text_of(COMPILED.render({"x": value, "y": value})) == f"{clean}\n{clean} & «после»"


@pytest.mark.parametrize("sign", ["\a", "\f", "\x01"])
def test_signs_in_attributes_and_properties_leave_nothing_unreadable(sign: str) -> None:
    body = '<w:p><w:r><w:rPr><w:color w:val="{{ x }}"/></w:rPr><w:t>t</w:t></w:r></w:p>'
    template = docx(body, title="{{ x }}")
    expected = by_docxtpl(template, {"x": "FF"})
    assert differences(CompiledTemplate(template).render({"x": f"F{sign}F"}), expected) == {}


def test_a_long_property_is_cut_to_what_the_format_allows() -> None:
    filled = COMPILED.render({"x": "", "y": "ж" * 300})
    assert Document(io.BytesIO(filled)).core_properties.title == "ж" * 255


@pytest.mark.parametrize("value", [b"a<b", 1.5, 10**20, True, ["<", "&"], {"k": "<"}, Markup("a &amp; b"), range(3)])
def test_any_kind_of_value_equals_docxtpl(value: object) -> None:
    data = {"x": value, "y": "т"}
    assert differences(COMPILED.render(data), by_docxtpl(TEMPLATE, data)) == {}


@pytest.mark.parametrize("markup", ["a & b", "<b>", "</w:t>", "<w:br/>", "&nbsp;", "<!-- x -->", "<v:x/>"])
def test_doubtful_markup_equals_docxtpl(markup: str) -> None:
    template = docx(para("{{ x }}") + para("{{ y }}"))
    data = {"x": Markup(markup), "y": "<конец>"}
    assert differences(CompiledTemplate(template).render(data), by_docxtpl(template, data)) == {}


@pytest.mark.parametrize("tag", ["{% autoescape false %}", "{% autoescape flag %}"])
def test_escaping_cannot_be_switched_off(tag: str) -> None:
    template = docx(para(tag + "{{ x }}{% endautoescape %}"))
    assert text_of(CompiledTemplate(template).render({"x": "<w:t>&", "flag": False})) == "<w:t>&"
