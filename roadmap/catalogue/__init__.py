"""Every measure, form and kind of document, declared. Pure: no database, no request.

A new measure is a module here with a `MEASURE`, named below.
"""

from collections.abc import Mapping
from types import MappingProxyType

from roadmap.catalogue import monthly_return, school_report
from roadmap.catalogue.base import DocumentSpec, Measure

_MODULES = (school_report, monthly_return)

MEASURES: Mapping[str, Measure] = MappingProxyType({m.MEASURE.module: m.MEASURE for m in _MODULES})


def documents() -> Mapping[str, DocumentSpec]:
    """Kinds of documents by code, «D3»."""
    return {spec.kind: spec for measure in MEASURES.values() for spec in measure.documents}
