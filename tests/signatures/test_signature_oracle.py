"""What OpenSSL signs, this package accepts, and what it refuses, OpenSSL refuses too."""

from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from cryptography import x509
from signature_pki import ALGORITHMS, PERSON, Cast, Pki, facts

from roadmap.signatures import der
from roadmap.signatures.verify import verify

GOST_SETS = [name for name in ALGORITHMS if name[:3] in ("256", "512")]
GOOD = ["yes", "yes", "yes", "yes", "unknown"]
CHANGED = ["no", "yes", "yes", "yes", "unknown"]
CHANGED_BARE = ["no", "no", "yes", "yes", "unknown"]  # nothing inside says which file it was made for


def test_there_are_twelve_parameter_sets() -> None:
    assert len(GOST_SETS) == 12


@pytest.mark.parametrize("name", [*GOST_SETS, "RSA-3072", "P-256"])
@pytest.mark.parametrize(
    ("options", "changed"),
    [(("-cades",), CHANGED), (("-noattr",), CHANGED_BARE)],
    ids=["attributes", "bare"],
)
def test_verdicts_equal_openssls(
    pki: Pki, cast: Cast, document: Path, name: str, options: tuple[str, ...], changed: list[str]
) -> None:
    signer = pki.holders.get(f"signer-{name}") or pki.holder(f"signer-{name}", name, cast.root)
    made = pki.sign(document, signer, options=options)
    other = pki.folder / "changed"
    other.write_bytes(document.read_bytes().replace(b"PK", b"PJ"))
    assert pki.accepts(document, made, cast.root)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem])) == GOOD
    assert not pki.accepts(other, made, cast.root)
    assert facts(verify(other.read_bytes(), made, [cast.root.pem])) == changed


@pytest.mark.parametrize("name", ["256-A", "512-A", "RSA-3072", "P-256"])
def test_every_kind_of_authority(pki: Pki, document: Path, name: str) -> None:
    root = pki.holder(f"root-{name}", name)
    signer = pki.holder(f"person-{name}", "256-A", root)
    made = pki.sign(document, signer)
    assert facts(verify(document.read_bytes(), made, [root.pem])) == GOOD


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-keyid",),
        ("-keyid", "-cades"),
        ("-nodetach", "-cades"),
        ("-nodetach", "-noattr"),
        ("-nodetach", "-stream"),
        ("-nodetach", "-stream", "-cades", "-keyid"),
        ("-nosmimecap",),
    ],
    ids=" ".join,
)
def test_forms_of_cms(pki: Pki, cast: Cast, document: Path, options: tuple[str, ...]) -> None:
    made = pki.sign(document, cast.deputy, options=options)
    assert facts(verify(document.read_bytes(), made, [cast.root.pem])) == GOOD


@pytest.mark.parametrize("salt", ["digest", "max", "20"])
def test_rsa_pss(pki: Pki, cast: Cast, document: Path, salt: str) -> None:
    options = ("-cades", "-keyopt", "rsa_padding_mode:pss", "-keyopt", f"rsa_pss_saltlen:{salt}")
    made = pki.sign(document, cast.rsa, options=options)
    assert (
        asn1.ContentInfo.load(made)["content"]["signer_infos"][0]["signature_algorithm"]["algorithm"].native
        == "rsassa_pss"
    )
    assert facts(verify(document.read_bytes(), made, [cast.root.pem])) == GOOD


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bare", [False, True], ids=["PEM", "base64"])
def test_text_forms(pki: Pki, cast: Cast, document: Path, end: bytes, bare: bool) -> None:
    lines = pki.sign(document, cast.head, form="PEM", inside=(cast.office,)).splitlines()
    text = end.join(lines[1:-1] if bare else lines) + end
    assert facts(verify(document.read_bytes(), text, [cast.root.pem])) == GOOD


def test_indefinite_lengths_all_the_way_down(pki: Pki, cast: Cast, document: Path, signature: bytes) -> None:
    """Everything but certificates and signed attributes may be written with lengths left open."""

    def opened(element: bytes) -> bytes:
        if not element[0] & 0x20:
            return element
        inside = b"".join(opened(part) for part in der.children(element, element[0]))
        return bytes([element[0], 0x80]) + inside + b"\0\0"

    made = opened(signature)
    assert made != signature
    assert der.to_der(made) == signature
    assert facts(verify(document.read_bytes(), made, [cast.root.pem])) == GOOD
    assert facts(verify(document.read_bytes(), made[:-1], [cast.root.pem]))[1] == "no"


def test_several_signers(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.head, cast.deputy, inside=(cast.office,))
    verdict = verify(document.read_bytes(), made, [cast.root.pem])
    assert facts(verdict) == GOOD
    assert sorted(signer.name or "" for signer in verdict.signers) == [
        "Иванов Иван Иванович",
        "Петрова Анна Сергеевна",
    ]


def test_signer_is_read_from_the_certificate(cast: Cast, document: Path, signature: bytes) -> None:
    holder = x509.load_pem_x509_certificate(cast.head.pem)
    answer = verify(document.read_bytes(), signature, [cast.root.pem]).as_json()
    assert list(answer) == [
        "matches", "signature", "chain", "validity", "revocation", "signers", "messages",
    ]  # fmt: skip
    assert answer["signers"] == [
        {
            "name": "Петрова Анна Сергеевна",
            "serial": f"{holder.serial_number:04X}",
            "inn": "246001234567",
            "snils": "12345678901",
            "ogrn": "1022401234567",
            "not_before": holder.not_valid_before_utc.isoformat(),
            "not_after": holder.not_valid_after_utc.isoformat(),
            "algorithm": "ГОСТ Р 34.10-2012 (256 бит)",
        }
    ]


def test_organisations_number_stands_in_for_a_persons(pki: Pki, cast: Cast, document: Path) -> None:
    seal = pki.holder("seal", "P-256", cast.root, subject="/O=МБОУ «Школа № 2»/1.2.643.100.4=2434000002")
    (signer,) = verify(document.read_bytes(), pki.sign(document, seal), [cast.root.pem]).signers
    assert (signer.name, signer.inn, signer.snils, signer.ogrn, signer.algorithm) == (
        "МБОУ «Школа № 2»", "2434000002", None, None, "ECDSA (secp256r1)",
    )  # fmt: skip


def test_purpose_of_mail_is_not_asked(pki: Pki, cast: Cast, document: Path) -> None:
    """An extendedKeyUsage without e-mail doesn't spoil a document's signature."""
    signer = pki.holder(
        "no-mail", "P-256", cast.root, extensions=f"{PERSON}\nextendedKeyUsage=clientAuth,1.2.643.2.2.34.6"
    )
    assert facts(verify(document.read_bytes(), pki.sign(document, signer), [cast.root.pem])) == GOOD


def test_certificates_without_extensions(pki: Pki, document: Path) -> None:
    """Version 1 has none: a trusted root may issue so, as OpenSSL says too, an authority under it may not."""
    root = pki.holder("old-root", "P-256")
    middle = pki.holder("old-middle", "P-256", root)
    near, far = pki.holder("old-near", "P-256", root), pki.holder("old-far", "P-256", middle)
    for number, one in enumerate((root, middle, near, far), 1):
        pki.certify(one, f"/CN={one.name}", number, "-days 100 -out", one.certificate)
        assert x509.load_pem_x509_certificate(one.pem).version is x509.Version.v1
    first, second = pki.sign(document, near), pki.sign(document, far, inside=(middle,))
    chains = [facts(verify(document.read_bytes(), made, [root.pem]))[2] for made in (first, second)]
    assert chains == ["yes", "no"]
    assert [pki.accepts(document, made, root) for made in (first, second)] == [True, False]


def test_words_never_promise_a_qualified_signature(cast: Cast, document: Path, signature: bytes) -> None:
    messages = verify(document.read_bytes(), signature, [cast.root.pem]).messages
    assert messages[-1] == (
        "Это проверка сервера, а не юридическое заключение: юридическую проверку выполните "
        "средством электронной подписи или на портале Госуслуг."
    )
    assert [text for text in messages if "квалифицированн" in text.lower()] == []
