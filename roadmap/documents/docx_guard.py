"""Looking at an uploaded .docx before anything opens it: the package first (``roadmap.ooxml``), then each part:
macros and embedded objects, links that Word follows by itself (trust notes, rows 36–40).
"""

from roadmap.documents.docx_guard_parts import check_part, check_types
from roadmap.ooxml import TYPES, Limits, UnsafeDocument, parts

__all__ = ["UnsafeDocument", "scan_docx"]

LIMITS = Limits(file=20 * 2**20, entries=1_000, part=32 * 2**20, total=64 * 2**20)


def scan_docx(data: bytes) -> None:
    """Raise UnsafeDocument, with the reason in Russian, unless `data` is a .docx without surprises."""
    for name, content in parts(data, LIMITS, ".docx"):
        if name == TYPES:
            check_types(content)
        check_part(name, content)
