"""What the compiled renderer promises besides docxtpl's results: safety, errors, equal bytes, caching."""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docx_cases import differences, docx, members, para, row, run, table, text_of
from docxtpl import DocxTemplate, InlineImage, RichText

from roadmap.documents import render
from roadmap.documents.render import CompiledTemplate, TemplateError, compiled


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    + chunk(b"IEND", b"")
)
ATTACKS = [
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ x.__class__ }}",
    "{{ x['__class__'] }}",
    "{{ x|attr('__class__') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__ }}",
    "{{ '{0.__class__.__init__}'.format(x) }}",
    "{{ ('{0.__class__}'|string).format_map({'0': x}) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ rows.append(1) }}",
    "{% set q = d.update({'k': 1}) %}",
    "{{ d.pop('k') }}",
    "{{ 'a' * 10**10 }}",
    "{{ [0] * 10**9 }}",
    "{{ 9**9**9 }}",
    "{{ range(10**9)|list }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os.name }}",
    "{% extends 'x' %}",
    "{{ rows|map(attribute='__class__')|list }}",
    "{{ x|random }}",
]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused(attack: str, strict: bool) -> None:
    data = {"x": "text", "rows": [1], "d": {"k": "v"}}
    with pytest.raises(TemplateError):
        CompiledTemplate(docx(para(attack)), strict=strict).render(data)
    assert data == {"x": "text", "rows": [1], "d": {"k": "v"}}


@pytest.mark.parametrize("place", ["header", "footer", "footnote", "title"])
def test_attacks_are_refused_in_every_part(place: str) -> None:
    attack = "{{ x.__class__ }}"
    template = docx(para("t"), **{place: attack if place == "title" else para(attack)})
    with pytest.raises(TemplateError, match="запрещённое действие «__class__»"):
        CompiledTemplate(template).render({"x": 1})


def test_attacks_are_refused_by_the_plain_way_too() -> None:
    template = CompiledTemplate(docx(para("{{ x.__class__ }}")))
    with pytest.raises(TemplateError, match="запрещённое действие «__class__»"):
        template.render({"x": 1}, plain=template.plain())


BROKEN = {
    "{% for r in rows %}": "не закрыт тег, ожидалось «endfor» или «else»",
    "{% turn r in rows %}": "неизвестный тег «turn»",
    "{{ x|money }}": "неизвестный фильтр или проверка «money»",
    "{{ x..y }}": "непонятная запись тега",
    "{{ school.name }}": "неизвестное имя «school»",
    "{{ d.street }}": "нет поля «street»",
    "{{ 1 / 0 }}": "выражение не вычисляется (ZeroDivisionError)",
    "{{ rows + 1 }}": "выражение не вычисляется (TypeError)",
}


@pytest.mark.parametrize("tag", BROKEN)
def test_errors_name_the_place_in_russian(tag: str) -> None:
    template = docx(para("До") + para("Школа &amp; «дом»: " + tag) + para("После"))
    with pytest.raises(TemplateError) as caught:
        CompiledTemplate(template, strict=True).render({"x": 1, "d": {}, "rows": []})
    paragraph = f"Школа & «дом»: {tag}"
    assert str(caught.value) == f"Ошибка в шаблоне (word/document.xml, «{paragraph}»): {BROKEN[tag]}."
    assert (caught.value.part, caught.value.paragraph) == ("word/document.xml", paragraph)
    assert caught.value.reason == BROKEN[tag]


def test_an_error_inside_a_macro_names_the_macro() -> None:
    body = para("{% macro m() %}сумма {{ 1 / 0 }}{% endmacro %}") + para("тут {{ m() }}")
    with pytest.raises(TemplateError) as caught:
        CompiledTemplate(docx(body)).render({})
    assert caught.value.paragraph == "{% macro m() %}сумма {{ 1 / 0 }}{% endmacro %}"


def test_a_file_that_is_no_document_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"^Ошибка в шаблоне: файл не читается как документ Word \(.docx\)\.$"):
        CompiledTemplate(b"no zip")


def test_broken_markup_in_a_header_is_an_error() -> None:
    template = docx(para("t"), header=para("{{ x|safe }}"))
    with pytest.raises(TemplateError) as caught:
        CompiledTemplate(template).render({"x": "<w:b>"})
    assert (caught.value.part, caught.value.reason) == (
        "word/header1.xml",
        "после подстановки данных разметка Word испорчена",
    )


def test_equal_data_give_equal_bytes_dated_1980(tmp_path: Path) -> None:
    source = docx(para("{{ x }}"), header=para("{{ x }}"), title="{{ x }}")
    (tmp_path / "t.docx").write_bytes(source)
    template, again = CompiledTemplate(source), CompiledTemplate(tmp_path / "t.docx")
    first = template.render({"x": "1"})
    assert template.render({"x": "2"}) != first
    assert again.render({"x": "1"}) == first == template.render({"x": "1"})
    assert template.digest == hashlib.sha256(source).hexdigest()
    plain = [template.render({"x": "1"}, plain=template.plain()) for _ in range(2)]
    assert plain[0] == plain[1]
    for document in (first, plain[0]):
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert differences(first, plain[0]) == {}


def test_threads_do_not_disturb_each_other() -> None:
    template = CompiledTemplate(docx(table(1, row("{%tr for r in rows %}"), row("{{ r }}"), row("{%tr endfor %}"))))
    data = [{"rows": [f"{n}\n{m}" if n % 2 else f"{n}" for m in range(50)]} for n in range(24)]
    alone = [template.render(values) for values in data]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(template.render, data)) == alone


def test_compiled_keeps_the_templates_used_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_CACHED", 2)
    monkeypatch.setattr(render, "_cache", type(render._cache)())
    one, two, three = (docx(para(f"{n} {{{{ x }}}}")) for n in range(3))
    first, second = compiled(one), compiled(two)
    assert compiled(one) is first
    third = compiled(three)
    assert (compiled(one) is first, compiled(three) is third, compiled(two) is second) == (True, True, False)
    assert compiled(two, strict=False) is not compiled(two)
    with pytest.raises(TemplateError, match="неизвестное имя «x»"):
        compiled(one).render({})


def by_plain_docxtpl(source: bytes, data: dict) -> bytes:
    document = DocxTemplate(io.BytesIO(source))
    document.render({**data, "pic": InlineImage(document, io.BytesIO(PIXEL))}, autoescape=True)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_pictures_go_through_docxtpl() -> None:
    source = docx(para("{{ pic }}") + para("{{ x }}"), header=para("{{ x }}"))
    template = CompiledTemplate(source)
    picture = InlineImage(DocxTemplate(io.BytesIO(source)), io.BytesIO(PIXEL))
    filled = template.render({"pic": picture, "x": "<&\x01>"})
    assert differences(filled, by_plain_docxtpl(source, {"x": "<&>"})) == {}
    assert members(filled)["word/media/image1.png"] == PIXEL


def test_links_need_the_object_they_were_made_with() -> None:
    template = CompiledTemplate(docx("<w:p>" + run("{{r link }}") + "</w:p>"))
    plain = template.plain()
    link = RichText("сайт", url_id=plain.build_url_id("https://example.org/"))
    with pytest.raises(TemplateError, match="ссылку в тексте можно вставить, только передав"):
        template.render({"link": link})
    filled = members(template.render({"link": link}, plain=plain))
    (key,) = re.findall(rb'<w:hyperlink r:id="(\w+)"', filled["word/document.xml"])
    assert re.search(rb'Id="%s"[^>]*Target="https://example.org/"' % key, filled["word/_rels/document.xml.rels"])
    with pytest.raises(TemplateError, match="создан для другого шаблона"):
        CompiledTemplate(docx(para("t"))).render({}, plain=plain)


def test_replaced_files_go_through_docxtpl(tmp_path: Path) -> None:
    template = CompiledTemplate(docx(para("{{ x }}")))
    (tmp_path / "new").write_bytes(b"replaced")
    plain = template.plain()
    plain.replace_zipname("docProps/thumbnail.jpeg", tmp_path / "new")
    filled = template.render({"x": "да"}, plain=plain)
    assert (members(filled)["docProps/thumbnail.jpeg"], text_of(filled)) == (b"replaced", "да")


class Foreign:
    """A sub-document made with another template."""

    subdocx = tpl = object()

    def __html__(self) -> str:
        return "<w:p/>"


def test_a_foreign_sub_document_is_refused() -> None:
    with pytest.raises(TemplateError, match="вложенный документ создан не для этого шаблона"):
        CompiledTemplate(docx(para("{{p sub }}"))).render({"sub": Foreign()})


def test_plain_footnotes_are_filled_once() -> None:
    template = CompiledTemplate(docx(para("t"), footnote=para("{{ x }}"), sections=2))
    filled = template.render({"x": "{{ 7 * 7 }}"}, plain=template.plain())
    assert b">{{ 7 * 7 }}<" in members(filled)["word/footnotes.xml"]
