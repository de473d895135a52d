"""Signed attributes of CMS (RFC 5652, section 11) and CAdES (RFC 5035, signing-certificate): what they must
say.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import core, tsp

from roadmap.signatures import der, keys
from roadmap.signatures.certificates import Certificate
from roadmap.signatures.cms import SignerInfo
from roadmap.signatures.der import OCTET_STRING, SEQUENCE, SET, Malformed

CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SINGLE = frozenset(
    (
        CONTENT_TYPE,
        MESSAGE_DIGEST,
        SIGNING_TIME,
        SIGNING_CERTIFICATE,
        SIGNING_CERTIFICATE_V2,
        ALGORITHM_PROTECTION,
    )
)

Attributes = dict[str, bytes]


def read(elements: tuple[bytes, ...], content_type: str) -> Attributes:
    """OID → DER of the one value of each attribute we look at (b"" of the others).

    Malformed when an attribute comes twice, the two that must be there aren't, one has several values, or the
    content's type isn't the one signed.
    """
    found: Attributes = {}
    for element in elements:
        parts = der.children(element, SEQUENCE)
        if len(parts) != 2:
            raise Malformed("not an attribute")
        name, values = der.oid(parts[0]), der.children(parts[1], SET)
        if name in found:
            raise Malformed(f"attribute {name} is given twice")
        if not values or (name in SINGLE and len(values) != 1):
            raise Malformed(f"attribute {name} has {len(values)} values")
        found[name] = values[0] if name in SINGLE else b""
    if CONTENT_TYPE not in found or MESSAGE_DIGEST not in found:
        raise Malformed("content type or message digest is missing")
    if der.oid(found[CONTENT_TYPE]) != content_type:
        raise Malformed("content type isn't the one signed")
    if found[MESSAGE_DIGEST][0] != OCTET_STRING:
        raise Malformed("message digest isn't an octet string")
    return found


def signed_bytes(elements: tuple[bytes, ...]) -> list[bytes]:
    """What the signature may be made over: the SET in DER order (RFC 5652, section 5.4) and in the file's own
    order.

    Some programs sign the attributes unsorted; Windows and OpenSSL accept that too. Both cover the same
    attributes.
    """
    orders = dict.fromkeys((tuple(sorted(elements)), elements))
    return [der.encode(SET, b"".join(order)) for order in orders]


def looks_signed(document: bytes) -> bool:
    """Is the document itself a set of signed attributes?

    Then somebody's signature over attributes could be passed off as one made, without attributes, over the
    "document".
    """
    try:
        names = {der.oid(der.children(element, SEQUENCE)[0]) for element in der.children(document, SET)}
    except (Malformed, IndexError):
        return False
    return MESSAGE_DIGEST in names


def claimed_digest(found: Attributes) -> bytes:
    """The digest of the content that was signed."""
    return der.contents(found[MESSAGE_DIGEST])


def signing_time(found: Attributes) -> datetime | None:
    """The signer's own claim, aware UTC."""
    if SIGNING_TIME not in found:
        return None
    kind = core.UTCTime if found[SIGNING_TIME][0] == core.UTCTime.tag else core.GeneralizedTime
    claimed = der.parsed(kind, found[SIGNING_TIME]).native
    if not isinstance(claimed, datetime) or claimed.tzinfo is None:
        raise Malformed("signing time isn't a time with a zone")
    return claimed


def names_certificate(found: Attributes, certificate: Certificate) -> bool:
    """Do signing-certificate and signing-certificate-v2, where present, name this very certificate?"""
    fits = True
    if SIGNING_CERTIFICATE in found:
        first = der.parsed(tsp.SigningCertificate, found[SIGNING_CERTIFICATE])["certs"][0]
        digest = hashlib.sha1(certificate.der, usedforsecurity=False).digest()
        fits = first["cert_hash"].native == digest and _same_issuer(first, certificate)
    if SIGNING_CERTIFICATE_V2 in found:
        first = der.parsed(tsp.SigningCertificateV2, found[SIGNING_CERTIFICATE_V2])["certs"][0]
        compute = keys.digest_of(der.algorithm(first["hash_algorithm"].dump())).compute
        same = first["cert_hash"].native == compute(certificate.der)
        fits = fits and same and _same_issuer(first, certificate)
    return fits


def _same_issuer(identifier: core.Sequence, certificate: Certificate) -> bool:
    given = identifier["issuer_serial"]
    if isinstance(given, core.Void):
        return True
    names = [name.chosen.untag().dump() for name in given["issuer"] if name.name == "directory_name"]
    return given["serial_number"].native == certificate.serial and certificate.issuer in names


def protects(found: Attributes, signer: SignerInfo) -> bool:
    """CMSAlgorithmProtection (RFC 6211), where present, must name the algorithms used."""
    if ALGORITHM_PROTECTION not in found:
        return True
    parts = der.children(found[ALGORITHM_PROTECTION], SEQUENCE)
    if len(parts) != 2:
        raise Malformed("algorithm protection of a wrong shape")
    inside = [der.algorithm(der.encode(SEQUENCE, der.contents(part))) for part in parts]
    return parts[1][0] == 0xA1 and inside == [signer.digest, signer.algorithm]
