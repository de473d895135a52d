"""The check of a signature against a document: each step gives its own fact, garbage gives a verdict too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from roadmap.signatures import attributes, certificates, chain, cms, keys, revocation
from roadmap.signatures.certificates import PARSE_ERRORS, Certificate
from roadmap.signatures.der import Algorithm, Malformed
from roadmap.signatures.verdict import Fact, Findings, Verdict, combined, moment

log = logging.getLogger(__name__)

MAX_SIGNATURE_BYTES = 256 * 1024
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024

NOT_LEGAL = (
    "Это проверка сервера, а не юридическое заключение: юридическую проверку выполните "
    "средством электронной подписи или на портале Госуслуг."
)
UNREADABLE = "Файл подписи не читается: это не подпись формата CMS (CAdES) или файл повреждён."
DAMAGED = "Подпись неверна: файл подписи изменён или повреждён."


def verify(
    document: bytes,
    signature: bytes,
    trust: Sequence[bytes],
    crls: Sequence[bytes] = (),
    at: datetime | None = None,
) -> Verdict:
    """Judge a detached (or attached) signature of ``document``; never raises on bad bytes.

    ``signature``: CMS in DER, BER, PEM or bare base64. ``trust`` and ``crls``: contents of files, DER or PEM;
    roots are the self-issued certificates of ``trust``. ``at``: the moment the certificates must have been in
    force at, by default now; without a zone it is read as UTC. A revoked certificate isn't in force, so it
    spoils ``validity`` as well.
    """
    asked = at or datetime.now(UTC)
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=UTC)
    if len(signature) > MAX_SIGNATURE_BYTES:
        limit = MAX_SIGNATURE_BYTES // 1024
        return Verdict().saying(f"Файл подписи больше {limit} КБ и не проверяется.", NOT_LEGAL)
    if len(document) > MAX_DOCUMENT_BYTES:
        limit = MAX_DOCUMENT_BYTES // 1024 // 1024
        return Verdict().saying(f"Документ больше {limit} МБ и не проверяется.", NOT_LEGAL)
    try:
        signed = cms.read(signature)
    except cms.TooMany as error:
        return Verdict().saying(str(error), NOT_LEGAL)
    except PARSE_ERRORS as error:
        log.info("signature file refused: %s", error)
        return Verdict(signature=Fact.NO).saying(UNREADABLE, NOT_LEGAL)
    if not signed.signers:
        return Verdict(signature=Fact.NO).saying("В файле нет ни одной подписи.", NOT_LEGAL)
    return _Check(document, signed, asked, trust, crls).run().saying(NOT_LEGAL)


@dataclass
class _Check:
    """One file under check: what its signers share."""

    document: bytes
    signed: cms.SignedData
    at: datetime
    trust: Sequence[bytes]
    crls: Sequence[bytes]
    notes: list[str] = field(default_factory=list)
    digests: dict[tuple[str, bool], bytes] = field(default_factory=dict)

    def run(self) -> Verdict:
        try:
            embedded = [Certificate.read(data) for data in self.signed.certificates]
        except PARSE_ERRORS as error:
            log.info("certificate inside the signature refused: %s", error)
            return Verdict(signature=Fact.NO).saying("Сертификат внутри файла подписи не читается или повреждён.")
        pool = chain.Pool(embedded, self._trusted())
        lists = self._lists()
        findings = [self._one(signer, pool, lists) for signer in self.signed.signers]
        chained = [found for found in findings if found.chain is Fact.YES]
        if chained and not all(pool.explained(one) for one in embedded):
            for found in chained:
                found.chain = Fact.NO
            self.notes.append("В файле подписи есть сертификат, который ни с чем не связан или повреждён.")
        return combined(findings).saying(*self.notes)

    def _trusted(self) -> list[Certificate]:
        found: list[Certificate] = []
        for data in self.trust:
            try:
                found += certificates.read_all(data)
            except PARSE_ERRORS as error:
                log.info("trusted certificate skipped: %s", error)
                self.notes.append("Один из файлов папки доверия не читается как сертификат и пропущен.")
        return found

    def _lists(self) -> list[revocation.RevocationList]:
        found: list[revocation.RevocationList] = []
        for data in (*self.crls, *self.signed.crls):
            try:
                found += revocation.read_all(data)
            except PARSE_ERRORS as error:
                log.info("list of revoked certificates skipped: %s", error)
                self.notes.append("Один из списков отзыва не читается и пропущен.")
        return found

    def _digest(self, algorithm: Algorithm, *, attached: bool = False) -> bytes:
        """Of the document, or of the content inside the signature; each computed once a file."""
        place = (algorithm.oid, attached)
        if place not in self.digests:
            data = self.signed.content if attached and self.signed.content is not None else self.document
            self.digests[place] = keys.digest_of(algorithm).compute(data)
        return self.digests[place]

    def _one(self, signer: cms.SignerInfo, pool: chain.Pool, lists: list[revocation.RevocationList]) -> Findings:
        found = Findings()
        try:
            self._check_signature(signer, certificates.find(pool.embedded, signer), found)
        except keys.Unsupported as error:
            found.signature = Fact.UNKNOWN
            found.say(f"Подпись не проверена. {error}")
        except PARSE_ERRORS as error:
            log.info("signer refused: %s", error)
            found.signature = Fact.NO
            found.say(DAMAGED)
        self._check_certificate(certificates.find(pool.embedded, signer), pool, lists, found)
        return found

    def _check_signature(self, signer: cms.SignerInfo, certificate: Certificate | None, found: Findings) -> None:
        title = keys.digest_of(signer.digest).title
        if signer.unsigned:
            found.say("Метки времени и другие неподписанные сведения в файле подписи не проверялись.")
        attached = self.signed.content
        if attached is not None and attached != self.document:
            found.matches = Fact.NO
            found.say("Содержимое внутри файла подписи не совпадает с файлом: подпись сделана для другого файла.")
        if signer.attributes is None:
            self._check_bare(signer, certificate, found)
            return
        signed = attributes.read(signer.attributes, self.signed.content_type)
        if found.matches is not Fact.NO:
            found.matches = self._compare(signer, signed, title, found)
        claimed = attributes.signing_time(signed)
        if claimed:
            found.say(f"Время подписания по словам подписавшего: {moment(claimed.astimezone(UTC))}.")
        if certificate is None:
            found.say("Сертификата подписавшего нет в файле подписи, подпись проверить нельзя.")
            return
        scheme = keys.scheme(signer.algorithm, certificate.key, signer.digest.oid)
        compute = keys.digest_of(signer.digest).compute
        right = any(
            keys.verify(certificate.key, scheme, compute(data), signer.signature)
            for data in attributes.signed_bytes(signer.attributes)
        )
        if right and not attributes.names_certificate(signed, certificate):
            found.say("Подпись привязана к другому сертификату, чем вложенный в файл подписи.")
            right = False
        elif not right or not attributes.protects(signed, signer):
            found.say(DAMAGED)
            right = False
        found.signature = Fact.of(right)

    def _compare(self, signer: cms.SignerInfo, signed: attributes.Attributes, title: str, found: Findings) -> Fact:
        digest = self._digest(signer.digest)
        inside = attributes.claimed_digest(signed)
        if inside == digest:
            return Fact.YES
        found.say(
            "Файл не совпадает: подпись сделана для другого файла (возможно, документ пересохранён). "
            f"Отпечаток в подписи: {inside.hex()}; отпечаток файла: {digest.hex()}; алгоритм {title}."
        )
        return Fact.NO

    def _check_bare(self, signer: cms.SignerInfo, certificate: Certificate | None, found: Findings) -> None:
        """Nothing but the content is signed: a wrong file and a wrong signature can't be told apart."""
        if self.signed.content_type != cms.DATA or attributes.looks_signed(self.document):
            raise Malformed("content that must not be signed without attributes")
        if certificate is None:
            found.say("Сертификата подписавшего нет в файле подписи, подпись проверить нельзя.")
            return
        scheme = keys.scheme(signer.algorithm, certificate.key, signer.digest.oid)
        digest = self._digest(signer.digest, attached=self.signed.content is not None)
        right = keys.verify(certificate.key, scheme, digest, signer.signature)
        found.signature = Fact.of(right)
        if found.matches is not Fact.NO:
            found.matches = Fact.of(right)
        if not right:
            found.say(
                "Подпись не подходит к файлу: подпись сделана для другого файла (возможно, документ "
                f"пересохранён) или повреждена. Отпечаток файла: {digest.hex()}; в подписи его нет."
            )

    def _check_certificate(
        self,
        one: Certificate | None,
        pool: chain.Pool,
        lists: list[revocation.RevocationList],
        found: Findings,
    ) -> None:
        if one is None:
            return
        try:
            found.signer = one.as_signer()
            built = chain.build(one, pool, self.at)
            found.chain = built.fact
            found.messages += built.messages
            found.validity, late = chain.validity(built.path, self.at)
            found.messages += late
            found.revocation, said = revocation.check(built.path, lists, self.at)
            found.messages += said
        except PARSE_ERRORS as error:
            log.info("certificate refused: %s", error)
            found.chain = Fact.NO
            found.say("Сертификат подписавшего повреждён, цепочка не проверена.")
        if found.revocation is Fact.NO:
            found.validity = Fact.NO
