"""Every measure, form and kind of document, declared. Pure: no database, no request.

A new measure is a module here with a `MEASURE`, named below; documents that no report stands behind (of the registers,
blank forms) are the `DOCUMENTS` of their module.
"""

from collections.abc import Mapping
from types import MappingProxyType

from roadmap.catalogue import (
    best_practices,
    consent_forms,
    monthly_return,
    personal_programme,
    registries,
    school_report,
)
from roadmap.catalogue.base import DocumentSpec, Measure

_MODULES = (school_report, monthly_return)
_PAPERS = (personal_programme, registries, best_practices, consent_forms)

MEASURES: Mapping[str, Measure] = MappingProxyType({m.MEASURE.module: m.MEASURE for m in _MODULES})


def documents() -> Mapping[str, DocumentSpec]:
    """Kinds of documents by code, «D3»."""
    of_reports = (spec for measure in MEASURES.values() for spec in measure.documents)
    of_registers = (spec for module in _PAPERS for spec in module.DOCUMENTS)
    return {spec.kind: spec for spec in (*of_reports, *of_registers)}
