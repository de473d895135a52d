"""Lists of revoked certificates (RFC 5280, section 5): full lists, signed by the authority that issued."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from roadmap.signatures import der
from roadmap.signatures.certificates import PARSE_ERRORS, Certificate, Signed
from roadmap.signatures.chain import Path
from roadmap.signatures.der import SEQUENCE, Malformed
from roadmap.signatures.keys import Unsupported
from roadmap.signatures.verdict import Fact, moment

Judgement = tuple[Fact, str]
MAX_CRL_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class RevocationList:
    """``parsed`` is asked for single entries only; the rest is read at once. Dates are aware UTC."""

    parsed: x509.CertificateRevocationList
    signed: Signed
    issuer_name: x509.Name
    since: datetime
    until: datetime | None
    extensions: tuple[x509.Extension[x509.ExtensionType], ...]

    @classmethod
    def read(cls, data: bytes) -> RevocationList:
        """From DER; one of PARSE_ERRORS when it isn't a list or its extensions can't be read."""
        body = der.children(der.children(data, SEQUENCE)[0], SEQUENCE)
        parsed = x509.load_der_x509_crl(data)
        return cls(
            parsed=parsed,
            signed=Signed.read(data, 1 if body[0][0] == 0x02 else 0),
            issuer_name=parsed.issuer,
            since=parsed.last_update_utc,
            until=parsed.next_update_utc,
            extensions=tuple(parsed.extensions),
        )


def read_all(data: bytes) -> list[RevocationList]:
    """Every list of a PEM file, or the one of a DER or base64 file; one of PARSE_ERRORS if there is none."""
    if len(data) > MAX_CRL_BYTES:
        raise Malformed("list is too long")
    found = [RevocationList.read(block) for block in der.pem_blocks(data, b"X509 CRL")]
    if not found:
        raise Malformed("no list in the file")
    return found


def check(path: Path, lists: list[RevocationList], at: datetime) -> tuple[Fact, list[str]]:
    """Was the signer's certificate revoked by ``at``, or an authority's above it?

    Yes = a fresh, authentic list says it wasn't. Lists for authorities' own certificates are looked at when
    given, but their absence alone doesn't spoil the fact: it is only said.
    """
    facts, messages = [Fact.UNKNOWN] if len(path) < 2 else [], []
    for position, (one, issuer) in enumerate(itertools.pairwise(path)):
        own = [item for item in lists if item.issuer_name == issuer.subject_name]
        if not own:
            messages.append(f"Отзыв сертификата {one.label} не проверен: нет списка отзыва его издателя.")
            if position == 0:
                facts.append(Fact.UNKNOWN)
            continue
        judged = [judge(item, one, issuer, at) for item in own]
        best = next((fact for fact in (Fact.NO, Fact.YES) if fact in [found for found, _ in judged]), Fact.UNKNOWN)
        facts.append(best)
        messages += [text for fact, text in judged if fact is best or fact is Fact.UNKNOWN]
    return Fact.all(facts), messages


def judge(item: RevocationList, one: Certificate, issuer: Certificate, at: datetime) -> Judgement:
    """What one list says of one certificate; the sentence says why."""
    try:
        genuine = item.signed.is_by(issuer.key) and issuer.allows("crl_sign")
    except PARSE_ERRORS:
        genuine = False
    except Unsupported as error:
        return Fact.UNKNOWN, f"Список отзыва не проверен. {error}"
    if not genuine:
        return Fact.UNKNOWN, "Подпись списка отзыва неверна; список не принят во внимание."
    try:
        problem = _limits(item, one)
        entry = item.parsed.get_revoked_certificate_by_serial_number(one.serial)
        foreign = entry is not None and any(
            found.critical and found.oid != CRLEntryExtensionOID.CRL_REASON for found in entry.extensions
        )
    except PARSE_ERRORS:
        return Fact.UNKNOWN, "Список отзыва повреждён; список не принят во внимание."
    if problem or foreign:
        return (
            Fact.UNKNOWN,
            problem or "Список отзыва содержит записи неизвестного вида; он не принят во внимание.",
        )
    if entry is not None:
        when = entry.revocation_date_utc
        if when <= at:
            return Fact.NO, f"Сертификат {one.label} отозван {moment(when)}."
        return Fact.YES, f"Сертификат {one.label} отозван {moment(when)}, позже проверяемого момента."
    return _freshness(item, one, at)


def _freshness(item: RevocationList, one: Certificate, at: datetime) -> Judgement:
    """A list made later than ``at`` counts too, unless the certificate had expired by then and could be
    dropped.
    """
    until, since = item.until, item.since
    if until is None or until < at:
        shown = moment(until) if until else "срок не указан"
        return Fact.UNKNOWN, f"Список отзыва устарел (действовал до: {shown}), отзыв не проверен."
    if since > at and since > one.not_after:
        return Fact.UNKNOWN, "Список отзыва выпущен после окончания срока сертификата, отзыв не проверен."
    return Fact.YES, f"Сертификат {one.label} не отозван по списку от {moment(since)}."


def _limits(item: RevocationList, one: Certificate) -> str | None:
    """Why a list can't speak for this certificate: partial, indirect, or something unknown is critical."""
    for found in item.extensions:
        value = found.value
        if isinstance(value, x509.IssuingDistributionPoint):
            if not _covers(value, one):
                return "Список отзыва относится к другим сертификатам; он не принят во внимание."
        elif found.critical and found.oid not in (
            ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
            ExtensionOID.CRL_NUMBER,
        ):
            return f"Список отзыва: неизвестное критическое расширение {found.oid.dotted_string}."
    return None


def _covers(point: x509.IssuingDistributionPoint, one: Certificate) -> bool:
    if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs:
        return False
    constraints = one.extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    authority = bool(constraints and isinstance(constraints.value, x509.BasicConstraints) and constraints.value.ca)
    if (point.only_contains_ca_certs and not authority) or (point.only_contains_user_certs and authority):
        return False
    if point.relative_name:
        return False
    if not point.full_name:
        return True
    found = one.extensions.get(ExtensionOID.CRL_DISTRIBUTION_POINTS)
    points: Iterable[x509.DistributionPoint] = (
        found.value if found and isinstance(found.value, x509.CRLDistributionPoints) else []
    )
    return any(name in point.full_name for own in points for name in own.full_name or [])
