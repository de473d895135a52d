"""The same check for files on disk, as the command line asks for it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from roadmap.signatures.revocation import MAX_CRL_BYTES
from roadmap.signatures.verdict import Verdict
from roadmap.signatures.verify import MAX_DOCUMENT_BYTES, MAX_SIGNATURE_BYTES, NOT_LEGAL, verify

ACCEPTED, REFUSED, UNOPENED = 0, 1, 2


def verify_files(
    file: Path, sig: Path, trust_dir: Path | None, crl_dir: Path | None, at: datetime | None = None
) -> tuple[Verdict, int]:
    """The verdict and the exit code: 0 only if matches, signature, chain and validity are all yes, 1 if not,
    2 only if a file (or a folder that was named) can't be opened; the verdict says which."""
    try:
        document = _read(file, MAX_DOCUMENT_BYTES)
        signature = _read(sig, MAX_SIGNATURE_BYTES)
        trust = folder(trust_dir)
        crls = folder(crl_dir)
    except OSError as error:
        named = error.filename if isinstance(error.filename, str) else str(file)
        return Verdict().saying(f"Не удалось открыть «{named}».", NOT_LEGAL), UNOPENED
    verdict = verify(document, signature, trust, crls, at)
    return verdict, ACCEPTED if verdict.accepted else REFUSED


def _read(path: Path, limit: int) -> bytes:
    """The file's bytes, at most one more than ``limit``: enough to see that it is too long."""
    with open(path, "rb") as stream:
        return stream.read(limit + 1)


def folder(path: Path | None) -> list[bytes]:
    """Contents of a folder's files in the order of their names, without hidden ones and subfolders; OSError
    when it can't be opened. Of None, nothing."""
    if path is None:
        return []
    return [_read(one, MAX_CRL_BYTES) for one in sorted(path.iterdir()) if one.is_file() and one.name[:1] != "."]
