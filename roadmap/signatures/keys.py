"""Public keys, digests and signature algorithms: one ``verify`` over GOST, RSA and ECDSA."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import algos
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from roadmap.signatures import der, gost, streebog
from roadmap.signatures.der import Algorithm, Malformed

MIN_RSA_BITS = 2048
GOST_256, GOST_512 = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"
STREEBOG_256, STREEBOG_512 = "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.2.3"
SHA_256, SHA_384, SHA_512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))
RSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"

PublicKey = gost.GostKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey
Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


class Unsupported(Exception):
    """An algorithm this program doesn't check; ``str()`` is a Russian sentence."""


@dataclass(frozen=True)
class Digest:
    """``title`` as in messages; ``hashed`` is None for Streebog, which `cryptography` doesn't know."""

    title: str
    compute: Callable[[bytes], bytes]
    hashed: Hash | None = None


DIGESTS = {
    STREEBOG_256: Digest("ГОСТ Р 34.11-2012 (256 бит)", lambda data: streebog.digest(data, 256)),
    STREEBOG_512: Digest("ГОСТ Р 34.11-2012 (512 бит)", lambda data: streebog.digest(data, 512)),
    SHA_256: Digest("SHA-256", lambda data: hashlib.sha256(data).digest(), hashes.SHA256()),
    SHA_384: Digest("SHA-384", lambda data: hashlib.sha384(data).digest(), hashes.SHA384()),
    SHA_512: Digest("SHA-512", lambda data: hashlib.sha512(data).digest(), hashes.SHA512()),
}
OBSOLETE = {
    "1.3.14.3.2.26": "SHA-1",
    "1.2.840.113549.2.5": "MD5",
    "1.2.643.2.2.9": "ГОСТ Р 34.11-94",
    "1.2.643.2.2.19": "ГОСТ Р 34.10-2001",
    "1.2.643.2.2.3": "ГОСТ Р 34.10-2001",
    "1.2.840.113549.1.1.5": "RSA с SHA-1",
    "1.2.840.113549.1.1.4": "RSA с MD5",
    "1.2.840.10045.4.1": "ECDSA с SHA-1",
}
# Algorithms that name their digest: OID → (kind of key, OID of the digest).
_NAMED = {
    "1.2.643.7.1.1.3.2": (GOST_256, STREEBOG_256),
    "1.2.643.7.1.1.3.3": (GOST_512, STREEBOG_512),
    "1.2.840.113549.1.1.11": (RSA, SHA_256),
    "1.2.840.113549.1.1.12": (RSA, SHA_384),
    "1.2.840.113549.1.1.13": (RSA, SHA_512),
    "1.2.840.10045.4.3.2": ("EC", SHA_256),
    "1.2.840.10045.4.3.3": ("EC", SHA_384),
    "1.2.840.10045.4.3.4": ("EC", SHA_512),
}


@dataclass(frozen=True)
class Scheme:
    """How a signature is to be checked: ``kind`` is GOST_256, GOST_512, RSA, PSS or "EC", ``digest`` an OID
    of DIGESTS.
    """

    kind: str
    digest: str
    salt_length: int = 0


def unsupported(oid: str) -> Unsupported:
    if oid in OBSOLETE:
        return Unsupported(f"Алгоритм {OBSOLETE[oid]} устарел и этой программой не проверяется.")
    return Unsupported(f"Алгоритм {oid} этой программой не проверяется.")


def digest_of(algorithm: Algorithm) -> Digest:
    """Unsupported for a digest we don't compute, Malformed for parameters that none of ours has."""
    if algorithm.oid not in DIGESTS:
        raise unsupported(algorithm.oid)
    if not algorithm.bare:
        raise Malformed("digest with parameters")
    return DIGESTS[algorithm.oid]


def load(info: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo (DER)."""
    parts = der.children(info, der.SEQUENCE)
    if len(parts) != 2:
        raise Malformed("not a public key")
    algorithm = der.algorithm(parts[0])
    if algorithm.oid in (GOST_256, GOST_512):
        return _load_gost(algorithm, parts[1])
    if algorithm.oid in OBSOLETE:
        raise unsupported(algorithm.oid)
    try:
        key = load_der_public_key(info)
    except UnsupportedAlgorithm as error:
        raise unsupported(algorithm.oid) from error
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            raise Unsupported(f"Ключ RSA короче {MIN_RSA_BITS} бит ненадёжен и не проверяется.")
        return key
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key
    raise unsupported(algorithm.oid)


def _load_gost(algorithm: Algorithm, bits: bytes) -> gost.GostKey:
    named = der.children(algorithm.parameters, der.SEQUENCE)
    curve = gost.CURVES.get(der.oid(named[0])) if named else None
    if curve is None:
        raise Unsupported("Набор параметров ключа ГОСТ Р 34.10-2012 неизвестен.")
    if curve.bits != (256 if algorithm.oid == GOST_256 else 512):
        raise Malformed("curve of another size")
    packed = der.contents(bits)
    if bits[0] != 0x03 or packed[:1] != b"\0" or packed[1:2] != b"\x04":
        raise Malformed("not a GOST key")
    return gost.GostKey.from_bytes(curve, der.contents(packed[1:]), algorithm.parameters)


def title(key: PublicKey) -> str:
    """«ГОСТ Р 34.10-2012 (256 бит)», «RSA (3072 бит)», «ECDSA (secp256r1)»."""
    if isinstance(key, gost.GostKey):
        return f"ГОСТ Р 34.10-2012 ({key.curve.bits} бит)"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA ({key.key_size} бит)"
    return f"ECDSA ({key.curve.name})"


def scheme(algorithm: Algorithm, key: PublicKey, digest: str | None = None) -> Scheme:
    """How ``algorithm`` signs with ``key``.

    ``digest`` is the OID that a CMS signer names beside it, None in certificates, whose algorithms name their
    own. What disagrees (key of another kind, another digest, stray parameters) is Malformed.
    """
    if algorithm.oid == PSS:
        found = _pss(algorithm.parameters)
    elif algorithm.oid in _NAMED:
        found = Scheme(*_NAMED[algorithm.oid])
    elif algorithm.oid == GOST_256 and digest:
        found = Scheme(GOST_256, STREEBOG_256)
    elif algorithm.oid == GOST_512 and digest:
        found = Scheme(GOST_512, STREEBOG_512)
    elif algorithm.oid == RSA and digest:
        found = Scheme(RSA, digest)
    else:
        raise unsupported(algorithm.oid)
    if isinstance(key, gost.GostKey):
        fits = found.kind == (GOST_256 if key.curve.bits == 256 else GOST_512)
        plain = algorithm.bare or algorithm.parameters == key.parameters
    else:
        fits = found.kind in ((RSA, PSS) if isinstance(key, rsa.RSAPublicKey) else ("EC",))
        plain = algorithm.bare or algorithm.oid == PSS
    if not fits or not plain or digest not in (None, found.digest):
        raise Malformed("signature algorithm disagrees with the key or the digest")
    return found


def _pss(parameters: bytes) -> Scheme:
    """RFC 4055: the digest, MGF1 with the same digest, salt length, trailer 1."""
    given = der.parsed(algos.RSASSAPSSParams, parameters)
    digest = der.algorithm(given["hash_algorithm"].untag().dump())
    mask = der.children(given["mask_gen_algorithm"].untag().dump(), der.SEQUENCE)
    digest_of(digest)
    same = len(mask) == 2 and der.oid(mask[0]) == "1.2.840.113549.1.1.8" and der.algorithm(mask[1]) == digest
    if not same or given["trailer_field"].native not in (1, "trailer_field_bc"):
        raise Malformed("unusual PSS parameters")
    return Scheme(PSS, digest.oid, int(given["salt_length"].native))


def verify(key: PublicKey, found: Scheme, digest: bytes, signature: bytes) -> bool:
    """Is ``signature`` that of ``digest`` (already computed with ``found.digest``) by ``key``?"""
    if isinstance(key, gost.GostKey):
        return gost.verify(key, digest, signature)
    hashed = DIGESTS[found.digest].hashed
    if hashed is None:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(Prehashed(hashed)))
        elif found.kind == PSS:
            padded = padding.PSS(padding.MGF1(hashed), found.salt_length)
            key.verify(signature, digest, padded, Prehashed(hashed))
        else:
            key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashed))
    except InvalidSignature:
        return False
    return True
