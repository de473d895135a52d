"""GOST R 34.10-2012 against RFC 7091's examples, and the curves against their own definitions."""

import pytest

from roadmap.signatures import gost
from roadmap.signatures.gost import CURVES, Curve, GostKey

# RFC 7091, sections 7.1 and 7.2. These parameter sets aren't accepted in signatures.
EXAMPLE_256 = Curve(
    "example",
    256,
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    x=2,
    y=0x08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
)
EXAMPLE_512 = Curve(
    "example",
    512,
    p=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DF1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373,
    a=7,
    b=0x1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC4361834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC,
    q=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DA82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF,
    x=0x24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A,
    y=0x2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E,
)
KEY_256 = GostKey(
    EXAMPLE_256,
    0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
    0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
)
SECRET_512 = int(
    "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020"
    "72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
    16,
)
DIGEST_256 = bytes.fromhex("2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5")[::-1]
DIGEST_512 = bytes.fromhex(
    "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
    "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C"
)[::-1]
SIGNATURE_256 = bytes.fromhex(
    "01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40"
    "41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493"
)
SIGNATURE_512 = bytes.fromhex(
    "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
    "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A"
    "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
    "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36"
)


def times(curve: Curve, number: int, x: int, y: int) -> tuple[int, int]:
    """number·(x, y), affine; the point at infinity is (0, 0)."""
    a, b, z = gost.combine(curve, number, (x, y, 1), 0, gost.INFINITY)
    if not z:
        return 0, 0
    inverse = pow(z, -1, curve.p)
    return a * inverse**2 % curve.p, b * inverse**3 % curve.p


KEY_512 = GostKey(EXAMPLE_512, *times(EXAMPLE_512, SECRET_512, EXAMPLE_512.x, EXAMPLE_512.y))
EXAMPLES = [(KEY_256, DIGEST_256, SIGNATURE_256), (KEY_512, DIGEST_512, SIGNATURE_512)]


@pytest.mark.parametrize(("key", "digest", "signature"), EXAMPLES, ids=["256", "512"])
def test_example_of_the_rfc_is_accepted_and_nothing_else(key: GostKey, digest: bytes, signature: bytes) -> None:
    size = key.curve.bits // 8
    s, r = signature[:size], signature[size:]
    order = key.curve.q.to_bytes(size, "big")
    beyond = (int.from_bytes(s, "big") + key.curve.q).to_bytes(size, "big")  # the same number modulo q
    assert gost.verify(key, digest, signature)
    wrong = [
        (bytes([digest[0] ^ 1]) + digest[1:], signature),
        (digest, r + s),
        (digest, beyond + r),
        (digest, s + bytes(size)),
        (digest, bytes(size) + r),
        (digest, s + order),
        (digest, order + r),
        (digest, signature + b"\0"),
        (digest, signature[1:]),
        (digest[1:], signature),
        (digest, b""),
    ]
    assert [gost.verify(key, *pair) for pair in wrong] == [False] * len(wrong)


@pytest.mark.parametrize("curve", {curve.name: curve for curve in CURVES.values()}.values(), ids=lambda one: one.name)
def test_curve_is_what_it_says(curve: Curve) -> None:
    assert curve.contains(curve.x, curve.y)
    assert 2 ** (curve.bits - (2 if curve.bits == 256 else 4)) < curve.q < 2**curve.bits  # RFC 7091, section 5.2
    assert times(curve, curve.q, curve.x, curve.y) == (0, 0)
    assert times(curve, curve.q - 1, curve.x, curve.y) == (curve.x, curve.p - curve.y)
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0


def test_twelve_names_of_parameter_sets() -> None:
    """RFC 7836, appendix A, and RFC 4357, section 11.4: nine names for 256 bits, three for 512."""
    assert sorted((oid, curve.bits) for oid, curve in CURVES.items()) == [
        ("1.2.643.2.2.35.1", 256), ("1.2.643.2.2.35.2", 256), ("1.2.643.2.2.35.3", 256),
        ("1.2.643.2.2.36.0", 256), ("1.2.643.2.2.36.1", 256),
        ("1.2.643.7.1.2.1.1.1", 256), ("1.2.643.7.1.2.1.1.2", 256),
        ("1.2.643.7.1.2.1.1.3", 256), ("1.2.643.7.1.2.1.1.4", 256),
        ("1.2.643.7.1.2.1.2.1", 512), ("1.2.643.7.1.2.1.2.2", 512), ("1.2.643.7.1.2.1.2.3", 512),
    ]  # fmt: skip


def test_small_multiples_add_up() -> None:
    curve = EXAMPLE_256
    point = (curve.x, curve.y, 1)
    two = gost.double(curve, point)
    assert times(curve, 5, curve.x, curve.y) == times_of(curve, gost.add(curve, gost.double(curve, two), point))
    assert gost.add(curve, point, (curve.x, curve.p - curve.y, 1)) == gost.INFINITY
    assert gost.add(curve, point, point) == two
    assert gost.add(curve, gost.INFINITY, point) == gost.add(curve, point, gost.INFINITY) == point


def times_of(curve: Curve, point: gost.Point) -> tuple[int, int]:
    inverse = pow(point[2], -1, curve.p)
    return point[0] * inverse**2 % curve.p, point[1] * inverse**3 % curve.p


def test_points_off_the_curve_are_refused() -> None:
    curve = CURVES["1.2.643.7.1.2.1.1.1"]
    good = curve.x.to_bytes(32, "little") + curve.y.to_bytes(32, "little")
    assert GostKey.from_bytes(curve, good) == GostKey(curve, curve.x, curve.y)
    for bad in (
        good[:-1],
        good + b"\0",
        bytes(64),
        good[32:] + good[:32],
        good[:32] + curve.p.to_bytes(32, "little"),
    ):
        with pytest.raises(ValueError, match="GOST key"):
            GostKey.from_bytes(curve, bad)
