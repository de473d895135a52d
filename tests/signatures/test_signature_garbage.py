"""Bits flipped, bytes cut, added and made up: always a verdict, never an acceptance, never an exception."""

import random
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from signature_pki import Cast, Pki, facts

from roadmap.signatures.der import encode
from roadmap.signatures.verify import UNREADABLE, verify

# A flipped bit can make a certificate that `cryptography` warns about before it is refused.
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
UNREAD = ["unknown", "no", "unknown", "unknown", "unknown"]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def accepted_flips(document: bytes, signature: bytes, trust: list[bytes], bits: list[int]) -> list[int]:
    assert verify(document, signature, trust).accepted
    return [bit for bit in bits if verify(document, flipped(signature, bit), trust).accepted]


def test_every_bit_of_an_elliptic_signature(pki: Pki, document: Path) -> None:
    """With the authority and the root inside: nothing in the file is unprotected."""
    root = pki.holder("flip-root", "P-256")
    signer = pki.holder("flip-signer", "P-256", root)
    made = pki.sign(document, signer, inside=(root,))
    assert accepted_flips(document.read_bytes(), made, [root.pem], list(range(8 * len(made)))) == []


@pytest.mark.parametrize(
    "options", [("-cades",), ("-noattr",), ("-cades", "-keyid"), ("-nodetach", "-stream")], ids=" ".join
)
def test_bits_of_a_gost_signature(pki: Pki, cast: Cast, document: Path, options: tuple[str, ...]) -> None:
    """A part of the outer fields and of the signature itself, and a sample of the rest."""
    made = pki.sign(document, cast.deputy, options=options)
    size = 8 * len(made)
    sample = random.Random(2012).sample(range(512, size - 512), 150)
    bits = [*range(0, 512, 3), *sample, *range(size - 512, size, 7)]
    assert accepted_flips(document.read_bytes(), made, [cast.root.pem], bits) == []


def test_bits_of_a_pem_signature(pki: Pki, cast: Cast, document: Path) -> None:
    made = pki.sign(document, cast.deputy, form="PEM")
    bits = [*range(0, 400, 3), *range(8 * len(made) - 600, 8 * len(made))]
    assert accepted_flips(document.read_bytes(), made, [cast.root.pem], bits) == []


GARBAGE = {
    "nothing": b"",
    "zeros": bytes(1000),
    "a document": b"PK\x03\x04" + bytes(500),
    "text": "подпись".encode(),
    "letters": b"A" * 4000,
    "an empty sequence": b"\x30\x00",
    "a sequence without an end": b"\x30\x80",
    "a length of four gigabytes": b"\x30\x84\xff\xff\xff\xff",
    "a length of lengths": b"\x30\xff" + b"\xff" * 127,
    "deep nesting": b"\x30\x80" * 60_000,
    "many small elements": encode(0x30, b"\x05\x00" * 60_000),
    "a long object identifier": encode(0x30, encode(0x06, b"\x81" * 100_000 + b"\x01")),
    "an armour without a body": b"-----BEGIN CMS-----\n-----END CMS-----\n",
    "an armour of another kind": b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    "an armour without an end": b"-----BEGIN CMS-----\nMAA=\n",
    "a byte order mark": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_gets_a_verdict(garbage: bytes) -> None:
    verdict = verify(b"document", garbage, [])
    assert facts(verdict) == UNREAD
    assert verdict.messages[0] == UNREADABLE


def test_certificate_or_list_in_place_of_a_signature(pki: Pki, cast: Cast, document: Path) -> None:
    for wrong in (cast.head.pem, pki.crl(cast.root), cast.head.key.read_bytes(), document.read_bytes()):
        assert facts(verify(document.read_bytes(), wrong, [cast.root.pem])) == UNREAD


def test_cut_anywhere(cast: Cast, document: Path, signature: bytes) -> None:
    verdicts = [verify(document.read_bytes(), signature[:end], [cast.root.pem]) for end in range(0, len(signature), 3)]
    assert {tuple(facts(verdict)) for verdict in verdicts} == {tuple(UNREAD)}


@pytest.mark.parametrize("tail", [b"\0", b"\n", b"\x30\x00", b"rubbish"])
def test_bytes_after_the_end(cast: Cast, document: Path, signature: bytes, tail: bytes) -> None:
    assert facts(verify(document.read_bytes(), signature + tail, [cast.root.pem])) == UNREAD


def test_signature_twice_in_a_file(cast: Cast, document: Path, signature: bytes) -> None:
    assert facts(verify(document.read_bytes(), signature * 2, [cast.root.pem])) == UNREAD


def test_bytes_overwritten_at_random(cast: Cast, document: Path, signature: bytes) -> None:
    """Several bytes at once reach places that a single bit doesn't."""
    dice = random.Random(2024)
    for _ in range(600):
        changed = bytearray(signature)
        for _ in range(dice.randint(2, 6)):
            changed[dice.randrange(len(changed))] = dice.choice((0, 1, 0x30, 0x80, 0xA0, 0xFF, dice.randrange(256)))
        if bytes(changed) != signature:
            verdict = verify(document.read_bytes(), bytes(changed), [cast.root.pem])
            assert verdict.accepted is False


def test_hostile_certificates_and_lists_are_survived(cast: Cast, document: Path, signature: bytes, pki: Pki) -> None:
    """The trust folder and the lists may be damaged as well: bits of their files flipped one by one."""
    dice = random.Random(1)
    root = pki.openssl("x509 -outform DER -in", cast.root.certificate).stdout
    issued = x509.load_pem_x509_crl(pki.crl(cast.office)).public_bytes(Encoding.DER)
    for bit in dice.sample(range(8 * len(root)), 150):
        assert verify(document.read_bytes(), signature, [flipped(root, bit)]).signature.value == "yes"
    for bit in dice.sample(range(8 * len(issued)), 150):
        verdict = verify(document.read_bytes(), signature, [cast.root.pem], [flipped(issued, bit)])
        assert facts(verdict) == ["yes", "yes", "yes", "yes", "unknown"]
