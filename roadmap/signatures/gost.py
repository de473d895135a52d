"""Verification of GOST R 34.10-2012 signatures (RFC 7091) on the standard curves, in Jacobian coordinates.

Nothing here is secret, so nothing has to run in constant time: do not reuse it for signing.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadmap.signatures import parameters

Point = tuple[int, int, int]  # Jacobian (X, Y, Z): x = X/Z², y = Y/Z³; Z = 0 is the point at infinity
INFINITY: Point = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b over GF(p); (x, y) generates a group of prime order q; ``bits`` is the key's size."""

    name: str
    bits: int
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int

    def contains(self, x: int, y: int) -> bool:
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0


@dataclass(frozen=True)
class GostKey:
    """A public key: an affine point of ``curve``; ``parameters`` is the key's AlgorithmIdentifier parameters
    (DER).
    """

    curve: Curve
    x: int
    y: int
    parameters: bytes = b""

    @classmethod
    def from_bytes(cls, curve: Curve, data: bytes, parameters: bytes = b"") -> GostKey:
        """``data`` is X‖Y, each little-endian (RFC 9215, section 4.3); ValueError when it's no point of the
        curve.
        """
        size = curve.bits // 8
        if len(data) != 2 * size:
            raise ValueError("GOST key of a wrong length")
        x, y = int.from_bytes(data[:size], "little"), int.from_bytes(data[size:], "little")
        if not curve.contains(x, y):
            raise ValueError("GOST key is not on its curve")
        return cls(curve, x, y, parameters)


def _curves() -> dict[str, Curve]:
    found = {}
    for row in parameters.read()["curves"]:
        p, a, b, q, x, y = (int(row[name], 16) for name in ("p", "a", "b", "q", "x", "y"))
        curve = Curve(row["name"], row["bits"], p, a, b, q, x, y)
        found.update(dict.fromkeys(row["oids"], curve))
    return found


CURVES = _curves()


def double(curve: Curve, point: Point) -> Point:
    x, y, z = point
    p = curve.p
    if not z or not y:
        return INFINITY
    yy = y * y % p
    s = 4 * x * yy % p
    zz = z * z % p
    m = (3 * x * x + curve.a * zz * zz) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def add(curve: Curve, left: Point, right: Point) -> Point:
    x1, y1, z1 = left
    x2, y2, z2 = right
    p = curve.p
    if not z1:
        return right
    if not z2:
        return left
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * zz2 % p, x2 * zz1 % p
    s1, s2 = y1 * z2 * zz2 % p, y2 * z1 * zz1 % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return INFINITY if r else double(curve, left)
    hh = h * h % p
    hhh = h * hh % p
    v = u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p


def _multiples(curve: Curve, point: Point) -> list[Point]:
    """0·P … 15·P."""
    found = [INFINITY, point]
    for _ in range(14):
        found.append(add(curve, found[-1], point))
    return found


def combine(curve: Curve, first: int, left: Point, second: int, right: Point) -> Point:
    """first·left + second·right, four bits of both numbers at a time (Shamir's trick)."""
    lefts, rights = _multiples(curve, left), _multiples(curve, right)
    total = INFINITY
    for shift in range((max(first, second).bit_length() + 3) // 4 * 4 - 4, -1, -4):
        for _ in range(4):
            total = double(curve, total)
        total = add(curve, total, lefts[first >> shift & 15])
        total = add(curve, total, rights[second >> shift & 15])
    return total


def verify(key: GostKey, digest: bytes, signature: bytes) -> bool:
    """RFC 7091, section 6.2. ``digest`` is a Streebog hash of the key's size, ``signature`` is s‖r, big-
    endian.
    """
    curve = key.curve
    size = curve.bits // 8
    if len(digest) != size or len(signature) != 2 * size:
        return False
    s, r = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    e = int.from_bytes(digest, "little") % curve.q or 1
    inverse = pow(e, -1, curve.q)
    first, second = s * inverse % curve.q, -r * inverse % curve.q
    x, _, z = combine(curve, first, (curve.x, curve.y, 1), second, (key.x, key.y, 1))
    if not z:
        return False
    return x * pow(z * z, -1, curve.p) % curve.p % curve.q == r
