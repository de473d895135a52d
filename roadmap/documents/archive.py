"""Papers of all pairs of a school in one archive."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

from roadmap.catalogue.base import DocumentSpec
from roadmap.documents import service
from roadmap.documents.source import DatabaseSource
from roadmap.language import clean_filename


@dataclass(frozen=True)
class Packed:
    content: bytes
    count: int


def of_pairs(spec: DocumentSpec, source: DatabaseSource) -> Packed:
    """Drafts for every pair whose programme lasts into the school year of the source's day.

    Named by place and order number, never by people (dossier §8.3); the same data make the same bytes.
    """
    registers = source.registers
    assert registers is not None, "an archive of pairs belongs to a school"
    day, period = source.as_of, source.as_of.isoformat()
    pairs = registers.pairs_with_programmes(date(day.year if day.month >= 9 else day.year - 1, 9, 1))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:  # a .docx is packed already
        for number, mentorship_id in enumerate(pairs, start=1):
            order = registers.order_number(mentorship_id)
            stem = f"{number:03} программа" + (f" (приказ № {order})" if order else "")
            entry = zipfile.ZipInfo(clean_filename(stem, "docx"), (day.year, day.month, day.day, 0, 0, 0))
            archive.writestr(entry, service.render(spec, source.about(mentorship_id), period, service.Head()).content)
    return Packed(written.getvalue(), len(pairs))
