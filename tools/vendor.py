"""Fetches the pinned front-end files anew: ``python tools/vendor.py`` (needs npm; the application itself does not).

Without an argument every file must match SHA256SUMS before anything is written. To move to another version change
PINNED, run with ``--pin`` and review the difference.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "roadmap" / "static" / "vendor"
PINNED = {
    "htmx.org@2.0.11": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE.htmx.txt"},
    "idiomorph@0.8.0": {"dist/idiomorph-ext.min.js": "idiomorph-ext.min.js", "LICENSE": "LICENSE.idiomorph.txt"},
    "bootstrap@5.3.9": {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE.bootstrap.txt"},
    "@fontsource-variable/golos-text@5.3.0": {
        "files/golos-text-cyrillic-wght-normal.woff2": "golos-text-cyrillic.woff2",
        "files/golos-text-latin-wght-normal.woff2": "golos-text-latin.woff2",
        "LICENSE": "LICENSE.golos-text.txt",
    },
}
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$")


def fetch(package: str, folder: Path) -> dict[str, bytes]:
    """The wanted files of one package; a reference to a source map we do not ship is cut off."""
    command = ["npm", "pack", "--silent", package]
    printed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    with tarfile.open(folder / printed.split()[-1]) as archive:
        return {
            target: SOURCE_MAP.sub(b"\n", archive.extractfile(f"package/{source}").read())  # type: ignore[union-attr]
            for source, target in PINNED[package].items()
        }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: data for package in PINNED for name, data in fetch(package, Path(folder)).items()}
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    if "--pin" in sys.argv[1:]:
        (VENDOR / "SHA256SUMS").write_text(sums)
    elif sums != (VENDOR / "SHA256SUMS").read_text():
        sys.exit("The fetched files differ from SHA256SUMS; nothing was written.")
    for name, data in files.items():
        (VENDOR / name).write_bytes(data)


if __name__ == "__main__":
    main()
