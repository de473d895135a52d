"""Looking at an uploaded .docx before anything opens it: the zip directory first, then each part.

What is refused and why follows the list of attacks in the project's trust notes (rows 36–40): bombs, names
that lead outside, disguised and overlapping entries, macros and embedded objects, links that Word follows
by itself, and DTDs in any encoding. No part is inflated before the whole directory has been checked, and
none beyond the size it declares.
"""

import io
import re
import stat
import struct
import zipfile
import zlib

from roadmap.documents.docx_guard_parts import UnsafeDocument, check_part, check_types

__all__ = ["UnsafeDocument", "scan_docx"]

MAX_FILE = 20 * 2**20  # bytes
MAX_ENTRIES = 1_000
MAX_PART = 32 * 2**20  # bytes, inflated
MAX_TOTAL = 64 * 2**20
MAX_RATIO = 200  # of a part over 1 MB
MAX_NAME = 200  # bytes
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_CHUNK = 2**18
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def scan_docx(data: bytes) -> None:
    """Raise UnsafeDocument, with the reason in Russian, unless `data` is a .docx without surprises."""
    if not data.startswith(b"PK\3\4"):
        raise UnsafeDocument("это не документ .docx")
    if len(data) > MAX_FILE:
        raise UnsafeDocument(f"файл больше {MAX_FILE // 2**20} МБ")
    directory = _check_end(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise UnsafeDocument("архив документа повреждён") from error
    with archive:
        entries = archive.infolist()
    _check_names([entry.orig_filename for entry in entries])
    _check_sizes(entries)
    bodies = _check_layout(data, entries, directory)
    names = {entry.filename for entry in entries}
    types = next((entry for entry in entries if entry.filename == "[Content_Types].xml"), None)
    if types is None:
        raise UnsafeDocument("в архиве нет описания документа Word")
    check_types(_inflated(types, bodies[types.filename]))
    for entry in entries:
        if not entry.is_dir():
            check_part(entry.filename, _inflated(entry, bodies[entry.filename]), names)


def _check_end(data: bytes) -> int:
    """The offset of the central directory; the end record must be the last thing in the file."""
    place = len(data) - _END.size
    if place < 0 or data[place : place + 4] != b"PK\5\6":
        raise UnsafeDocument("после архива есть посторонние данные или он обрезан")
    _, disk, start_disk, here, total, size, offset, comment = _END.unpack_from(data, place)
    if disk or start_disk or here != total or comment:
        raise UnsafeDocument("архив документа необычно устроен")
    if total > MAX_ENTRIES:
        raise UnsafeDocument(f"в архиве больше {MAX_ENTRIES} частей")
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


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
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
        if bomb or entry.file_size > MAX_PART or total > MAX_TOTAL:
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
