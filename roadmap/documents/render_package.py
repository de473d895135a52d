"""The zip side of the renderer: what docxtpl would save, taken apart once, and put together many times."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.coreprops import CoreProperties
from docx.oxml.parser import parse_xml
from lxml import etree

from roadmap.documents.render_engine import DocxTemplate

PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")  # those docxtpl fills
BODY_END = "</w:body>"
_PROPERTY_LIMIT = 255  # characters, python-docx's own limit
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_DATE = 0x0021  # 1 January 1980: the same data must give the same bytes whatever the day


@dataclass
class Opened:
    """A template as docxtpl sees it: Jinja sources by part name, and every member it would save."""

    body_part: str
    body: str  # patched source between its opening and closing tags
    body_open: str  # the opening tag as written, with every namespace
    before: bytes  # of the document part: all up to the body
    after: bytes  # all after it
    inherits: bool  # the body needs no namespaces of its own
    stories: dict[str, str] = field(default_factory=dict)  # headers and footers
    notes: dict[str, str] = field(default_factory=dict)  # footnotes
    core_part: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    members: dict[str, bytes] = field(default_factory=dict)  # in docxtpl's order


def by_paragraph(source: str) -> str:
    """A line for each paragraph, so that an error's line number finds the paragraph (docxtpl's way)."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def open_template(data: bytes) -> Opened | None:
    """Take a template apart; None where its parts are shared in a way only docxtpl itself can follow.

    Raises whatever python-docx raises on a damaged file.
    """
    template = DocxTemplate(io.BytesIO(data))
    template.render_init()
    document = template.docx
    opened = _open_body(template)
    for uri in (DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI):
        for key, part in list(template.get_headers_footers(uri)):
            name = part.partname.membername
            if name in opened.stories:
                return None
            xml = template.get_part_xml(part)
            opened.stories[name] = template.patch_xml(xml)
            template.map_headers_footers_xml(key, xml.encode())
    package = document.part.package
    ensure_core(package)
    core = package.core_properties
    opened.core_part = package._core_properties_part.partname.membername
    for name in PROPERTIES:
        opened.properties[name] = getattr(core, name)
        setattr(core, name, opened.properties[name])
    if len(document.sections):
        for part in package.parts:
            if part.content_type == CONTENT_TYPE.WML_FOOTNOTES:
                opened.notes[part.partname.membername] = template.patch_xml(part.blob.decode("utf-8"))
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as archive:
        if len(set(archive.namelist())) != len(archive.namelist()):
            return None
        opened.members = {name: archive.read(name) for name in archive.namelist()}
    return opened


def ensure_core(package: Any) -> None:
    """Give a package without core properties python-docx's default ones, but without the current time."""
    if not any(rel.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for rel in package.rels.values()):
        element = package.core_properties._element
        element.remove(element.modified)


def _open_body(template: Any) -> Opened:
    part = template.docx.part
    root, body = part.element, part.element.body
    source = template.patch_xml(template.get_xml())
    tag = re.match(r"<w:body[^>]*?(/?)>", source)
    if tag is None or tag.group(1) or not source.endswith(BODY_END):
        raise ValueError("the document has no body")
    inherits = body.nsmap == root.nsmap and not body.attrib
    shell = etree.fromstring(etree.tostring(root))
    for place in shell.iterchildren(body.tag):
        place.clear()
    written = etree.tostring(shell, encoding="UTF-8", standalone=True)
    before, after = re.split(rb"<w:body[^>]*/>", written)
    inner = source[tag.end() : -len(BODY_END)]
    return Opened(part.partname.membername, inner, tag.group(0), before, after, inherits)


def story_xml(text: str) -> bytes:
    """A header's or footer's member as python-docx would write it; XMLSyntaxError on broken markup."""
    part: bytes = etree.tostring(parse_xml(text.encode()), encoding="UTF-8", standalone=True)
    return part


def core_xml(blank: bytes, values: dict[str, str]) -> bytes:
    """The core properties' member with `values` set, each cut to the 255 characters the format allows."""
    element = parse_xml(blank)
    core = CoreProperties(element)  # type: ignore[arg-type]
    for name, value in values.items():
        setattr(core, name, value[:_PROPERTY_LIMIT])
    part: bytes = etree.tostring(element, encoding="UTF-8", standalone=True)
    return part


@dataclass(frozen=True)
class Record:
    """One finished zip member: its local header with the deflated bytes, and what the directory needs."""

    name: bytes
    crc: int
    packed: int
    size: int
    local: bytes
    chunks: tuple[bytes, ...]


class Packer:
    """Deflates a member piece by piece, at the level zipfile uses."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        self._chunks: list[bytes] = []
        self._crc = self.size = 0

    def add(self, data: bytes) -> None:
        """Append some of the member's bytes."""
        self._crc = zlib.crc32(data, self._crc)
        self.size += len(data)
        self._chunks.append(self._deflate.compress(data))

    def unpacked(self) -> bytes:
        """All that was added, for the rare case that it has to be reworked; nothing may follow."""
        packed = b"".join((*self._chunks, self._deflate.flush()))
        return zlib.decompress(packed, -15)

    def record(self, name: str) -> Record:
        """Finish the member."""
        self._chunks.append(self._deflate.flush())
        packed = sum(map(len, self._chunks))
        raw = name.encode()
        flags = 0 if name.isascii() else 0x800
        numbers = (20, flags, 8, 0, _DATE, self._crc, packed, self.size, len(raw), 0)
        local = _LOCAL.pack(b"PK\3\4", *numbers) + raw
        return Record(raw, self._crc, packed, self.size, local, tuple(self._chunks))


def pack(name: str, data: bytes) -> Record:
    """A whole member at once."""
    packer = Packer()
    packer.add(data)
    return packer.record(name)


def assemble(records: Iterable[Record]) -> bytes:
    """The zip file of these members, in this order, dated 1980-01-01."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = count = 0
    for record in records:
        flags = int.from_bytes(record.local[6:8], "little")
        numbers = (20, 20, flags, 8, 0, _DATE, record.crc, record.packed, record.size)
        directory.append(_CENTRAL.pack(b"PK\1\2", *numbers, len(record.name), 0, 0, 0, 0, 0, offset) + record.name)
        pieces += (record.local, *record.chunks)
        offset += len(record.local) + record.packed
        count += 1
    central = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(central), offset, 0)
    return b"".join((*pieces, central, end))


def repack(data: bytes) -> bytes:
    """A zip file's members in their order, with this module's fixed dates."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return assemble([pack(name, archive.read(name)) for name in archive.namelist()])
