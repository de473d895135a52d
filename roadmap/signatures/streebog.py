"""Streebog, the hash of GOST R 34.11-2012 (RFC 6986), 256 and 512 bits.

A 512-bit vector is one integer whose least significant byte is the message's first. The three layers S, P and
L of a round are merged into eight tables of 256 words (S and P move whole bytes, L is linear), and the 64
look-ups are written out: in pure Python that is a third faster than any loop, about 1.3 MB/s.
"""

from __future__ import annotations

from struct import Struct

from roadmap.signatures import parameters

_CONSTANTS = parameters.read()["streebog"]
_SUBSTITUTION = bytes.fromhex(_CONSTANTS["pi"])
_LINEAR = [int(word, 16) for word in _CONSTANTS["a"]]
_ITERATION = [int(word, 16) for word in _CONSTANTS["c"]]
_MODULUS = (1 << 512) - 1
_pack = Struct("<8Q").pack


def _table(position: int) -> tuple[int, ...]:
    """L(S(byte)) for a byte that P brings to ``position`` (0 = least significant) of a 64-bit word."""
    rows = [_LINEAR[63 - 8 * position - bit] for bit in range(8)]
    words = []
    for value in _SUBSTITUTION:
        word = 0
        for bit, row in enumerate(rows):
            if value >> bit & 1:
                word ^= row
        words.append(word)
    return tuple(words)


_TABLES = tuple(_table(position) for position in range(8))


def _lps(vector: int) -> int:
    t0, t1, t2, t3, t4, t5, t6, t7 = _TABLES
    # fmt: off
    (
        b0, b1, b2, b3, b4, b5, b6, b7,
        b8, b9, b10, b11, b12, b13, b14, b15,
        b16, b17, b18, b19, b20, b21, b22, b23,
        b24, b25, b26, b27, b28, b29, b30, b31,
        b32, b33, b34, b35, b36, b37, b38, b39,
        b40, b41, b42, b43, b44, b45, b46, b47,
        b48, b49, b50, b51, b52, b53, b54, b55,
        b56, b57, b58, b59, b60, b61, b62, b63,
    ) = vector.to_bytes(64, "little")
    words = _pack(
        t0[b0] ^ t1[b8] ^ t2[b16] ^ t3[b24] ^ t4[b32] ^ t5[b40] ^ t6[b48] ^ t7[b56],
        t0[b1] ^ t1[b9] ^ t2[b17] ^ t3[b25] ^ t4[b33] ^ t5[b41] ^ t6[b49] ^ t7[b57],
        t0[b2] ^ t1[b10] ^ t2[b18] ^ t3[b26] ^ t4[b34] ^ t5[b42] ^ t6[b50] ^ t7[b58],
        t0[b3] ^ t1[b11] ^ t2[b19] ^ t3[b27] ^ t4[b35] ^ t5[b43] ^ t6[b51] ^ t7[b59],
        t0[b4] ^ t1[b12] ^ t2[b20] ^ t3[b28] ^ t4[b36] ^ t5[b44] ^ t6[b52] ^ t7[b60],
        t0[b5] ^ t1[b13] ^ t2[b21] ^ t3[b29] ^ t4[b37] ^ t5[b45] ^ t6[b53] ^ t7[b61],
        t0[b6] ^ t1[b14] ^ t2[b22] ^ t3[b30] ^ t4[b38] ^ t5[b46] ^ t6[b54] ^ t7[b62],
        t0[b7] ^ t1[b15] ^ t2[b23] ^ t3[b31] ^ t4[b39] ^ t5[b47] ^ t6[b55] ^ t7[b63],
    )
    # fmt: on
    return int.from_bytes(words, "little")


def _compress(length: int, state: int, block: int) -> int:
    """g_N(h, m) of RFC 6986, section 8."""
    key = _lps(state ^ length)
    inner = block
    for constant in _ITERATION:
        inner = _lps(key ^ inner)
        key = _lps(key ^ constant)
    return key ^ inner ^ state ^ block


def digest(data: bytes, bits: int) -> bytes:
    """The hash of ``data``: 32 bytes for ``bits`` = 256, 64 for 512, in the byte order of OpenSSL and CMS."""
    if bits not in (256, 512):
        raise ValueError(f"Streebog has 256 and 512 bits, not {bits}")
    state = int.from_bytes((b"\1" if bits == 256 else b"\0") * 64, "little")
    length = checksum = 0
    whole = len(data) - len(data) % 64
    for start in range(0, whole, 64):
        block = int.from_bytes(data[start : start + 64], "little")
        state = _compress(length, state, block)
        length += 512
        checksum = checksum + block & _MODULUS
    block = int.from_bytes(data[whole:] + b"\1", "little")
    state = _compress(length, state, block)
    length += 8 * (len(data) - whole)
    checksum = checksum + block & _MODULUS
    state = _compress(0, _compress(0, state, length), checksum)
    return state.to_bytes(64, "little")[-bits // 8 :]
