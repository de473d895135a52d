"""What a check found: separate facts, each with its own yes, no or unknown, never one green tick."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Fact(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool) -> Fact:
        return cls.YES if value else cls.NO

    @classmethod
    def all(cls, facts: Iterable[Fact]) -> Fact:
        """The worst of them: one «no» spoils all, else one «unknown»; of nothing, unknown."""
        found = set(facts)
        return next((fact for fact in (cls.NO, cls.UNKNOWN, cls.YES) if fact in found), cls.UNKNOWN)


@dataclass(frozen=True)
class Signer:
    """Who signed, by the certificate's own words; None where it says nothing.

    ``serial`` is the certificate's number in upper-case hex, the dates are ISO 8601 in UTC, ``inn`` is the
    person's own if the certificate has it, else the organisation's.
    """

    name: str | None
    serial: str
    inn: str | None
    snils: str | None
    ogrn: str | None
    not_before: str
    not_after: str
    algorithm: str


@dataclass(frozen=True)
class Verdict:
    """Five facts.

    ``matches``: made for exactly this file; ``signature``: mathematically right; ``chain``: leads to a
    trusted root; ``validity``: every certificate was in force at the moment asked (in its dates and not
    revoked before it); ``revocation``: a fresh, authentic list says the signer's certificate isn't revoked.
    """

    matches: Fact = Fact.UNKNOWN
    signature: Fact = Fact.UNKNOWN
    chain: Fact = Fact.UNKNOWN
    validity: Fact = Fact.UNKNOWN
    revocation: Fact = Fact.UNKNOWN
    signers: tuple[Signer, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        facts = (self.matches, self.signature, self.chain, self.validity)
        return all(fact is Fact.YES for fact in facts)

    def saying(self, *messages: str) -> Verdict:
        """The same with more messages, none twice."""
        return replace(self, messages=tuple(dict.fromkeys((*self.messages, *messages))))

    def as_json(self) -> dict[str, object]:
        """Exactly the contract's shape: facts and texts as str, signers as objects, lists as lists."""
        return {
            "matches": self.matches.value,
            "signature": self.signature.value,
            "chain": self.chain.value,
            "validity": self.validity.value,
            "revocation": self.revocation.value,
            "signers": [asdict(signer) for signer in self.signers],
            "messages": list(self.messages),
        }


@dataclass
class Findings:
    """Facts about one signature while they are being gathered."""

    matches: Fact = Fact.UNKNOWN
    signature: Fact = Fact.UNKNOWN
    chain: Fact = Fact.UNKNOWN
    validity: Fact = Fact.UNKNOWN
    revocation: Fact = Fact.UNKNOWN
    signer: Signer | None = None
    messages: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        self.messages.append(message)


def combined(findings: list[Findings]) -> Verdict:
    """One verdict of several signatures: each fact is yes only if it is for all of them."""
    return Verdict(
        matches=Fact.all(one.matches for one in findings),
        signature=Fact.all(one.signature for one in findings),
        chain=Fact.all(one.chain for one in findings),
        validity=Fact.all(one.validity for one in findings),
        revocation=Fact.all(one.revocation for one in findings),
        signers=tuple(one.signer for one in findings if one.signer),
    ).saying(*(message for one in findings for message in one.messages))


def moment(value: datetime) -> str:
    """«01.02.2026 03:04 UTC», for messages."""
    return f"{value:%d.%m.%Y %H:%M} UTC"
