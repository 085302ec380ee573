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
        (b"", "empty file"),
        (b"glTF\2\0\0\0", "8 bytes, a header alone is 12"),
        (b"<html>Sign in</html>", "not a GLB but an HTML page"),
        (struct.pack("<4sII", b"glTF", 1, 12), "version 1"),
        (struct.pack("<4sII", b"glTF", 2, 999), "truncated: its header says 999 bytes, there are 12"),
        (struct.pack("<4sII", b"glTF", 2, 12), "no JSON chunk"),
        (struct.pack("<4sIIII", b"glTF", 2, 400, 390, 0x4E4F534A), "truncated"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 400, 0x4E4F534A), "exceeds the file"),
    ],
)
def test_a_broken_container_is_named(data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        read_container(data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{nope}  ", "cannot be parsed"),
        (b'{"a":NaN}   ', "parsed: NaN is not JSON"),
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


def chunk(text: bytes) -> bytes:
    return struct.pack("<II", len(text), 0x4E4F534A) + text


def glb(
    text: bytes = b'{"asset":{"version":"2.0"}}  ', *, length: int | None = None, after: bytes = b""
) -> bytes:
    body = chunk(text) + after
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body) if length is None else length) + body


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (glb(length=0), "header says 0 bytes"),
        (glb(length=30), "header says 30 bytes"),
        (glb(length=1000), "header says 1000 bytes"),
        (glb(length=49) + b"\n", "header says 49 bytes, the file has 50"),
        (glb(after=b"abc"), "ends with 3 bytes that are no chunk"),
        (glb(b'\xef\xbb\xbf{"asset":{"version":"2.0"}}'), "byte order mark"),
        (glb(b'{"asset":{"version":"2.0"}}\0\0'), "NUL bytes"),
        (glb(b'{"asset":{"version":"2"}}'), "asset.version is '2'"),
        (glb(b'{"asset":{"version":2.0}}'), "asset.version is 2.0"),
    ],
)
def test_what_has_one_reading_is_read_with_a_finding(data: bytes, says: str) -> None:
    container = read_container(data)
    assert float(container.document["asset"]["version"]) == 2
    (found,) = container.findings
    assert (found.code, found.severity) == ("FILE_REPAIRED", "warning")
    assert says in found.message


def test_a_sound_file_has_no_finding() -> None:
    assert read_container(glb()).findings == ()


@pytest.mark.parametrize("version", ["3.0", "20.1", "2.", "", True, None, [2]])
def test_other_versions_are_refused(version: object) -> None:
    with pytest.raises(ModelError, match=r"only glTF 2\.x"):
        read_container(write_container({"asset": {"version": version}}, b""))


def test_a_chunk_that_counts_its_padding_wrongly_is_read_with_a_finding() -> None:
    text = b'{"asset":{"version":"2.0"}}'  # 27 bytes, and one of padding that is not counted
    unpadded = chunk(text) + b" " + struct.pack("<II", 4, 0x004E4942) + b"1234"
    beyond = chunk(text + b" ") + struct.pack("<II", 8, 0x004E4942) + b"12345"
    for body, binary in ((unpadded, b"1234"), (beyond, b"12345")):
        container = read_container(struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body)
        assert bytes(container.binary) == binary
        assert [f.message for f in container.findings] == ["the length of a chunk is wrong by its padding"]


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    """JSON allows it, and UTF-8 does not."""
    document = {"asset": {"version": "2.0", "generator": "\ud800é"}}
    data = write_container(document, b"")
    assert rb"\ud800" in data
    assert read_container(data).document == document
