"""Signed attributes written by hand and truly signed: what a signer may say, and what not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from signature_pki import Cast, Pki, facts
from signature_surgery import Parts, attribute, integer, oid, take_apart

from roadmap.signatures.der import SEQUENCE, SET, children, encode
from roadmap.signatures.verdict import Verdict
from roadmap.signatures.verify import verify

CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, PROTECTION = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.52"
CERTIFICATE, CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
DATA, SIGNED = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
SHA_256, SHA_384 = (encode(SEQUENCE, oid(f"2.16.840.1.101.3.4.2.{last}")) for last in (1, 2))
ECDSA, ECDSA_384 = (encode(SEQUENCE, oid(f"1.2.840.10045.4.3.{last}")) for last in (2, 3))
GOOD = ["yes", "yes", "yes", "yes", "unknown"]


@dataclass(frozen=True)
class Desk:
    """Where the head of the elliptic key signs whatever is put before her."""

    document: bytes
    parts: Parts
    key: ec.EllipticCurvePrivateKey
    certificate: bytes
    root: bytes

    @property
    def digest(self) -> bytes:
        return encode(0x04, hashlib.sha256(self.document).digest())

    def judge(self, *attributes: bytes, in_file_order: bool = False) -> Verdict:
        """The verdict on the document signed with just these attributes."""
        over = attributes if in_file_order else sorted(attributes)
        made = self.key.sign(encode(SET, b"".join(over)), ec.ECDSA(hashes.SHA256()))
        signed = self.parts.with_signer(attributes=list(attributes), signature=encode(0x04, made))
        return verify(self.document, signed.encoded(), [self.root])

    @property
    def needed(self) -> list[bytes]:
        return [attribute(CONTENT_TYPE, DATA), attribute(MESSAGE_DIGEST, self.digest)]

    def issuer_and_serial(self, serial: int | None = None) -> bytes:
        """IssuerSerial of the certificate, or with another number."""
        body = children(children(self.certificate, SEQUENCE)[0], SEQUENCE)
        number = body[1] if serial is None else integer(serial)
        return encode(SEQUENCE, encode(SEQUENCE, encode(0xA4, body[3])) + number)


@pytest.fixture(scope="module")
def desk(pki: Pki, cast: Cast, document: Path) -> Desk:
    key = load_pem_private_key(cast.elliptic.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Desk(
        document=document.read_bytes(),
        parts=take_apart(pki.sign(document, cast.elliptic)),
        key=key,
        certificate=x509.load_pem_x509_certificate(cast.elliptic.pem).public_bytes(Encoding.DER),
        root=cast.root.pem,
    )


def test_the_two_needed_are_enough(desk: Desk) -> None:
    assert facts(desk.judge(*desk.needed)) == GOOD


def test_order_of_signing(desk: Desk) -> None:
    """The standard signs the attributes sorted; some programs sign them as they stand."""
    backwards = sorted(desk.needed, reverse=True)
    assert facts(desk.judge(*backwards)) == GOOD
    assert facts(desk.judge(*backwards, in_file_order=True)) == GOOD


REFUSED = {
    "no content type": lambda d: d.needed[1:],
    "no digest": lambda d: d.needed[:1],
    "content type twice": lambda d: [*d.needed, d.needed[0]],
    "two digests": lambda d: [*d.needed, attribute(MESSAGE_DIGEST, encode(0x04, bytes(32)))],
    "two values of the digest": lambda d: [d.needed[0], attribute(MESSAGE_DIGEST, d.digest, d.digest)],
    "no value of the digest": lambda d: [d.needed[0], attribute(MESSAGE_DIGEST)],
    "a digest of another type": lambda d: [d.needed[0], attribute(MESSAGE_DIGEST, b"\x03" + d.digest[1:])],
    "another content type": lambda d: [attribute(CONTENT_TYPE, SIGNED), d.needed[1]],
    "an unknown attribute twice": lambda d: [
        *d.needed,
        attribute("1.2.3", integer(1)),
        attribute("1.2.3", integer(2)),
    ],
    "a time that is none": lambda d: [*d.needed, attribute(SIGNING_TIME, encode(0x17, b"tomorrow"))],
    "an empty list of certificates": lambda d: [
        *d.needed,
        attribute(CERTIFICATE_V2, encode(SEQUENCE, b"\x30\x00")),
    ],
}


@pytest.mark.parametrize("attributes", REFUSED.values(), ids=REFUSED)
def test_wrong_attributes_spoil_a_true_signature(desk: Desk, attributes) -> None:
    verdict = desk.judge(*attributes(desk))
    assert verdict.signature.value == "no"
    assert "Подпись неверна: файл подписи изменён или повреждён." in verdict.messages


def test_unknown_attribute_is_allowed(desk: Desk) -> None:
    assert facts(desk.judge(*desk.needed, attribute("1.2.3", integer(1), integer(2)))) == GOOD


def test_claimed_time_is_shown_as_a_claim(desk: Desk) -> None:
    for kind, text in ((0x17, b"240229235959Z"), (0x18, b"20240229235959Z")):
        verdict = desk.judge(*desk.needed, attribute(SIGNING_TIME, encode(kind, text)))
        assert facts(verdict) == GOOD
        assert "Время подписания по словам подписавшего: 29.02.2024 23:59 UTC." in verdict.messages


def certificate_v1(desk: Desk, digest: bytes, issuer: bytes = b"") -> bytes:
    return attribute(CERTIFICATE, nested(encode(0x04, digest) + issuer))


def certificate_v2(desk: Desk, digest: bytes, issuer: bytes = b"", algorithm: bytes = b"") -> bytes:
    return attribute(CERTIFICATE_V2, nested(algorithm + encode(0x04, digest) + issuer))


def nested(identifier: bytes) -> bytes:
    return encode(SEQUENCE, encode(SEQUENCE, encode(SEQUENCE, identifier)))


def test_signing_certificate_must_be_the_one_inside(desk: Desk) -> None:
    first, second = hashlib.sha1(desk.certificate).digest(), hashlib.sha256(desk.certificate).digest()
    longer = hashlib.sha384(desk.certificate).digest()
    own, other = desk.issuer_and_serial(), desk.issuer_and_serial(5)
    wrong = bytes(len(first)), bytes(len(second))
    cases = [
        (certificate_v1(desk, first), "yes"),
        (certificate_v1(desk, first, own), "yes"),
        (certificate_v1(desk, first, other), "no"),
        (certificate_v1(desk, wrong[0]), "no"),
        (certificate_v2(desk, second), "yes"),
        (certificate_v2(desk, second, own), "yes"),
        (certificate_v2(desk, second, other), "no"),
        (certificate_v2(desk, wrong[1], own), "no"),
        (certificate_v2(desk, longer, own, SHA_384), "yes"),
        (certificate_v2(desk, second, own, SHA_384), "no"),
    ]
    assert [desk.judge(*desk.needed, one).signature.value for one, _ in cases] == [said for _, said in cases]
    both = certificate_v1(desk, wrong[0]), certificate_v2(desk, second)
    assert desk.judge(*desk.needed, *both).signature.value == "no"


def test_algorithm_protection_must_name_what_was_used(desk: Desk) -> None:
    """RFC 6211: the digest, then the signature's algorithm under [1]."""

    def protection(digest: bytes, signature: bytes, tag: int = 0xA1) -> bytes:
        inside = b"".join(children(signature, SEQUENCE))
        return attribute(PROTECTION, encode(SEQUENCE, digest + encode(tag, inside)))

    used = desk.parts.signers[0].digest
    cases = [
        (protection(used, ECDSA), "yes"),
        (protection(SHA_384, ECDSA), "no"),
        (protection(used, ECDSA_384), "no"),
        (protection(used, ECDSA, 0xA2), "no"),
    ]
    assert [desk.judge(*desk.needed, one).signature.value for one, _ in cases] == [said for _, said in cases]
