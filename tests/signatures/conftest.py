"""One test PKI a run, made by OpenSSL with its GOST engine."""

import os
from pathlib import Path

import pytest
from signature_pki import CA, HINT, PETROVA, Cast, Pki, find_engine


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    engine = find_engine()
    if engine is None:
        reason = f"OpenSSL's GOST engine isn't installed: {HINT}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return Pki(tmp_path_factory.mktemp("pki"), engine)


@pytest.fixture(scope="session")
def cast(pki: Pki) -> Cast:
    root = pki.holder("root", "256-A", subject="/C=RU/CN=Головной удостоверяющий центр")
    office = pki.holder("office", "256-TCA", root, subject="/C=RU/CN=Удостоверяющий центр", extensions=CA)
    evil = pki.holder("evil", "256-A", subject="/C=RU/CN=Головной удостоверяющий центр")
    return Cast(
        root=root,
        office=office,
        head=pki.holder("head", "256-A", office, subject=PETROVA, days=365),
        deputy=pki.holder("deputy", "256-B", root, subject="/CN=Иванов Иван Иванович"),
        gost_512=pki.holder("gost-512", "512-A", root),
        rsa=pki.holder("rsa", "RSA-3072", root),
        elliptic=pki.holder("elliptic", "P-256", root),
        evil_root=evil,
        evil_head=pki.holder("evil-head", "256-A", evil, subject=PETROVA),
    )


@pytest.fixture(scope="session")
def document(pki: Pki) -> Path:
    """Small, so that the suite is quick, but more than one block of Streebog."""
    path = pki.folder / "справка.docx"
    path.write_bytes(b"PK\x03\x04" + "Справка о наставничестве. ".encode() * 20)
    return path


@pytest.fixture(scope="session")
def signature(pki: Pki, cast: Cast, document: Path) -> bytes:
    """The head's usual signature: CAdES-BES, detached, DER, her authority's certificate inside."""
    return pki.sign(document, cast.head, inside=(cast.office,))
