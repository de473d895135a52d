"""Lists of revoked certificates: who signed them, how old they are, what they say at a given moment."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from signature_pki import CA, PERSON, Cast, Pki, facts

from roadmap.signatures.verify import verify


def soon() -> datetime:
    """A moment surely later than what OpenSSL has just dated «now»."""
    return datetime.now(UTC) + timedelta(seconds=2)


@pytest.mark.parametrize("algorithm", ["256-A", "512-A", "RSA-3072", "P-256"])
def test_list_signed_by_each_kind_of_key(pki: Pki, document: Path, algorithm: str) -> None:
    root = pki.holder(f"crl-{algorithm}", algorithm)
    good, bad = (pki.holder(f"{name}-{algorithm}", "P-256", root) for name in ("good", "bad"))
    issued = pki.crl(root, bad)
    signed = [pki.sign(document, one) for one in (good, bad)]
    verdicts = [verify(document.read_bytes(), made, [root.pem], [issued], soon()) for made in signed]
    assert [facts(verdict) for verdict in verdicts] == [
        ["yes", "yes", "yes", "yes", "yes"],
        ["yes", "yes", "yes", "no", "no"],
    ]
    revoked = x509.load_pem_x509_crl(issued)[0]
    assert f"№ {revoked.serial_number:04X} отозван {revoked.revocation_date_utc:%d.%m.%Y %H:%M} UTC." in " ".join(
        verdicts[1].messages
    )


@pytest.fixture(scope="module")
def signed(pki: Pki, cast: Cast, document: Path) -> bytes:
    return pki.sign(document, cast.deputy)


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_forms_of_a_list(pki: Pki, cast: Cast, document: Path, signed: bytes, form: Encoding) -> None:
    issued = x509.load_pem_x509_crl(pki.crl(cast.root)).public_bytes(form)
    assert facts(verify(document.read_bytes(), signed, [cast.root.pem], [issued], soon()))[3:] == [
        "yes",
        "yes",
    ]


def test_tampered_list_counts_for_nothing(pki: Pki, cast: Cast, document: Path, signed: bytes) -> None:
    issued = bytearray(x509.load_pem_x509_crl(pki.crl(cast.root, cast.deputy)).public_bytes(Encoding.DER))
    place = issued.index(bytes.fromhex("02020A")) + 3  # the only entry's serial number: another one is revoked now
    issued[place] ^= 1
    verdict = verify(document.read_bytes(), signed, [cast.root.pem], [bytes(issued)], soon())
    assert facts(verdict)[3:] == ["yes", "unknown"]
    assert "Подпись списка отзыва неверна; список не принят во внимание." in verdict.messages


def test_list_of_the_impostor_counts_for_nothing(pki: Pki, cast: Cast, document: Path, signed: bytes) -> None:
    verdict = verify(document.read_bytes(), signed, [cast.root.pem], [pki.crl(cast.evil_root, cast.deputy)], soon())
    assert facts(verdict)[3:] == ["yes", "unknown"]


def test_stale_list(pki: Pki, cast: Cast, document: Path, signed: bytes) -> None:
    """Too old to say that a certificate is good, but a revocation stays one."""
    later = datetime.now(UTC) + timedelta(days=31)
    clean, naming = pki.crl(cast.root), pki.crl(cast.root, cast.deputy)
    verdicts = [
        verify(document.read_bytes(), signed, [cast.root.pem], lists, later)
        for lists in ([clean], [naming], [clean, naming])
    ]
    assert [facts(verdict)[3:] for verdict in verdicts] == [["yes", "unknown"], ["no", "no"], ["no", "no"]]
    assert "Список отзыва устарел" in " ".join(verdicts[0].messages)


def test_revoked_later_than_the_moment_asked_about(pki: Pki, cast: Cast, document: Path, signed: bytes) -> None:
    issued = pki.crl(cast.root, cast.deputy)
    when = x509.load_pem_x509_crl(issued)[0].revocation_date_utc
    asked = [when - timedelta(seconds=1), when]
    answers = [facts(verify(document.read_bytes(), signed, [cast.root.pem], [issued], at)) for at in asked]
    assert [answer[4] for answer in answers] == ["yes", "no"]


def test_list_made_after_the_certificate_ended(pki: Pki, cast: Cast, document: Path) -> None:
    """Authorities drop ended certificates from their lists, so such a list says nothing of them."""
    brief = pki.holder("brief", "P-256", cast.root, days=0)
    made = pki.sign(document, brief)
    end = x509.load_pem_x509_certificate(brief.pem).not_valid_after_utc
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds() + 1))
    verdict = verify(document.read_bytes(), made, [cast.root.pem], [pki.crl(cast.root)], end)
    assert facts(verdict)[4] == "unknown"
    text = "Список отзыва выпущен после окончания срока сертификата, отзыв не проверен."
    assert text in verdict.messages


def test_revoked_authority_above_the_signer(pki: Pki, cast: Cast, document: Path, signature: bytes) -> None:
    lists = [pki.crl(cast.office), pki.crl(cast.root, cast.office)]
    answers = [
        facts(verify(document.read_bytes(), signature, [cast.root.pem], given, soon()))[3:]
        for given in (lists[:1], lists[1:], lists)
    ]
    assert answers == [["yes", "yes"], ["no", "no"], ["no", "no"]]


def test_authority_that_may_not_sign_lists(pki: Pki, document: Path) -> None:
    root = pki.holder("no-lists", "P-256", extensions=CA.replace(",cRLSign", ""))
    made = pki.sign(document, pki.holder("of-no-lists", "P-256", root))
    assert facts(verify(document.read_bytes(), made, [root.pem], [pki.crl(root)], soon()))[4] == "unknown"


POINTS = "[point]\nfullname=URI:http://ca.example/{}.crl\n"
LIMITED = {
    "its own distribution point": ("issuingDistributionPoint=critical,@point\n" + POINTS.format("a"), "yes"),
    "another distribution point": (
        "issuingDistributionPoint=critical,@point\n" + POINTS.format("b"),
        "unknown",
    ),
    "people only": ("issuingDistributionPoint=critical,@point\n[point]\nonlyuser=TRUE\n", "yes"),
    "authorities only": ("issuingDistributionPoint=critical,@point\n[point]\nonlyCA=TRUE\n", "unknown"),
    "indirect": ("issuingDistributionPoint=critical,@point\n[point]\nindirectCRL=TRUE\n", "unknown"),
    "difference to another list": ("2.5.29.27=critical,DER:020101", "unknown"),
}


@pytest.mark.parametrize("described, expected", LIMITED.values(), ids=LIMITED)
def test_lists_that_cover_less(pki: Pki, cast: Cast, document: Path, described: str, expected: str) -> None:
    signer = pki.holders.get("with-point") or pki.holder(
        "with-point",
        "P-256",
        cast.root,
        extensions=f"{PERSON}\ncrlDistributionPoints=URI:http://ca.example/a.crl",
    )
    issued = pki.crl(cast.root, extensions=described)
    made = pki.sign(document, signer)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem], [issued], soon()))[4] == expected


def test_unreadable_list_is_named_and_skipped(pki: Pki, cast: Cast, document: Path, signed: bytes) -> None:
    verdict = verify(document.read_bytes(), signed, [cast.root.pem], [b"rubbish", pki.crl(cast.root)], soon())
    assert facts(verdict)[4] == "yes"
    assert "Один из списков отзыва не читается и пропущен." in verdict.messages
