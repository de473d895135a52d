"""A signature taken apart and put together again, changed: what a forger with an ASN.1 editor can do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from asn1crypto import core

from roadmap.signatures import der
from roadmap.signatures.der import SEQUENCE, SET, children, encode

CONTENT_TYPE, MESSAGE_DIGEST = (bytes.fromhex(f"06092a864886f70d0109{last}") for last in ("03", "04"))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER as asn1crypto encodes it."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def attribute(name: str, *values: bytes) -> bytes:
    return encode(SEQUENCE, oid(name) + encode(SET, b"".join(values)))


@dataclass(frozen=True)
class SignerParts:
    """Elements of a SignerInfo; ``attributes`` and ``unsigned`` are DER attributes, None when absent."""

    version: bytes
    identifier: bytes
    digest: bytes
    attributes: list[bytes] | None
    algorithm: bytes
    signature: bytes
    unsigned: list[bytes] | None = None

    def encoded(self) -> bytes:
        signed = [encode(0xA0, b"".join(self.attributes))] if self.attributes is not None else []
        unsigned = [encode(0xA1, b"".join(self.unsigned))] if self.unsigned is not None else []
        parts = [
            self.version,
            self.identifier,
            self.digest,
            *signed,
            self.algorithm,
            self.signature,
            *unsigned,
        ]
        return encode(SEQUENCE, b"".join(parts))


@dataclass(frozen=True)
class Parts:
    """Elements of a SignedData, whose outer type is ``kind``."""

    kind: bytes
    version: bytes
    digests: list[bytes]
    content: bytes
    certificates: list[bytes]
    signers: list[SignerParts]
    crls: list[bytes] | None = None

    def encoded(self) -> bytes:
        crls = [encode(0xA1, b"".join(self.crls))] if self.crls is not None else []
        body = [
            self.version,
            encode(SET, b"".join(self.digests)),
            self.content,
            encode(0xA0, b"".join(self.certificates)),
            *crls,
            encode(SET, b"".join(one.encoded() for one in self.signers)),
        ]
        return encode(SEQUENCE, self.kind + encode(0xA0, encode(SEQUENCE, b"".join(body))))

    def with_signer(self, **changes: object) -> Parts:
        """The same with the first signer changed."""
        return replace(self, signers=[replace(self.signers[0], **changes), *self.signers[1:]])


def take_apart(signature: bytes) -> Parts:
    """Of DER with certificates inside."""
    kind, wrapped = children(signature, SEQUENCE)
    version, digests, content, certificates, signers = children(children(wrapped, 0xA0)[0], SEQUENCE)
    return Parts(
        kind,
        version,
        children(digests, SET),
        content,
        children(certificates, 0xA0),
        [_signer(one) for one in children(signers, SET)],
    )


def _signer(element: bytes) -> SignerParts:
    version, identifier, digest, *rest = children(element, SEQUENCE)
    attributes = children(rest.pop(0), 0xA0) if rest[0][0] == 0xA0 else None
    return SignerParts(version, identifier, digest, attributes, rest[0], rest[1])


def integer(value: int) -> bytes:
    return encode(0x02, value.to_bytes(1, "big"))


def attribute_of(parts: Parts, oid: bytes) -> bytes:
    """The signed attribute with this (encoded) OID."""
    return next(one for one in parts.signers[0].attributes or [] if der.children(one, SEQUENCE)[0] == oid)
