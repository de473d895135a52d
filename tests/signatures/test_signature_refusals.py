"""Signatures that must not be accepted, each with the fact that falls and the sentence that says why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from signature_pki import CA, PERSON, Cast, Pki, facts

from roadmap.signatures.streebog import digest
from roadmap.signatures.verify import verify


def test_changed_document_names_both_digests(cast: Cast, document: Path, signature: bytes) -> None:
    original = document.read_bytes()
    changed = original[:-1] + b"!"
    verdict = verify(changed, signature, [cast.root.pem])
    assert facts(verdict) == ["no", "yes", "yes", "yes", "unknown"]
    assert verdict.messages[0] == (
        "Файл не совпадает: подпись сделана для другого файла (возможно, документ пересохранён). "
        f"Отпечаток в подписи: {digest(original, 256).hex()}; отпечаток файла: {digest(changed, 256).hex()}; "
        "алгоритм ГОСТ Р 34.11-2012 (256 бит)."
    )


@pytest.mark.parametrize("options", [("-nodetach", "-cades"), ("-nodetach", "-noattr")], ids=" ".join)
def test_attached_signature_of_other_content(pki: Pki, cast: Cast, document: Path, options: tuple[str, ...]) -> None:
    made = pki.sign(document, cast.deputy, options=options)
    verdict = verify(document.read_bytes() + b" ", made, [cast.root.pem])
    assert facts(verdict) == ["no", "yes", "yes", "yes", "unknown"]
    assert verdict.messages[0].startswith("Содержимое внутри файла подписи не совпадает с файлом")


def test_root_of_the_same_name(cast: Cast, pki: Pki, document: Path) -> None:
    made = pki.sign(document, cast.evil_head, inside=(cast.evil_root,))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "no", "yes", "unknown"]
    assert "нет цепочки до доверенного удостоверяющего центра" in " ".join(verdict.messages)
    assert not pki.accepts(document, made, cast.root)


def test_own_self_signed_certificate(cast: Cast, pki: Pki, document: Path) -> None:
    alone = pki.holder("alone", "256-A", extensions=PERSON)
    verdict = verify(document.read_bytes(), pki.sign(document, alone), [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "no", "yes", "unknown"]


def test_nothing_is_trusted(cast: Cast, document: Path, signature: bytes) -> None:
    verdict = verify(document.read_bytes(), signature, [])
    assert facts(verdict) == ["yes", "yes", "unknown", "yes", "unknown"]
    assert "Доверенные корневые сертификаты не загружены, цепочку проверить не с чем." in verdict.messages


def test_trusted_authority_without_its_root_is_no_end(cast: Cast, document: Path, signature: bytes) -> None:
    trust = [cast.office.pem, cast.deputy.pem, cast.evil_root.pem]
    assert facts(verify(document.read_bytes(), signature, trust))[2] == "no"


def test_authority_from_the_trust_folder_helps_to_build(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.head)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem]))[2] == "no"
    assert facts(verify(document.read_bytes(), made, [cast.root.pem + cast.office.pem]))[2] == "yes"


def test_unreadable_trusted_file_is_named_and_skipped(cast: Cast, document: Path, signature: bytes) -> None:
    verdict = verify(document.read_bytes(), signature, [b"rubbish", cast.root.pem])
    assert facts(verdict)[2] == "yes"
    assert "Один из файлов папки доверия не читается как сертификат и пропущен." in verdict.messages


def test_before_and_after_the_certificates_time(pki: Pki, cast: Cast, document: Path, signature: bytes) -> None:
    holder = x509.load_pem_x509_certificate(cast.head.pem)
    first, last, second = holder.not_valid_before_utc, holder.not_valid_after_utc, timedelta(seconds=1)
    validity = [
        facts(verify(document.read_bytes(), signature, [cast.root.pem], at=moment))[2:4]
        for moment in (first - second, first, last, last + second)
    ]
    assert validity == [["yes", "no"], ["yes", "yes"], ["yes", "yes"], ["yes", "no"]]
    late = verify(document.read_bytes(), signature, [cast.root.pem], at=last + second)
    assert not late.accepted
    assert next(text for text in late.messages if "вне срока действия" in text).startswith(
        f"Сертификат «Петрова Анна Сергеевна», № {holder.serial_number:04X} вне срока действия на "
    )


def test_moment_without_a_zone_is_utc(cast: Cast, document: Path, signature: bytes) -> None:
    last = x509.load_pem_x509_certificate(cast.head.pem).not_valid_after_utc.replace(tzinfo=None)
    validity = [
        facts(verify(document.read_bytes(), signature, [cast.root.pem], at=moment))[3]
        for moment in (last, last + timedelta(seconds=1))
    ]
    assert validity == ["yes", "no"]


def test_expired_authority_spoils_validity(pki: Pki, cast: Cast, document: Path) -> None:
    short = pki.holder("short", "P-256", cast.root, extensions=CA, days=10)
    signer = pki.holder("of-short", "P-256", short, days=300)
    made = pki.sign(document, signer, inside=(short,))
    later = datetime.now(UTC) + timedelta(days=30)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem], at=later)) == [
        "yes", "yes", "yes", "no", "unknown",
    ]  # fmt: skip


def test_of_two_ways_to_the_root_the_one_in_force_is_taken(pki: Pki, cast: Cast, document: Path) -> None:
    """An authority's key often has an old certificate and a new one, both inside the signature."""
    new = pki.holder("renewed", "P-256", cast.root, extensions=CA)
    old = replace(new, name="renewed-before")
    old.key.write_bytes(new.key.read_bytes())
    described = pki.folder / "renewed.ext"
    pki.certify(old, "/CN=renewed", 99, "-days 10 -out", old.certificate, described)
    made = pki.sign(document, pki.holder("of-renewed", "P-256", new), inside=(old, new))
    later = datetime.now(UTC) + timedelta(days=30)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem], at=later)) == [
        "yes", "yes", "yes", "yes", "unknown",
    ]  # fmt: skip
    for trust in ([old.pem, cast.root.pem], [cast.root.pem, new.pem, old.pem]):
        assert verify(document.read_bytes(), made, trust, at=later).accepted


AUTHORITIES = {
    "not an authority": (PERSON, "не принадлежит удостоверяющему центру"),
    "no constraints": ("keyUsage=keyCertSign", "не принадлежит удостоверяющему центру"),
    "may not issue": ("basicConstraints=CA:TRUE\nkeyUsage=digitalSignature", "не предназначен для выпуска"),
    "unknown critical": (f"{CA}\n1.2.3.4=critical,DER:0500", "неизвестное критическое расширение 1.2.3.4"),
    "name constraints": (f"{CA}\nnameConstraints=permitted;email:a.ru", "ограничения имён"),
    "policy constraints": (f"{CA}\npolicyConstraints=critical,inhibitPolicyMapping:0", "2.5.29.36"),
}  # fmt: skip


@pytest.mark.parametrize("extensions, reason", AUTHORITIES.values(), ids=AUTHORITIES)
def test_authorities_that_may_not_issue(pki: Pki, cast: Cast, document: Path, extensions: str, reason: str) -> None:
    name = f"bad{len(pki.holders)}"
    bad = pki.holder(name, "P-256", cast.root, extensions=extensions)
    signer = pki.holder(f"{name}-person", "P-256", bad)
    made = pki.sign(document, signer, inside=(bad,))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "no", "yes", "unknown"]
    assert [reason in text for text in verdict.messages].count(True) == 1


def test_length_of_a_path(pki: Pki, cast: Cast, document: Path) -> None:
    limited = pki.holder("limited", "P-256", cast.root, extensions=CA.replace("CA:TRUE", "CA:TRUE,pathlen:0"))
    under = pki.holder("under", "P-256", limited, extensions=CA)
    near, far = pki.holder("near", "P-256", limited), pki.holder("far", "P-256", under)
    chains = [
        facts(verify(document.read_bytes(), pki.sign(document, one, inside=inside), [cast.root.pem]))[2]
        for one, inside in ((near, (limited,)), (far, (limited, under)))
    ]
    assert chains == ["yes", "no"]


@pytest.mark.parametrize(
    ("extensions", "reason"),
    [
        ("keyUsage=critical,keyEncipherment", "не предназначен для подписи документов"),
        (f"{PERSON}\n1.2.3.4=critical,DER:0500", "неизвестное критическое расширение 1.2.3.4"),
    ],
    ids=["encryption only", "unknown critical"],
)
def test_signers_certificate_that_may_not_sign(
    pki: Pki, cast: Cast, document: Path, extensions: str, reason: str
) -> None:
    signer = pki.holder(f"odd{len(pki.holders)}", "P-256", cast.root, extensions=extensions)
    verdict = verify(document.read_bytes(), pki.sign(document, signer), [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "no", "yes", "unknown"]
    assert [reason in text for text in verdict.messages].count(True) == 1


def test_two_signers_one_from_an_evil_root(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.head, cast.evil_head, inside=(cast.office,))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "yes", "no", "yes", "unknown"]
    assert len(verdict.signers) == 2


def test_no_certificate_inside(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.deputy, options=("-cades", "-nocerts"))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "unknown", "unknown", "unknown", "unknown"]
    assert "Сертификата подписавшего нет в файле подписи, подпись проверить нельзя." in verdict.messages


def test_obsolete_digest(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.rsa, options=("-md", "sha1"))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["unknown", "unknown", "yes", "yes", "unknown"]
    assert verdict.messages[0] == "Подпись не проверена. Алгоритм SHA-1 устарел и этой программой не проверяется."


def test_short_rsa_key(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, pki.holder("short-key", "RSA-1024", cast.root))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == ["yes", "unknown", "yes", "yes", "unknown"]
    assert "Ключ RSA короче 2048 бит ненадёжен и не проверяется." in " ".join(verdict.messages)


def test_authority_with_a_key_not_checked_here(pki: Pki, document: Path) -> None:
    root = pki.holder("short-root", "RSA-1024")
    made = pki.sign(document, pki.holder("of-short-root", "P-256", root))
    assert facts(verify(document.read_bytes(), made, [root.pem])) == [
        "yes",
        "yes",
        "unknown",
        "yes",
        "unknown",
    ]


def test_stray_certificate_inside(pki: Pki, cast: Cast, document: Path) -> None:
    """A certificate that nothing vouches for could be anything; one that is merely unneeded does no harm."""
    chains = [
        facts(verify(document.read_bytes(), pki.sign(document, cast.deputy, inside=inside), [cast.root.pem]))[2]
        for inside in ((cast.evil_head,), (cast.evil_head, cast.evil_root), (cast.root,))
    ]
    assert chains == ["no", "yes", "yes"]
