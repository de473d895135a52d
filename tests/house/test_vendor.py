"""The shipped front-end files are exactly those that were reviewed, and everything our CSS points at is there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "roadmap" / "static"
VENDOR = STATIC / "vendor"


def test_vendored_files_are_the_listed_ones_byte_for_byte() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    shipped = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert shipped == listed


def test_each_vendored_package_comes_with_its_licence() -> None:
    licences = sorted(path.name for path in VENDOR.glob("LICENSE.*.txt"))
    assert licences == [
        "LICENSE.bootstrap.txt",
        "LICENSE.golos-text.txt",
        "LICENSE.htmx.txt",
        "LICENSE.idiomorph.txt",
    ]


def test_no_file_points_at_a_source_map_we_do_not_ship() -> None:
    pointing = [path.name for path in STATIC.rglob("*.*s") if b"sourceMappingURL" in path.read_bytes()]
    assert pointing == []


def test_every_file_our_stylesheet_names_exists() -> None:
    named = re.findall(r'url\("([^"]+)"\)', (STATIC / "app.css").read_text(encoding="utf-8"))
    assert [name for name in named if not (STATIC / name).is_file()] == []
    assert sorted(named) == ["vendor/golos-text-cyrillic.woff2", "vendor/golos-text-latin.woff2"]
