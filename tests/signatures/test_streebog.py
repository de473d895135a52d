"""Streebog against RFC 6986, section 10, and OpenSSL's GOST engine at the edges of blocks."""

import pytest

from roadmap.signatures import streebog

FIRST = b"012345678901234567890123456789012345678901234567890123456789012"
SECOND = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")

# RFC 6986 prints vectors most significant byte first; here they are in the order of bytes, as OpenSSL does.
VECTORS = [
    (
        FIRST,
        512,
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),
    (FIRST, 256, "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
    (
        SECOND,
        512,
        "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
        "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    ),
    (SECOND, 256, "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50"),
]


@pytest.mark.parametrize(("message", "bits", "expected"), VECTORS)
def test_vectors_of_the_rfc(message: bytes, bits: int, expected: str) -> None:
    assert streebog.digest(message, bits).hex() == expected


@pytest.mark.parametrize("bits", [256, 512])
@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff" * 96,
        b"\xff" * 64,
        b"\xff" * 129,
        *(bytes(range(256)) * 2 + b"x" * n for n in (0, 1, 62, 63, 64, 65)),
    ],
    ids=lambda message: f"{len(message)} bytes",
)
def test_equals_openssl(pki, bits: int, message: bytes) -> None:
    """96 × 0xFF carries in the checksum over a partial block: more than one library got that wrong."""
    path = pki.folder / "hashed"
    path.write_bytes(message)
    said = pki.openssl(f"dgst -r -md_gost12_{bits}", path).stdout.split()[0].decode()
    assert streebog.digest(message, bits).hex() == said


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="384"):
        streebog.digest(b"", 384)
