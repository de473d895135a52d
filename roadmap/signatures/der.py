"""Bytes of ASN.1: PEM and base64 off, BER to DER, and walking the elements of a DER value.

Signatures come in BER (indefinite lengths, strings in pieces) as often as in DER. Everything after ``to_der``
may rely on one shape with definite, shortest lengths.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

MAX_DEPTH, MAX_OID_BYTES = 32, 64
SEQUENCE, SET, OCTET_STRING = 0x30, 0x31, 0x04
_CONSTRUCTED, _PIECES = 0x20, 0x24
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,40})-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n-----END \1-----(?:\r?\n|$)+")


class Malformed(ValueError):
    """Bytes that aren't what they should be; ``str()`` is a reason for developers, users get a sentence of
    their own.
    """


@dataclass(frozen=True)
class Algorithm:
    """An AlgorithmIdentifier: dotted OID and the DER of its parameters (b"" when there are none)."""

    oid: str
    parameters: bytes

    @property
    def bare(self) -> bool:
        """No parameters, or NULL: all that most algorithms allow."""
        return self.parameters in (b"", b"\x05\x00")


def _header(data: bytes, at: int, end: int) -> tuple[int, int, int | None]:
    """Tag, offset of the contents and their length (None = indefinite) of the element at ``at``."""
    if at + 2 > end:
        raise Malformed("element is cut off")
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise Malformed("long tags aren't used in CMS")
    if first < 0x80:
        start, length = at + 2, first
    elif first == 0x80:
        return tag, at + 2, None
    else:
        start = at + 2 + (first & 0x7F)
        if first & 0x7F > 4 or start > end:
            raise Malformed("length is cut off or too long")
        length = int.from_bytes(data[at + 2 : start], "big")
    if start + length > end:
        raise Malformed("contents are cut off")
    return tag, start, length


def encode(tag: int, contents: bytes) -> bytes:
    """One DER element."""
    size = len(contents)
    if size < 0x80:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def _check_form(tag: int) -> None:
    """Universal types have one form each, but for octet strings, which BER may give in pieces."""
    if tag < 0x40:
        constructed = tag in (SEQUENCE, SET, _PIECES)
        if tag == 0 or bool(tag & _CONSTRUCTED) != constructed or tag in (0x10, 0x11):
            raise Malformed(f"tag {tag:#x} isn't allowed")


def _convert(data: bytes, at: int, end: int, depth: int) -> tuple[bytes, int]:
    tag, start, length = _header(data, at, end)
    _check_form(tag)
    if depth > MAX_DEPTH:
        raise Malformed("nested too deeply")
    if not tag & _CONSTRUCTED:
        if length is None:
            raise Malformed("a primitive element of indefinite length")
        return encode(tag, data[start : start + length]), start + length
    parts, position = [], start
    stop = end if length is None else start + length
    while position != stop if length is not None else data[position : position + 2] != b"\0\0":
        part, position = _convert(data, position, stop, depth + 1)
        parts.append(part)
    if length is None:
        position += 2
        if position > end:
            raise Malformed("end of contents is cut off")
    if tag == _PIECES:
        if any(part[0] != OCTET_STRING for part in parts):
            raise Malformed("an octet string of other things")
        return encode(OCTET_STRING, b"".join(contents(part) for part in parts)), position
    return encode(tag, b"".join(parts)), position


def to_der(data: bytes) -> bytes:
    """One whole BER value with definite lengths; Malformed when it isn't one, or something comes after it."""
    converted, end = _convert(data, 0, len(data), 0)
    if end != len(data):
        raise Malformed("bytes after the end")
    return converted


def contents(element: bytes) -> bytes:
    """What is inside one DER element; Malformed unless the element is all there is."""
    _, start, length = _header(element, 0, len(element))
    if length is None or start + length != len(element):
        raise Malformed("not one DER element")
    return element[start:]


def children(element: bytes, tag: int) -> list[bytes]:
    """The elements inside a DER element, which must have this ``tag``."""
    inside = contents(element)
    if element[0] != tag:
        raise Malformed(f"tag {tag:#x} expected, {element[0]:#x} found")
    found, position = [], 0
    while position < len(inside):
        _, start, length = _header(inside, position, len(inside))
        if length is None:
            raise Malformed("indefinite length in DER")
        found.append(inside[position : start + length])
        position = start + length
    return found


def oid(element: bytes) -> str:
    """An OBJECT IDENTIFIER in dotted form."""
    if element[:1] != b"\x06" or len(element) > MAX_OID_BYTES:
        raise Malformed("object identifier expected")
    arcs, value, fresh = [], 0, True
    for byte in contents(element):
        if fresh and byte == 0x80:
            raise Malformed("padded object identifier")
        value, fresh = value << 7 | byte & 0x7F, not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    if not fresh or not arcs:
        raise Malformed("object identifier is cut off")
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, [top, arcs[0] - 40 * top, *arcs[1:]]))


def algorithm(element: bytes) -> Algorithm:
    parts = children(element, SEQUENCE)
    if len(parts) not in (1, 2):
        raise Malformed("not an algorithm identifier")
    return Algorithm(oid(parts[0]), parts[1] if len(parts) == 2 else b"")


def _from_base64(text: bytes) -> bytes:
    joined = text.replace(b"\r", b"").replace(b"\n", b"")
    try:
        data = base64.b64decode(joined, validate=True)
    except binascii.Error as error:
        raise Malformed("broken base64") from error
    if base64.b64encode(data) != joined:
        raise Malformed("base64 has stray bits at its end")
    return data


def unarmoured(data: bytes, labels: tuple[bytes, ...]) -> bytes:
    """The binary value of a file saved as DER, PEM (one block with one of ``labels``) or bare base64."""
    if data[:1] == b"\x30" and data[1:2] >= b"\x80":
        return data
    text = data.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b"-----BEGIN "):
        found = _PEM.fullmatch(text)
        if not found or found[1] not in labels:
            raise Malformed("not one PEM block of the kind expected")
        return _from_base64(found[2])
    return _from_base64(text)


def pem_blocks(data: bytes, label: bytes) -> list[bytes]:
    """All PEM blocks with this label; a file without any is taken as one DER or bare base64 value."""
    if b"-----BEGIN " not in data:
        return [unarmoured(data.strip() if data[:1] != b"\x30" else data, (label,))]
    return [_from_base64(body) for name, body in _PEM.findall(data) if name == label]


def parsed(kind: Any, element: bytes) -> Any:
    """A value of one of asn1crypto's types (it is untyped); ValueError or TypeError when it doesn't fit."""
    return kind.load(element, strict=True)
