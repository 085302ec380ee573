from __future__ import annotations

import struct

import pytest

from vitrine.errors import ModelError
from vitrine.gltf.container import read_container, write_container

DOCUMENT = {"asset": {"version": "2.0"}, "extras": {"näme": "Stuhl"}}


def test_what_is_written_is_read() -> None:
    data = write_container(DOCUMENT, b"12345")
    back = read_container(data)
    assert back.document == DOCUMENT
    assert bytes(back.binary) == b"12345\0\0\0"
    assert len(data) % 4 == 0
    assert struct.unpack_from("<I", data, 8)[0] == len(data)


def test_no_binary_chunk_is_written_for_nothing() -> None:
    data = write_container(DOCUMENT, b"")
    assert bytes(read_container(data).binary) == b""
    assert data.count(b"BIN\0") == 0


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "0 bytes"),
        (b"<html>Sign in</html>", "it starts with"),
        (struct.pack("<4sII", b"glTF", 1, 12), "version 1"),
        (struct.pack("<4sII", b"glTF", 2, 999), "truncated: its header says 999 bytes, there are 12"),
        (struct.pack("<4sII", b"glTF", 2, 12), "no JSON chunk"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 400, 0x4E4F534A), "exceeds the file"),
        (struct.pack("<4sIIII", b"glTF", 2, 23, 0, 0x4E4F534A) + b"abc", "3 bytes after the last chunk"),
    ],
)
def test_a_broken_container_is_named(data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        read_container(data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{nope}  ", "cannot be parsed"),
        (b'{"a":NaN}   ', "NaN is not JSON"),
        (b"[1] ", "a list, not an object"),
        (b'{"asset":{"version":"1.0"}} ', "only glTF 2.x"),
        (b"{}  ", "only glTF 2.x"),
        (b"\xff\xfe\xff\xfe", "cannot be parsed"),
        (b"[" * 100_000, "cannot be parsed"),
    ],
)
def test_a_broken_document_is_named(text: bytes, says: str) -> None:
    chunk = struct.pack("<II", len(text), 0x4E4F534A) + text
    with pytest.raises(ModelError, match=says):
        read_container(struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk)


def test_not_a_number_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_container({"asset": {"version": "2.0"}, "extras": float("nan")}, b"")
