"""From a certificate to a trusted root (RFC 5280, section 6, without name constraints and policy trees)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from roadmap.signatures.certificates import PARSE_ERRORS, Certificate
from roadmap.signatures.keys import Unsupported
from roadmap.signatures.verdict import Fact, moment

log = logging.getLogger(__name__)

Path = tuple[Certificate, ...]

NOTHING_TRUSTED = "Доверенные корневые сертификаты не загружены, цепочку проверить не с чем."
MAX_LENGTH = 8
MAX_STEPS, MAX_SIGNATURES = 200, 40  # per file: a hostile set of certificates must not cost minutes
UNDERSTOOD = frozenset(
    (
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.PRIVATE_KEY_USAGE_PERIOD,
    )
)


@dataclass
class Pool:
    """Certificates to build from: those inside the signature and the installation's own.

    ``roots`` end a chain: only self-issued certificates of the trust folder, the others there help to build.
    """

    embedded: list[Certificate]
    trusted: list[Certificate]
    roots: set[Certificate] = field(init=False)
    all: list[Certificate] = field(init=False)
    unsupported: set[str] = field(default_factory=set)
    _checked: dict[tuple[Certificate, Certificate], bool] = field(default_factory=dict)
    _steps: int = 0

    def __post_init__(self) -> None:
        self.roots = {one for one in self.trusted if one.self_issued}
        self.all = list(dict.fromkeys((*self.trusted, *self.embedded)))

    def issued(self, child: Certificate, issuer: Certificate) -> bool:
        """Names, key identifiers and the signature agree; False too once the file has used up its checks."""
        pair = (child, issuer)
        if pair not in self._checked:
            if len(self._checked) >= MAX_SIGNATURES or not child.may_be_issued_by(issuer):
                return False
            try:
                self._checked[pair] = child.signed.is_by(issuer.key)
            except Unsupported as error:
                self.unsupported.add(str(error))
                self._checked[pair] = False
            except PARSE_ERRORS as error:
                log.info("issuer's key refused: %s", error)
                self._checked[pair] = False
        return self._checked[pair]

    def paths(self, path: Path) -> Iterator[Path]:
        """Every way from the last certificate of ``path`` to a root by valid signatures."""
        if path[-1] in self.roots:
            yield path
            return
        for issuer in self.all:
            if len(path) < MAX_LENGTH and issuer not in path and self.issued(path[-1], issuer):
                self._steps += 1
                if self._steps > MAX_STEPS:
                    return
                yield from self.paths((*path, issuer))

    def explained(self, certificate: Certificate) -> bool:
        """Is it trusted itself, or signed by something in the pool? Nothing else vouches for its bytes."""
        return certificate in self.trusted or any(self.issued(certificate, other) for other in self.all)


@dataclass(frozen=True)
class Chain:
    """``path`` starts with the signer's certificate; it ends with a root when there is a way to one."""

    path: Path
    fact: Fact
    messages: tuple[str, ...]


def build(leaf: Certificate, pool: Pool, at: datetime) -> Chain:
    """The best way to a root: faultless and in force at ``at``, else faultless, else with a reason."""
    faulty: Chain | None = None
    expired: Chain | None = None
    for path in pool.paths((leaf,)):
        messages = tuple(faults(path))
        if messages:
            faulty = faulty or Chain(path, Fact.NO, messages)
        elif all(one.in_force(at) for one in path):
            return Chain(path, Fact.YES, ())
        else:
            expired = expired or Chain(path, Fact.YES, ())
    found = expired or faulty
    if found:
        return found
    if not pool.roots:
        return Chain((leaf,), Fact.UNKNOWN, (NOTHING_TRUSTED,))
    if pool.unsupported:
        return Chain((leaf,), Fact.UNKNOWN, tuple(sorted(pool.unsupported)))
    message = f"Сертификат {leaf.label}: нет цепочки до доверенного удостоверяющего центра."
    return Chain((leaf,), Fact.NO, (message,))


def faults(path: Path) -> Iterator[str]:
    """Why a path with valid signatures still isn't a chain; sentences for the user."""
    for position, one in enumerate(path):
        strange = [
            oid.dotted_string for oid, found in one.extensions.items() if found.critical and oid not in UNDERSTOOD
        ]
        if strange:
            yield f"Сертификат {one.label}: неизвестное критическое расширение {', '.join(strange)}."
        if ExtensionOID.NAME_CONSTRAINTS in one.extensions:
            yield f"Сертификат {one.label}: ограничения имён этой программой не проверяются."
        plain_root = one is path[-1] and not one.extensions  # version 1 has none; the trust folder vouches
        if position and not plain_root:
            below = sum(not between.self_issued for between in path[1:position])
            yield from _issuer_faults(one, below)
    if not path[0].allows("digital_signature", "content_commitment"):
        yield f"Сертификат {path[0].label} не предназначен для подписи документов."


def _issuer_faults(one: Certificate, below: int) -> Iterator[str]:
    """``below``: how many certification authorities stand between this one and the signer."""
    constraints = one.extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    value = constraints.value if constraints else None
    if not isinstance(value, x509.BasicConstraints) or not value.ca:
        yield f"Сертификат {one.label} не принадлежит удостоверяющему центру, но подписал другой."
    elif value.path_length is not None and below > value.path_length:
        yield f"Сертификат {one.label}: цепочка длиннее, чем он разрешает."
    if not one.allows("key_cert_sign"):
        yield f"Сертификат {one.label} не предназначен для выпуска сертификатов."


def validity(path: Path, at: datetime) -> tuple[Fact, list[str]]:
    """Are all certificates in their dates at ``at`` (aware)?"""
    messages = [
        f"Сертификат {one.label} вне срока действия на {moment(at)}: действует с "
        f"{moment(one.not_before)} по {moment(one.not_after)}."
        for one in path
        if not one.in_force(at)
    ]
    return Fact.of(not messages), messages
