"""The standards' constants, kept in ``parameters.json``: Streebog's and the curves' (sources are named
there).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict


class StreebogConstants(TypedDict):
    """``pi``: 256 bytes in hex; ``a``: 64 words of 64 bits; ``c``: 12 words of 512 bits (hex, most
    significant first).
    """

    pi: str
    a: list[str]
    c: list[str]


class CurveConstants(TypedDict):
    """One parameter set in Weierstrass form, numbers in hex, with every OID that names it."""

    name: str
    oids: list[str]
    bits: int
    p: str
    a: str
    b: str
    q: str
    x: str
    y: str


class Parameters(TypedDict):
    source: str
    streebog: StreebogConstants
    curves: list[CurveConstants]


def read() -> Parameters:
    found: Parameters = json.loads(Path(__file__).with_name("parameters.json").read_text(encoding="utf-8"))
    return found
