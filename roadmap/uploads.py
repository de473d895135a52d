"""An uploaded file, accepted by its content: its kind, whether it is whole, and its size."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO

from werkzeug.datastructures import FileStorage

from roadmap.errors import Invalid, TooLarge
from roadmap.labels import Labelled

LIMIT = 10 * 1024 * 1024
OOXML = "application/vnd.openxmlformats-officedocument."


class FileKind(Labelled):
    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    DOCX = OOXML + "wordprocessingml.document", "Word (.docx)"
    XLSX = OOXML + "spreadsheetml.sheet", "Excel (.xlsx)"


SCANS = (FileKind.PDF, FileKind.JPEG, FileKind.PNG)


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes
    media_type: str


def read_upload(file: FileStorage | None, kinds: Collection[FileKind], limit: int = LIMIT) -> Upload | None:
    """The upload, or None where the field was left empty. Invalid or TooLarge says in Russian what is wrong."""
    if file is None or not file.filename:
        return None
    content = file.stream.read(limit + 1)
    if len(content) > limit:
        raise TooLarge(f"Файл больше {limit // 1024 // 1024} МБ. Уменьшите его и отправьте снова.")
    allowed = ", ".join(kind.label for kind in kinds)
    if not content:
        raise Invalid("Файл пустой. Выберите другой файл.")
    kind = kind_of(content)
    if kind is None or kind not in kinds:
        raise Invalid(f"Файл этого вида не принимается. Подойдёт {allowed}.")
    if not _whole(content, kind):
        raise Invalid("Файл повреждён или загружен не до конца. Откройте его на своём компьютере и отправьте снова.")
    return Upload(safe_name(file.filename), content, kind.value)


def kind_of(content: bytes) -> FileKind | None:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"PK\x03\x04"):
        return _ooxml_kind(content)
    return None


def safe_name(name: str) -> str:
    """The last part of the name without control and direction characters, at most 120 characters long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:110]}.{suffix[:9]}" if dot else kept[:120] or "file"


def _whole(content: bytes, kind: FileKind) -> bool:
    match kind:
        case FileKind.PDF:
            return b"%%EOF" in content[-2048:]
        case FileKind.JPEG:
            return b"\xff\xd9" in content[-512:]
        case FileKind.PNG:
            return b"IEND" in content[-32:]
    return True


def _ooxml_kind(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            info = archive.getinfo("[Content_Types].xml")
            if info.file_size > 1024 * 1024 or any("vbaproject" in name.lower() for name in archive.namelist()):
                return None
            types = archive.read(info)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError):
        return None
    for kind in (FileKind.DOCX, FileKind.XLSX):
        if (kind.value + ".main+xml").encode() in types:
            return kind
    return None
