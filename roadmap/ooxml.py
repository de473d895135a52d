"""Looking at an uploaded Office package (.docx, .xlsx) before anything opens it: the zip directory, then each part.

What is refused and why follows the list of attacks in the project's trust notes (rows 36–40): bombs, names that lead
outside, overlapping entries, DTDs in any encoding. No part is inflated before the whole directory has been checked,
and none beyond the size it declares. What may stand inside the parts is for whoever reads them to say.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_RATIO = 200  # of a part over 1 MB
MAX_NAME = 200  # bytes
TYPES = "[Content_Types].xml"
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be")
_DECLARED = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_ENCODINGS = frozenset(("utf-8", "utf-16", "us-ascii"))


@dataclass(frozen=True)
class Limits:
    """Bytes of the file, number of its parts, bytes of one part and of all of them once inflated."""

    file: int
    entries: int
    part: int
    total: int


class UnsafeDocument(Exception):
    """The file is refused; `reason` is a Russian clause, the message a Russian sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Файл не принят: {reason}.")


def parts(data: bytes, limits: Limits, kind: str) -> Iterator[tuple[str, bytes]]:
    """(name, contents) of each part, [Content_Types].xml first, the directory checked before the first is inflated.

    ``kind`` is «.docx» or «.xlsx», for the sentence. Raises UnsafeDocument with the reason in Russian.
    """
    if not data.startswith(b"PK\3\4"):
        raise UnsafeDocument(f"это не документ {kind}")
    if len(data) > limits.file:
        raise UnsafeDocument(f"файл больше {limits.file // 2**20} МБ")
    directory = _check_end(data, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise UnsafeDocument("архив документа повреждён") from error
    with archive:
        entries = archive.infolist()
    _check_names([entry.orig_filename for entry in entries])
    _check_sizes(entries, limits)
    bodies = _check_layout(data, entries, directory)
    types = next((entry for entry in entries if entry.filename == TYPES), None)
    if types is None:
        program = {".docx": "Word", ".xlsx": "Excel"}[kind]
        raise UnsafeDocument(f"в архиве нет описания документа {program}")
    for entry in [types, *(entry for entry in entries if entry is not types and not entry.is_dir())]:
        yield entry.filename, _inflated(entry, bodies[entry.filename])


def xml_text(name: str, content: bytes) -> str | None:
    """The text of an XML part, None for other content. Refuses DTDs and unusual encodings."""
    head = content[:512].lstrip(b" \t\r\n")
    encoding = next((encoding for sign, encoding in _BOMS if head.startswith(sign)), None)
    is_named_xml = name.lower().endswith((".xml", ".rels", ".vml", ".svg"))
    if encoding is None and not head.startswith(b"<"):
        if is_named_xml:
            raise UnsafeDocument(f"часть «{name}» не читается")
        return None
    if encoding in _WIDE and not is_named_xml and not _looks_like_xml(head, encoding):
        return None
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if not is_named_xml:
            return None
        raise UnsafeDocument(f"часть «{name}» в неизвестной кодировке") from error
    declared = _DECLARED.search(text[:512])
    if "\0" in text or (declared and declared.group(1).lower() not in _ENCODINGS):
        raise UnsafeDocument(f"часть «{name}» в неизвестной кодировке")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnsafeDocument(f"в части «{name}» есть DTD, это запрещено")
    return text


def _looks_like_xml(head: bytes, encoding: str | None) -> bool:
    return head.decode(encoding or "utf-8", "ignore").lstrip("\ufeff \t\r\n").startswith("<")


def _check_end(data: bytes, limits: Limits) -> int:
    """The offset of the central directory; the end record must be the last thing in the file."""
    place = len(data) - _END.size
    if place < 0 or data[place : place + 4] != b"PK\5\6":
        raise UnsafeDocument("после архива есть посторонние данные или он обрезан")
    _, disk, start_disk, here, total, size, offset, comment = _END.unpack_from(data, place)
    if disk or start_disk or here != total or comment:
        raise UnsafeDocument("архив документа необычно устроен")
    if total > limits.entries:
        raise UnsafeDocument(f"в архиве больше {limits.entries} частей")
    if offset + size != place:
        raise UnsafeDocument("оглавление архива не на своём месте")
    return int(offset)


def _check_names(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        pieces = name.rstrip("/").split("/")
        if name.startswith("/") or "\\" in name or ":" in name or any(p in ("", ".", "..") for p in pieces):
            raise UnsafeDocument("имя части ведёт за пределы документа")
        if not name.isprintable() or len(name.encode("utf-8", "replace")) > MAX_NAME:
            raise UnsafeDocument("недопустимое имя части")
        if any(_DEVICES.match(piece) or piece[-1] in ". " for piece in pieces):
            raise UnsafeDocument("недопустимое имя части")
        if name.lower() in seen:
            raise UnsafeDocument("имя части повторяется")
        seen.add(name.lower())


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = 0
    for entry in entries:
        mode = entry.external_attr >> 16
        if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnsafeDocument("в архиве есть ссылка или особый файл")
        if entry.flag_bits & 0x41:
            raise UnsafeDocument("документ зашифрован")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnsafeDocument("необычный способ сжатия")
        if entry.is_dir() and entry.file_size:
            raise UnsafeDocument("архив документа необычно устроен")
        total += entry.file_size
        bomb = entry.file_size > 2**20 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if bomb or entry.file_size > limits.part or total > limits.total:
            raise UnsafeDocument("после распаковки документ слишком велик")


def _check_layout(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> dict[str, memoryview]:
    """The packed bytes of each part; entries may not overlap and must agree with the directory."""
    bodies: dict[str, memoryview] = {}
    view, free = memoryview(data), 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        start = entry.header_offset
        if start != free or start + _LOCAL.size > directory:
            raise UnsafeDocument("части архива накладываются или между ними посторонние данные")
        sign, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(data, start)
        body = start + _LOCAL.size + name + extra
        written = data[start + _LOCAL.size : start + _LOCAL.size + name]
        encoding = "utf-8" if flags & 0x800 else "cp437"
        later = flags & 8  # sizes follow the data
        agreed = later or (crc, packed, size) == (entry.CRC, entry.compress_size, entry.file_size)
        if packed == 0xFFFFFFFF or size == 0xFFFFFFFF:  # ZIP64 keeps them in the extra field
            agreed = True
        if sign != b"PK\3\4" or method != entry.compress_type or not agreed:
            raise UnsafeDocument("заголовки архива противоречат оглавлению")
        if written.decode(encoding, "replace") != entry.orig_filename:
            raise UnsafeDocument("заголовки архива противоречат оглавлению")
        end = body + entry.compress_size
        if end > directory:
            raise UnsafeDocument("части архива накладываются")
        bodies[entry.filename] = view[body:end]
        free = end + (_descriptor(data, end, entry) if later else 0)
    if free != directory:
        raise UnsafeDocument("в архиве есть посторонние данные")
    return bodies


def _descriptor(data: bytes, place: int, entry: zipfile.ZipInfo) -> int:
    """The length of the record with sizes that follows a part's data (with its sign or not, ZIP64 or not)."""
    for sign in (b"PK\7\x08", b""):
        for form in ("<LLL", "<LQQ"):
            record = sign + struct.pack(form, entry.CRC, entry.compress_size, entry.file_size)
            if data[place : place + len(record)] == record:
                return len(record)
    raise UnsafeDocument("заголовки архива противоречат оглавлению")


def _inflated(entry: zipfile.ZipInfo, body: memoryview) -> bytes:
    """The part's contents, never more than it declares; a lie about size or checksum is refused."""
    if entry.compress_type == zipfile.ZIP_STORED:
        content = bytes(body)
    else:
        inflate = zlib.decompressobj(-15)
        try:
            content = inflate.decompress(body, entry.file_size + 1)
        except zlib.error as error:
            raise UnsafeDocument(f"часть «{entry.filename}» повреждена") from error
        if not inflate.eof and len(content) == entry.file_size:
            inflate.decompress(inflate.unconsumed_tail, 1)
        if not inflate.eof or inflate.unused_data:
            raise UnsafeDocument(f"часть «{entry.filename}» не того размера, что заявлен")
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise UnsafeDocument(f"часть «{entry.filename}» не того размера, что заявлен")
    return content
