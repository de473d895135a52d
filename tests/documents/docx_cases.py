"""Word templates built for the renderer's tests, and the comparison with docxtpl they are held to."""

import io
import zipfile

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from lxml import etree


def run(text: str) -> str:
    return f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(text: str) -> str:
    return f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr>{run(text)}</w:p>'


def cell(text: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/>{properties}</w:tcPr>{para(text)}</w:tc>'


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(c if c.startswith("<w:tc") else cell(c) for c in cells) + "</w:tr>"


def table(columns: int, *rows: str) -> str:
    grid = '<w:gridCol w:w="1000"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


FOOTNOTES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<w:footnotes {nsdecls("w")}>\n  <w:footnote w:id="2">\n    %s\n  </w:footnote>\n</w:footnotes>\n'
)


def docx(
    body: str,
    header: str = "",
    footer: str = "",
    footnote: str = "",
    sections: int = 1,
    **properties: str,
) -> bytes:
    """A .docx whose body, header, footer and footnote are this WordprocessingML (prefixes w, r, wp, a)."""
    document = Document()
    element = document.element.body
    declared = nsdecls("w", "r", "wp", "a")
    for place, child in enumerate(parse_xml(f"<w:body {declared}>{body}</w:body>")):
        element.insert(place, child)
    for _ in range(sections - 1):
        document.add_section()
    for story, text in (
        (document.sections[0].header, header),
        (document.sections[0].footer, footer),
    ):
        if text:
            story.is_linked_to_previous = False
            story._element.remove(story.paragraphs[0]._element)
            for child in parse_xml(f"<w:hdr {declared}>{text}</w:hdr>"):
                story._element.append(child)
    if footnote:
        name = PackURI("/word/footnotes.xml")
        blob = (FOOTNOTES % footnote).encode()
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    for key, value in properties.items():
        setattr(document.core_properties, key, value)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def by_docxtpl(template: bytes, data: dict, strict: bool = False) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    environment = Environment(undefined=StrictUndefined) if strict else None
    document.render(data, jinja_env=environment, autoescape=True)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def members(document: bytes) -> dict[str, bytes]:
    """Every member, in order."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def differences(document: bytes, expected: bytes) -> dict[str, tuple[bytes, bytes]]:
    """The members that differ, XML compared in its canonical form; both must list the same members."""
    ours, theirs = members(document), members(expected)
    assert list(ours) == list(theirs)
    pairs = {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}
    canonical = {name: tuple(etree.tostring(etree.fromstring(data), method="c14n") for data in pair)
                 for name, pair in pairs.items()}  # fmt: skip
    return {name: pair for name, pair in canonical.items() if pair[0] != pair[1]}


def text_of(document: bytes) -> str:
    """All the text of the body, a line a paragraph."""
    body = Document(io.BytesIO(document)).element.body
    return "\n".join("".join(node.text or "" for node in p.iter("{*}t")) for p in body.iter("{*}p"))
