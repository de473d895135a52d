"""The check of files on disk: verdict and exit code, as the command line gives them."""

from pathlib import Path

import pytest
from signature_pki import Cast, Pki, facts

from roadmap.signatures.files import verify_files


@pytest.fixture
def trust(tmp_path: Path, cast: Cast) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.cer").write_bytes(cast.root.pem)
    (folder / ".hidden").write_bytes(cast.evil_root.pem)
    (folder / "subfolder").mkdir()
    return folder


@pytest.fixture
def sig(tmp_path: Path, signature: bytes) -> Path:
    path = tmp_path / "справка.docx.sig"
    path.write_bytes(signature)
    return path


def test_accepted(document: Path, sig: Path, trust: Path) -> None:
    verdict, code = verify_files(document, sig, trust, None)
    assert (facts(verdict), code) == (["yes", "yes", "yes", "yes", "unknown"], 0)


def test_accepted_with_lists(document: Path, sig: Path, trust: Path, tmp_path: Path, pki: Pki, cast: Cast) -> None:
    lists = tmp_path / "crl"
    lists.mkdir()
    (lists / "office.crl").write_bytes(pki.crl(cast.office))
    (lists / "root.crl").write_bytes(pki.crl(cast.root))
    verdict, code = verify_files(document, sig, trust, lists)
    assert (facts(verdict), code) == (["yes"] * 5, 0)


def test_revoked_is_refused(document: Path, sig: Path, trust: Path, tmp_path: Path, pki: Pki, cast: Cast) -> None:
    lists = tmp_path / "crl"
    lists.mkdir()
    (lists / "office.crl").write_bytes(pki.crl(cast.office, cast.head))
    verdict, code = verify_files(document, sig, trust, lists)
    assert (facts(verdict), code) == (["yes", "yes", "yes", "no", "no"], 1)


def test_refused(document: Path, sig: Path, trust: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.docx"
    other.write_bytes(b"another document")
    empty = tmp_path / "empty"
    empty.mkdir()
    answers = [
        verify_files(other, sig, trust, None),
        verify_files(document, other, trust, None),
        verify_files(document, sig, empty, None),
        verify_files(document, sig, None, None),
    ]
    assert [(facts(verdict), code) for verdict, code in answers] == [
        (["no", "yes", "yes", "yes", "unknown"], 1),
        (["unknown", "no", "unknown", "unknown", "unknown"], 1),
        (["yes", "yes", "unknown", "yes", "unknown"], 1),
        (["yes", "yes", "unknown", "yes", "unknown"], 1),
    ]


def test_what_cannot_be_opened_is_named(document: Path, sig: Path, trust: Path, tmp_path: Path) -> None:
    absent = tmp_path / "нет такого"
    answers = [
        verify_files(absent, sig, trust, None),
        verify_files(document, absent, trust, None),
        verify_files(document, tmp_path, trust, None),
        verify_files(document, sig, absent, None),
        verify_files(document, sig, trust, absent),
    ]
    assert [(facts(verdict), code) for verdict, code in answers] == [(["unknown"] * 5, 2)] * 5
    names = [absent, absent, tmp_path, absent, absent]
    assert [verdict.messages[0] for verdict, _ in answers] == [f"Не удалось открыть «{name}»." for name in names]


def test_fifty_kilobytes_are_verified(pki: Pki, cast: Cast, trust: Path, tmp_path: Path) -> None:
    document, sig = tmp_path / "big.docx", tmp_path / "big.sig"
    document.write_bytes(bytes(range(250)) * 200)
    sig.write_bytes(pki.sign(document, cast.gost_512))
    _, code = verify_files(document, sig, trust, None)
    assert code == 0
