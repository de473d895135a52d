"""Forgery by structure: repeated, moved, swapped and missing parts of a good signature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from signature_pki import Cast, Pki, facts
from signature_surgery import CONTENT_TYPE, MESSAGE_DIGEST, Parts, attribute_of, integer, take_apart

from roadmap.signatures.der import SEQUENCE, SET, children, encode
from roadmap.signatures.verify import verify

DATA, OTHER_TYPE = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
SHA_256 = encode(SEQUENCE, bytes.fromhex("0609608648016503040201"))
STREEBOG_512 = encode(SEQUENCE, bytes.fromhex("06082a85030701010203"))
NULL = b"\x05\x00"


@pytest.fixture(scope="module")
def parts(signature: bytes) -> Parts:
    return take_apart(signature)


def test_surgery_itself_does_no_harm(parts: Parts, signature: bytes, cast: Cast, document: Path) -> None:
    assert parts.encoded() == signature
    assert verify(document.read_bytes(), signature, [cast.root.pem]).accepted


def _attributes(parts: Parts) -> list[bytes]:
    return list(parts.signers[0].attributes or [])


def _doubled_value(attribute: bytes) -> bytes:
    name, values = children(attribute, SEQUENCE)
    return encode(SEQUENCE, name + encode(SET, children(values, SET)[0] * 2))


def _without(parts: Parts, oid: bytes) -> list[bytes]:
    return [one for one in _attributes(parts) if one != attribute_of(parts, oid)]


def _swapped_digest(parts: Parts) -> list[bytes]:
    """A second message digest before the signed one, as if the first to be found counted."""
    fake = encode(SEQUENCE, MESSAGE_DIGEST + encode(SET, encode(0x04, bytes(32))))
    return [fake, *_attributes(parts)]


FORGERIES = {
    "duplicate attribute": lambda p: p.with_signer(attributes=[*_attributes(p), _attributes(p)[-1]]),
    "two message digests": lambda p: p.with_signer(attributes=_swapped_digest(p)),
    "two values of a digest": lambda p: p.with_signer(
        attributes=[*_without(p, MESSAGE_DIGEST), _doubled_value(attribute_of(p, MESSAGE_DIGEST))]
    ),
    "no message digest": lambda p: p.with_signer(attributes=_without(p, MESSAGE_DIGEST)),
    "no content type": lambda p: p.with_signer(attributes=_without(p, CONTENT_TYPE)),
    "no attributes": lambda p: p.with_signer(attributes=None),
    "empty attributes": lambda p: p.with_signer(attributes=[]),
    "attributes moved to the unsigned": lambda p: p.with_signer(attributes=None, unsigned=_attributes(p)),
    "half of the attributes": lambda p: p.with_signer(
        attributes=_attributes(p)[:2], unsigned=_attributes(p)[2:]
    ),
    "signer's version 3": lambda p: p.with_signer(version=integer(3)),
    "version 3": lambda p: replace(p, version=integer(3)),
    "version 0": lambda p: replace(p, version=integer(0)),
    "another digest listed": lambda p: replace(p, digests=[SHA_256]),
    "one more digest listed": lambda p: replace(p, digests=[*p.digests, SHA_256]),
    "a digest listed twice": lambda p: replace(p, digests=p.digests * 2),
    "no digest listed": lambda p: replace(p, digests=[]),
    "another digest": lambda p: replace(p, digests=[STREEBOG_512]).with_signer(digest=STREEBOG_512),
    "content of another type": lambda p: replace(p, content=encode(SEQUENCE, OTHER_TYPE)),
    "the signer's certificate left out": lambda p: replace(
        p, certificates=[one for one in p.certificates if "Петрова".encode() not in one]
    ),
    "a certificate twice": lambda p: replace(p, certificates=[*p.certificates, p.certificates[0]]),
    "a certificate of another kind": lambda p: replace(p, certificates=[*p.certificates, encode(0xA1, b"")]),
    "no signers": lambda p: replace(p, signers=[]),
    "empty signature": lambda p: p.with_signer(signature=encode(0x04, b"")),
    "signature of zeros": lambda p: p.with_signer(signature=encode(0x04, bytes(64))),
    "signature as a bit string": lambda p: p.with_signer(
        signature=encode(0x03, b"\0" + p.signers[0].signature[2:])
    ),
    "outer type": lambda p: replace(p, kind=DATA),
    "list of revoked that is none": lambda p: replace(p, crls=[NULL]),
    "serial number of another": lambda p: p.with_signer(
        identifier=encode(SEQUENCE, children(p.signers[0].identifier, SEQUENCE)[0] + integer(5))
    ),
    "issuer in other letters": lambda p: p.with_signer(
        identifier=p.signers[0].identifier.replace("Удостоверяющий".encode(), "удостоверяющий".encode())
    ),
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_forgery_is_refused(forge, parts: Parts, signature: bytes, cast: Cast, document: Path) -> None:
    made = forge(parts).encoded()
    assert made != signature
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert verdict.accepted is False
    assert verdict.signature.value in ("no", "unknown")


def test_order_of_attributes_and_certificates_is_free(parts: Parts, cast: Cast, document: Path) -> None:
    made = replace(
        parts.with_signer(attributes=_attributes(parts)[::-1]), certificates=parts.certificates[::-1]
    ).encoded()
    assert verify(document.read_bytes(), made, [cast.root.pem]).accepted


def test_unsigned_attributes_are_allowed_and_said(parts: Parts, cast: Cast, document: Path) -> None:
    made = parts.with_signer(unsigned=[attribute_of(parts, CONTENT_TYPE)]).encoded()
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "yes", "yes", "unknown"]
    assert "Метки времени и другие неподписанные сведения в файле подписи не проверялись." in verdict.messages


def test_signer_of_another_file_added(pki: Pki, cast: Cast, document: Path, parts: Parts) -> None:
    other = pki.folder / "other"
    other.write_bytes(b"another document")
    foreign = take_apart(pki.sign(other, cast.head, inside=(cast.office,)))
    made = replace(parts, signers=[*parts.signers, *foreign.signers]).encoded()
    assert facts(verify(document.read_bytes(), made, [cast.root.pem])) == [
        "no",
        "yes",
        "yes",
        "yes",
        "unknown",
    ]


def test_certificate_with_the_same_key_and_number(pki: Pki, cast: Cast, document: Path) -> None:
    """signing-certificate-v2 names the certificate's hash: a twin with another subject doesn't do."""
    first = pki.holder("twin", "P-256", cast.root, subject="/CN=Сидорова Мария Петровна", serial=77)
    made = {option: take_apart(pki.sign(document, first, options=(option,))) for option in ("-cades", "-nosmimecap")}
    again = pki.folder / "twin-again.der"
    pki.certify(first, "/CN=Директор", 77, "-days 10 -outform DER -out", again)
    verdicts = {
        option: verify(
            document.read_bytes(), replace(one, certificates=[again.read_bytes()]).encoded(), [cast.root.pem]
        )
        for option, one in made.items()
    }
    assert [verdict.signature.value for verdict in verdicts.values()] == ["no", "yes"]
    assert "Подпись привязана к другому сертификату, чем вложенный в файл подписи." in verdicts["-cades"].messages


def test_attributes_passed_off_as_a_document(parts: Parts, cast: Cast, document: Path) -> None:
    """What the head really signed are her attributes; as a document of their own they must not count."""
    attributes = encode(SET, b"".join(sorted(_attributes(parts))))
    made = parts.with_signer(attributes=None).encoded()
    verdict = verify(attributes, made, [cast.root.pem])
    assert facts(verdict)[:2] == ["unknown", "no"]


def test_bare_signature_of_content_that_is_not_data(pki: Pki, cast: Cast, document: Path) -> None:
    """RFC 5652, section 5.3: without attributes only plain data may be signed: nothing protects the type."""
    bare = take_apart(pki.sign(document, cast.deputy, options=("-noattr",)))
    made = replace(bare, version=integer(3), content=encode(SEQUENCE, OTHER_TYPE)).encoded()
    assert facts(verify(document.read_bytes(), made, [cast.root.pem]))[:2] == ["unknown", "no"]


@pytest.mark.parametrize("name", ["deputy", "rsa", "elliptic"])
def test_parameters_of_the_signature_algorithm(pki: Pki, cast: Cast, document: Path, name: str) -> None:
    """None or NULL; GOST keys' own parameters may be repeated, others never. Nothing signs them."""
    holder = getattr(cast, name)
    parts = take_apart(pki.sign(document, holder))
    (certificate,) = parts.certificates
    key_info = children(children(certificate, SEQUENCE)[0], SEQUENCE)[6]
    own = children(children(key_info, SEQUENCE)[0], SEQUENCE)[1]
    used = children(parts.signers[0].algorithm, SEQUENCE)[0]
    answers = [
        verify(
            document.read_bytes(),
            parts.with_signer(algorithm=encode(SEQUENCE, used + parameters)).encoded(),
            [cast.root.pem],
        ).signature.value
        for parameters in (b"", NULL, own, encode(SEQUENCE, b""), integer(1))
    ]
    repeated = "no" if name == "elliptic" else "yes"  # RSA's own are NULL
    assert answers == ["yes", "yes", repeated, "no", "no"]


def test_limits(parts: Parts, signature: bytes, cast: Cast, document: Path) -> None:
    many = replace(parts, certificates=[encode(SEQUENCE, integer(number)) for number in range(13)]).encoded()
    crowd = replace(parts, signers=parts.signers * 11).encoded()
    lists = replace(parts, crls=[encode(SEQUENCE, b"")] * 13).encoded()
    original = document.read_bytes()
    cases = [
        (original, signature + bytes(256 * 1024), "Файл подписи больше 256 КБ и не проверяется."),
        (original, bytes(5 * 1024 * 1024), "Файл подписи больше 256 КБ и не проверяется."),
        (bytes(20 * 1024 * 1024 + 1), signature, "Документ больше 20 МБ и не проверяется."),
        (original, many, "В подписи больше 12 сертификатов; такой файл не проверяется."),
        (original, lists, "В подписи больше 12 списков отзыва; такой файл не проверяется."),
        (original, crowd, "В файле больше 10 подписей; такой файл не проверяется."),
    ]
    for content, made, reason in cases:
        verdict = verify(content, made, [cast.root.pem])
        assert facts(verdict) == ["unknown"] * 5
        assert verdict.messages[0] == reason
    assert verify(original, replace(parts, signers=parts.signers * 10).encoded(), [cast.root.pem]).accepted
