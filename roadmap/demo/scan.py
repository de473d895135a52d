"""A small real PDF that stands for the scan of a signed paper and says that it is none."""

from __future__ import annotations

from roadmap.uploads import FileKind, Upload

TEXT = "ДЕМОНСТРАЦИОННЫЙ СКАН"
# Letters of 5 × 7 dots, a row a number: a PDF without fonts has no Cyrillic letters of its own.
GLYPHS = {
    "Д": (6, 10, 10, 10, 10, 31, 17),
    "Е": (31, 16, 16, 30, 16, 16, 31),
    "М": (17, 27, 21, 21, 17, 17, 17),
    "О": (14, 17, 17, 17, 17, 17, 14),
    "Н": (17, 17, 17, 31, 17, 17, 17),
    "С": (14, 17, 16, 16, 16, 17, 14),
    "Т": (31, 4, 4, 4, 4, 4, 4),
    "Р": (30, 17, 17, 30, 16, 16, 16),
    "А": (14, 17, 17, 31, 17, 17, 17),
    "Ц": (18, 18, 18, 18, 18, 31, 1),
    "И": (17, 17, 19, 21, 25, 17, 17),
    "Ы": (17, 17, 17, 29, 19, 19, 29),
    "Й": (21, 17, 19, 21, 25, 17, 17),
    "К": (17, 18, 20, 24, 20, 18, 17),
    " ": (0, 0, 0, 0, 0, 0, 0),
}
DOT = 4  # points
LEFT, TOP = 45, 460


def demo_scan(number: str) -> Upload:
    """One A4 page with the words above, told apart by ``number`` in a line of Latin letters and digits."""
    plain = "".join(c if c.isascii() and c not in "()\\" else "-" for c in number)
    caption = f"BT /F1 14 Tf {LEFT} {TOP - 60} Td (N {plain}) Tj ET"
    content = f"0.55 0.6 0.65 rg\n{_dots()}\n0 0 0 rg\n{caption}".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    return Upload("скан.pdf", _file(objects), FileKind.PDF.value)


def _dots() -> str:
    return "\n".join(
        f"{LEFT + (place * 6 + column) * DOT} {TOP - row * DOT} {DOT} {DOT} re f"
        for place, letter in enumerate(TEXT)
        for row, bits in enumerate(GLYPHS[letter])
        for column in range(5)
        if bits >> (4 - column) & 1
    )


def _file(objects: tuple[bytes, ...]) -> bytes:
    """Objects, their offsets and the trailer (ISO 32000-1, 7.5)."""
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
