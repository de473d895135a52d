"""What may be inside the parts of an uploaded .docx: see `docx_guard`."""

import io
import posixpath
import re
from urllib.parse import unquote, urlsplit

from lxml import etree

from roadmap.ooxml import TYPES, UnsafeDocument, xml_text

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LINKS = frozenset(("", "http", "https", "mailto", "ftp", "tel", "file"))
_FIELD = re.compile(
    r"(?i)^[\s\"=]*(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|RD|DATABASE|QUOTE\s+\d)\b"
)
_ACTIVE_SVG = re.compile(r"(?i)<\s*(?:\w+:)?(script|foreignObject)\b|\son\w+\s*=")
_BINARY = (  # a part's name, why it is refused
    (re.compile(r"(?i)vba(project|data)|\.(docm|dotm|xlsm|pptm|xlam)$"), "в документе есть макросы"),
    (re.compile(r"(?i)activex"), "в документе есть элементы ActiveX"),
    (re.compile(r"(?i)oleobject|/embeddings/(?!.*\.xlsx$)"), "в документе есть внедрённые объекты"),
    (re.compile(r"(?i)\.(exe|dll|js|jse|vbs|vbe|wsf|hta|lnk|bat|cmd|ps1|scr|jar|msi|com|chm|html?|mht)$"),
     "в документе есть посторонние файлы"),
)  # fmt: skip


def _tree(name: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeDocument(f"часть «{name}» повреждена") from error


def check_types(content: bytes) -> None:
    """Refuse a package that is not a plain Word document; `content` is its [Content_Types].xml."""
    xml_text(TYPES, content)
    types = [item.get("ContentType", "") for item in _tree(TYPES, content)]
    lowered = " ".join(types).lower()
    if "macroenabled" in lowered or "vbaproject" in lowered:
        raise UnsafeDocument("в документе есть макросы")
    if "activex" in lowered:
        raise UnsafeDocument("в документе есть элементы ActiveX")
    if "oleobject" in lowered:
        raise UnsafeDocument("в документе есть внедрённые объекты")
    if types.count(_MAIN) != 1:
        raise UnsafeDocument("это не документ .docx")


def check_part(name: str, content: bytes) -> None:
    """Refuse one part of a package. Raises UnsafeDocument."""
    for pattern, reason in _BINARY:
        if pattern.search(name):
            raise UnsafeDocument(reason)
    if content.startswith((b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0")):
        raise UnsafeDocument("в документе есть внедрённые объекты")
    text = xml_text(name, content)
    if text is None:
        return
    if name.lower().endswith(".rels"):
        _check_links(name, content)
    elif "instrText" in text or "fldSimple" in text:
        _check_fields(name, content)
    if name.lower().endswith(".svg") and _ACTIVE_SVG.search(text):
        raise UnsafeDocument("в документе есть рисунок с программой внутри")


def _check_links(name: str, content: bytes) -> None:
    folder = posixpath.dirname(posixpath.dirname("/" + name))
    for link in _tree(name, content):
        kind, target = link.get("Type", "").rsplit("/", 1)[-1].lower(), link.get("Target", "")
        if kind in ("vbaproject", "wordvbadata"):
            raise UnsafeDocument("в документе есть макросы")
        if kind in ("oleobject", "control", "activexcontrolbinary"):
            raise UnsafeDocument("в документе есть внедрённые объекты")
        if kind == "afchunk":
            raise UnsafeDocument("в документе есть вложенный посторонний документ")
        if link.get("TargetMode", "").lower() == "external":
            _check_external(kind, target)
        elif not _stays_inside(folder, target):
            raise UnsafeDocument("ссылка ведёт за пределы документа")


def _check_external(kind: str, target: str) -> None:
    if kind == "attachedtemplate":
        raise UnsafeDocument("документ подключает внешний шаблон: отвяжите его в Word (Разработчик → Шаблон)")
    if kind == "image":
        raise UnsafeDocument("рисунок загружается из сети: вставьте его в документ")
    scheme = target.split(":", 1)[0].strip().lower() if ":" in target else ""
    if kind != "hyperlink":
        raise UnsafeDocument("документ загружает данные извне")
    if len(scheme) > 1 and scheme not in _LINKS:
        raise UnsafeDocument("недопустимая ссылка в документе")


def _stays_inside(folder: str, target: str) -> bool:
    path = unquote(urlsplit(target).path)
    if "\\" in path or ":" in path or "\0" in path:
        return False
    depth = 0
    for piece in posixpath.join(folder, path).split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(piece, 1)
        if depth < 0:
            return False
    return True


def _check_fields(name: str, content: bytes) -> None:
    """Refuse fields by which Word fetches or runs something; a field's code may be split over runs."""
    codes: list[str] = []
    _tree(name, content)
    for _, element in etree.iterparse(io.BytesIO(content), resolve_entities=False, no_network=True):
        tag = str(element.tag).rsplit("}", 1)[-1]
        if tag == "fldChar" or tag == "p":
            codes.append("")
        elif tag == "instrText":
            codes = codes or [""]
            codes[-1] += element.text or ""
        elif tag == "fldSimple":
            codes += [next((v for k, v in element.attrib.items() if str(k).endswith("instr")), ""), ""]
    if any(_FIELD.match(code) for code in codes):
        raise UnsafeDocument("в документе есть поле, которое загружает или запускает постороннее")
