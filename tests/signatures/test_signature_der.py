"""BER turned into DER, and what isn't either refused."""

import base64

import pytest

from roadmap.signatures import cms, der
from roadmap.signatures.certificates import Signed
from roadmap.signatures.der import Algorithm, Malformed, encode

LABELS = (b"CMS", b"PKCS7")


@pytest.mark.parametrize(
    ("ber", "expected"),
    [
        ("0500", "0500"),
        ("30800000", "3000"),
        ("3081020500", "30020500"),
        ("30820002 0500", "30020500"),
        ("3080 3080 020101 0000 0500 0000", "3007 3003020101 0500"),
        ("24800403010203 040104 0000", "040401020304"),
        ("2405 0401ff 0400", "0401ff"),
        ("2400", "0400"),
        ("2480 2480 040101 0000 0000", "040101"),
        ("a080 040101 0000", "a003040101"),
        ("8003010203", "8003010203"),
        ("30 8180 " + "0500" * 64, "308180" + "0500" * 64),
    ],
)
def test_ber_becomes_der(ber: str, expected: str) -> None:
    assert der.to_der(bytes.fromhex(ber)) == bytes.fromhex(expected)


@pytest.mark.parametrize(
    "data",
    [
        *("", "30", "3001", "3081", "308500000000", "3002050000", "3080", "308005", "30800500", "04800000"),
        *("1000", "1100", "2300", "2403020101", "3f810100", "0000", "30020000", "2200", "30030401", "308000"),
    ],
)
def test_neither_ber_nor_der(data: str) -> None:
    with pytest.raises(Malformed):
        der.to_der(bytes.fromhex(data))


@pytest.mark.parametrize("depth, right", [(der.MAX_DEPTH, True), (der.MAX_DEPTH + 1, False)])
def test_depth(depth: int, right: bool) -> None:
    nested = b"\x05\x00"
    for _ in range(depth):
        nested = encode(0x30, nested)
    if right:
        assert der.to_der(nested) == nested
    else:
        with pytest.raises(Malformed, match="deeply"):
            der.to_der(nested)


def test_object_identifiers() -> None:
    texts = {
        "06072a850307010102": "1.2.643.7.1.1.2",
        "060388370a": "2.999.10",
        "060100": "0.0",
        "06014f": "1.39",
    }
    assert {text: der.oid(bytes.fromhex(text)) for text in texts} == texts
    for wrong in ("0600", "060180", "06028001", "0603550481", "04012a", "06" + "41" + "01" * 65):
        with pytest.raises(Malformed):
            der.oid(bytes.fromhex(wrong))


def test_integers() -> None:
    texts = {"020100": 0, "02017f": 127, "02020080": 128, "0201ff": -1, "0202ff7f": -129, "02020100": 256}
    assert {text: cms.integer(bytes.fromhex(text)) for text in texts} == texts
    for wrong in ("0200", "02020001", "0202007f", "0202ffff", "040101"):
        with pytest.raises(Malformed):
            cms.integer(bytes.fromhex(wrong))


def test_text_forms() -> None:
    data = encode(0x30, bytes(200))
    lines = base64.encodebytes(data)
    pem = b"-----BEGIN CMS-----\n" + lines + b"-----END CMS-----\n"
    for text in (
        data,
        lines,
        lines.strip(),
        pem,
        pem.replace(b"\n", b"\r\n"),
        pem.strip(),
        b"\xef\xbb\xbf" + pem,
    ):
        assert der.unarmoured(text, LABELS) == data
    wrong = [
        pem.replace(b"CMS", b"CRL"),
        pem.replace(b"BEGIN CMS", b"BEGIN PKCS7"),
        pem + pem,
        b"x" + pem,
        pem + b"x",
        lines + b"=",
        lines.replace(b"A", b"\t", 1),
        lines.replace(b"AAA=", b"AAB="),
        lines[:-3],
    ]
    assert wrong[-2] not in (lines, wrong[-3])
    for text in wrong:
        with pytest.raises(Malformed):
            der.unarmoured(text, LABELS)


def test_pem_files_with_several_certificates() -> None:
    block = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    assert der.pem_blocks(b"subject: x\n" + block + b"issuer: y\r\n" + block, b"CERTIFICATE") == [b"0\0"] * 2
    assert der.pem_blocks(block, b"X509 CRL") == []
    assert der.pem_blocks(b"0\x80ab ", b"CERTIFICATE") == [b"0\x80ab "]
    assert der.pem_blocks(b" MAA=\r\n", b"CERTIFICATE") == [b"0\0"]


def test_the_two_algorithms_of_a_signed_object_are_the_same() -> None:
    """Only the inner one is signed (RFC 5280, section 4.1.1.2)."""
    one, other = (encode(0x30, bytes.fromhex(f"0608 2a8648ce3d04030{last}")) for last in (2, 3))
    body, bits = encode(0x30, b"\x02\x01\x01" + one), b"\x03\x03\0ab"
    read = Signed.read(encode(0x30, body + one + bits), 1)
    assert (read.body, read.algorithm, read.signature) == (body, Algorithm("1.2.840.10045.4.3.2", b""), b"ab")
    for wrong in (
        body + other + bits,
        body + one + b"\x03\x03\1ab",
        body + one + b"\x04\x03\0ab",
        body + one,
    ):
        with pytest.raises(Malformed):
            Signed.read(encode(0x30, wrong), 1)
