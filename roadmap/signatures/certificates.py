"""One X.509 certificate: `cryptography` reads its fields, keys and signatures (GOST too) are read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from roadmap.signatures import cms, der, keys
from roadmap.signatures.der import SEQUENCE, Algorithm, Malformed
from roadmap.signatures.verdict import Signer

# What the parsers raise on bytes that aren't what they should be; Unsupported* of `cryptography` are plain
# Exceptions.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    x509.InvalidVersion,
)

Extensions = dict[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]]

# Numbers of a Russian qualified certificate's subject (dossier 5.2; order of the preference for ИНН).
INN, INN_ORGANISATION = "1.2.643.3.131.1.1", "1.2.643.100.4"
OGRN, OGRNIP, SNILS = "1.2.643.100.1", "1.2.643.100.5", "1.2.643.100.3"


@dataclass(frozen=True)
class Signed:
    """The outer shape that certificates and lists of revoked ones share: what is signed, how, and the
    signature.
    """

    body: bytes
    algorithm: Algorithm
    signature: bytes
    _digests: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, data: bytes, algorithm_at: int) -> Signed:
        """``algorithm_at``: where the body repeats the algorithm; Malformed when the two differ."""
        parts = der.children(data, SEQUENCE)
        if len(parts) != 3:
            raise Malformed("not a signed object")
        inside = der.children(parts[0], SEQUENCE)
        packed = der.contents(parts[2])
        if len(inside) <= algorithm_at or inside[algorithm_at] != parts[1]:
            raise Malformed("the two signature algorithms differ")
        if parts[2][0] != 0x03 or packed[:1] != b"\0":
            raise Malformed("signature isn't a whole number of bytes")
        return cls(parts[0], der.algorithm(parts[1]), packed[1:])

    def is_by(self, key: keys.PublicKey) -> bool:
        """Unsupported when the algorithm isn't ours; a disagreement of key and algorithm is just no."""
        try:
            scheme = keys.scheme(self.algorithm, key)
        except Malformed:
            return False
        if scheme.digest not in self._digests:
            self._digests[scheme.digest] = keys.DIGESTS[scheme.digest].compute(self.body)
        return keys.verify(key, scheme, self._digests[scheme.digest], self.signature)


@dataclass(frozen=True)
class Certificate:
    """Equal and hashed by its bytes; `cryptography` parses lazily, so all fields are read at once.

    ``issuer`` is the DER of the name, ``key_info`` the SubjectPublicKeyInfo; the dates are aware UTC.
    """

    der: bytes
    signed: Signed = field(compare=False, repr=False)
    serial: int = field(compare=False)
    issuer: bytes = field(compare=False, repr=False)
    key_info: bytes = field(compare=False, repr=False)
    issuer_name: x509.Name = field(compare=False, repr=False)
    subject_name: x509.Name = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    extensions: Extensions = field(compare=False, repr=False)

    @classmethod
    def read(cls, data: bytes) -> Certificate:
        """From DER; one of PARSE_ERRORS when it isn't a certificate or a field of it can't be read."""
        body = der.children(der.children(data, SEQUENCE)[0], SEQUENCE)
        offset = 1 if body[0][0] == 0xA0 else 0
        if len(body) < offset + 6 or cms.integer(body[offset]) <= 0:
            raise Malformed("certificate is cut off or its number isn't positive")
        parsed = x509.load_der_x509_certificate(data)
        return cls(
            der=data,
            signed=Signed.read(data, offset + 1),
            serial=parsed.serial_number,
            issuer=body[offset + 2],
            key_info=body[offset + 5],
            issuer_name=parsed.issuer,
            subject_name=parsed.subject,
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            extensions={one.oid: one for one in parsed.extensions},
        )

    @cached_property
    def key(self) -> keys.PublicKey:
        """Unsupported when the key is of a kind not checked here."""
        return keys.load(self.key_info)

    @property
    def self_issued(self) -> bool:
        return self.subject_name == self.issuer_name

    def _key_id(self, oid: x509.ObjectIdentifier) -> bytes | None:
        value = self.extensions[oid].value if oid in self.extensions else None
        if isinstance(value, x509.SubjectKeyIdentifier):
            return value.digest
        return value.key_identifier if isinstance(value, x509.AuthorityKeyIdentifier) else None

    @property
    def key_id(self) -> bytes | None:
        return self._key_id(ExtensionOID.SUBJECT_KEY_IDENTIFIER)

    def may_be_issued_by(self, other: Certificate) -> bool:
        """By the names and, where both are given, the key identifiers; the signature isn't looked at."""
        wanted = self._key_id(ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
        return self.issuer_name == other.subject_name and (not wanted or other.key_id in (None, wanted))

    def in_force(self, at: datetime) -> bool:
        """By its dates alone; ``at`` is aware."""
        return self.not_before <= at <= self.not_after

    def allows(self, *purposes: str) -> bool:
        """Does keyUsage, where present, name one of these purposes (attributes of x509.KeyUsage)?"""
        if ExtensionOID.KEY_USAGE not in self.extensions:
            return True
        usage = self.extensions[ExtensionOID.KEY_USAGE].value
        return any(getattr(usage, purpose) for purpose in purposes)

    def _text(self, *oids: str) -> str | None:
        for oid in oids:
            found = self.subject_name.get_attributes_for_oid(x509.ObjectIdentifier(oid))
            if found:
                value = found[0].value
                return value if isinstance(value, str) else value.decode("latin-1")
        return None

    @property
    def name(self) -> str | None:
        """Surname and given names where both stand in the certificate, else the common name or the
        organisation.
        """
        surname, given = (
            self._text(NameOID.SURNAME.dotted_string),
            self._text(NameOID.GIVEN_NAME.dotted_string),
        )
        if surname and given:
            return f"{surname} {given}"
        return self._text(NameOID.COMMON_NAME.dotted_string, NameOID.ORGANIZATION_NAME.dotted_string)

    @property
    def number(self) -> str:
        """The serial number as printed in a mark: upper-case hex, whole bytes."""
        return self.serial.to_bytes(max(1, (self.serial.bit_length() + 7) // 8), "big").hex().upper()

    @property
    def label(self) -> str:
        """«Иванов Иван Иванович», № 0A1B» for messages."""
        return f"«{self.name or 'без имени'}», № {self.number}"

    def as_signer(self) -> Signer:
        try:
            algorithm = keys.title(self.key)
        except keys.Unsupported:
            algorithm = der.algorithm(der.children(self.key_info, SEQUENCE)[0]).oid
        return Signer(
            name=self.name,
            serial=self.number,
            inn=self._text(INN, INN_ORGANISATION),
            snils=self._text(SNILS),
            ogrn=self._text(OGRN, OGRNIP),
            not_before=self.not_before.isoformat(),
            not_after=self.not_after.isoformat(),
            algorithm=algorithm,
        )


def read_all(data: bytes) -> list[Certificate]:
    """Every certificate of a PEM file, or the one of a DER or base64 file; one of PARSE_ERRORS when there is
    none.
    """
    found = [Certificate.read(block) for block in der.pem_blocks(data, b"CERTIFICATE")]
    if not found:
        raise Malformed("no certificate in the file")
    return found


def find(pool: list[Certificate], signer: cms.SignerInfo) -> Certificate | None:
    """The certificate a signer names. The name is compared byte for byte: nothing signs it."""
    if signer.key_id is not None:
        same = [one for one in pool if one.key_id == signer.key_id]
    else:
        same = [one for one in pool if one.issuer == signer.issuer and one.serial == signer.serial]
    return same[0] if len(same) == 1 else None
