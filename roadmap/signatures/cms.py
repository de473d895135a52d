"""The structure of a CMS SignedData (RFC 5652), read strictly: a field that nothing signs must at least be
consistent.

``asn1crypto`` parses lazily and forgivingly, so the outer structure is walked here by hand; what it holds
(certificates, attributes' values) goes to the libraries.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadmap.signatures import der
from roadmap.signatures.der import OCTET_STRING, SEQUENCE, SET, Algorithm, Malformed

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
LABELS = (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA", b"SIGNATURE")
MAX_CERTIFICATES, MAX_CRLS, MAX_SIGNERS = 12, 12, 10
_INTEGER, _EXPLICIT_0, _EXPLICIT_1, _KEY_ID = 0x02, 0xA0, 0xA1, 0x80


class TooMany(Malformed):
    """More certificates, lists or signers than this program takes; ``str()`` is a Russian sentence."""


@dataclass(frozen=True)
class SignerInfo:
    """One signature: its certificate is named by ``issuer`` (DER of the name) and ``serial``, or by
    ``key_id``.

    ``attributes`` holds the DER of each signed attribute in the order of the file, None when nothing but the
    content is signed; ``unsigned`` says there are attributes that nothing protects (time stamps, usually).
    """

    issuer: bytes | None
    serial: int | None
    key_id: bytes | None
    digest: Algorithm
    algorithm: Algorithm
    signature: bytes
    attributes: tuple[bytes, ...] | None
    unsigned: bool


@dataclass(frozen=True)
class SignedData:
    """``content`` is None in a detached signature; certificates and lists are DER."""

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    signers: tuple[SignerInfo, ...]


def integer(element: bytes) -> int:
    """A DER INTEGER in its shortest form."""
    inside = der.contents(element)
    value = int.from_bytes(inside, "big", signed=True)
    if element[0] != _INTEGER or not inside or len(inside) > 1 + (value.bit_length()) // 8:
        raise Malformed("integer expected")
    return value


def read(data: bytes) -> SignedData:
    """The SignedData of a .sig file: DER or BER, PEM or bare base64. Malformed when it is anything else."""
    outer = der.children(der.to_der(der.unarmoured(data, LABELS)), SEQUENCE)
    if len(outer) != 2 or der.oid(outer[0]) != SIGNED_DATA:
        raise Malformed("not signed data")
    (body,) = _exactly(der.children(outer[1], _EXPLICIT_0), 1)
    parts = der.children(body, SEQUENCE)
    if len(parts) < 4:
        raise Malformed("signed data is cut off")
    version, digests, encapsulated, *rest = parts
    certificates = der.children(rest.pop(0), _EXPLICIT_0) if rest[0][0] == _EXPLICIT_0 else []
    crls = der.children(rest.pop(0), _EXPLICIT_1) if rest and rest[0][0] == _EXPLICIT_1 else []
    (infos,) = _exactly(rest, 1)
    if any(element[0] != SEQUENCE for element in (*certificates, *crls)):
        raise Malformed("attribute certificates and other lists aren't supported")
    if len(certificates) > MAX_CERTIFICATES:
        raise TooMany(f"В подписи больше {MAX_CERTIFICATES} сертификатов; такой файл не проверяется.")
    if len(crls) > MAX_CRLS:
        raise TooMany(f"В подписи больше {MAX_CRLS} списков отзыва; такой файл не проверяется.")
    if len(set(certificates)) != len(certificates):
        raise Malformed("a certificate is given twice")
    signers = der.children(infos, SET)
    if len(signers) > MAX_SIGNERS:
        raise TooMany(f"В файле больше {MAX_SIGNERS} подписей; такой файл не проверяется.")
    content_type, content = _content(encapsulated)
    found = tuple(_signer(element) for element in signers)
    _check_version(integer(version), content_type, found)
    _check_digests([der.algorithm(element) for element in der.children(digests, SET)], found)
    return SignedData(content_type, content, tuple(certificates), tuple(crls), found)


def _exactly(elements: list[bytes], number: int) -> list[bytes]:
    if len(elements) != number:
        raise Malformed(f"{number} elements expected, {len(elements)} found")
    return elements


def _content(element: bytes) -> tuple[str, bytes | None]:
    parts = der.children(element, SEQUENCE)
    if len(parts) == 1:
        return der.oid(parts[0]), None
    _exactly(parts, 2)
    (wrapped,) = _exactly(der.children(parts[1], _EXPLICIT_0), 1)
    if wrapped[0] != OCTET_STRING:
        raise Malformed("content isn't an octet string")
    return der.oid(parts[0]), der.contents(wrapped)


def _check_version(version: int, content_type: str, signers: tuple[SignerInfo, ...]) -> None:
    """RFC 5652, section 5.1; the cases of attribute certificates are refused before."""
    third = content_type != DATA or any(signer.key_id is not None for signer in signers)
    if version != (3 if third else 1):
        raise Malformed(f"version {version} doesn't fit the contents")


def _check_digests(listed: list[Algorithm], signers: tuple[SignerInfo, ...]) -> None:
    """The list that nothing signs must name exactly the digests that the signers name."""
    if len({one.oid for one in listed}) != len(listed) or not all(one.bare for one in listed):
        raise Malformed("digest algorithms are listed twice or with parameters")
    if signers and {one.oid for one in listed} != {signer.digest.oid for signer in signers}:
        raise Malformed("digest algorithms aren't those of the signers")


def _signer(element: bytes) -> SignerInfo:
    parts = der.children(element, SEQUENCE)
    if len(parts) < 5:
        raise Malformed("signer is cut off")
    version, identifier, digest, *rest = parts
    issuer = serial = key_id = None
    if identifier[0] == _KEY_ID:
        key_id = der.contents(identifier)
    else:
        issuer, number = _exactly(der.children(identifier, SEQUENCE), 2)
        serial = integer(number)
    if integer(version) != (1 if key_id is None else 3):
        raise Malformed("signer's version doesn't fit its identifier")
    attributes = _attributes(rest.pop(0), _EXPLICIT_0) if rest[0][0] == _EXPLICIT_0 else None
    unsigned = _attributes(rest.pop(), _EXPLICIT_1) if rest[-1][0] == _EXPLICIT_1 else None
    algorithm, signature = _exactly(rest, 2)
    if signature[0] != OCTET_STRING or digest[0] != SEQUENCE:
        raise Malformed("signature isn't an octet string")
    return SignerInfo(
        issuer=issuer,
        serial=serial,
        key_id=key_id,
        digest=der.algorithm(digest),
        algorithm=der.algorithm(algorithm),
        signature=der.contents(signature),
        attributes=attributes,
        unsigned=unsigned is not None,
    )


def _attributes(element: bytes, tag: int) -> tuple[bytes, ...]:
    found = tuple(der.children(element, tag))
    if not found:
        raise Malformed("attributes are announced but missing")
    return found
