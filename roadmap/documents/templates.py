"""The Word templates as shipped."""

from __future__ import annotations

from pathlib import Path

from roadmap.catalogue.base import DocumentSpec

FACTORY = Path(__file__).resolve().parent.parent.parent / "doc_templates"


def factory_template(spec: DocumentSpec) -> bytes:
    """The bytes of ``doc_templates/<measure>/<document>.docx``."""
    return (FACTORY / spec.template).read_bytes()
