from __future__ import annotations

import struct

import pytest

from vitrine.errors import ModelError
from vitrine.importers.stl import check_stl

TRIANGLE = struct.pack("<12fH", 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0)


def binary(count: int, triangles: int, header: bytes = b"made by CAD") -> bytes:
    return header.ljust(80, b"\0") + struct.pack("<I", count) + TRIANGLE * triangles


@pytest.mark.parametrize(
    "header", [b"", b"solid vase", b"solid".ljust(80), b"COLOR=\xff\x20\x20\xff", b"\xff\xfes\0"]
)
def test_a_sound_file_stays_as_it_is(header: bytes) -> None:
    assert check_stl(binary(2, 2, header), "a.stl") == (binary(2, 2, header), ())


def test_a_text_stays_as_it_is() -> None:
    assert check_stl(b"solid\nfacet normal 0 0 1\n", "a.stl") == (b"solid\nfacet normal 0 0 1\n", ())


def test_bytes_after_the_triangles_are_not_read() -> None:
    data, (found,) = check_stl(binary(1, 1) + b"tail", "a.stl")
    assert data == binary(1, 1)
    assert found.code == "FILE_REPAIRED"
    assert "4 bytes after its 1 triangle" in found.message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (binary(7, 2), "says 7 triangles, there are 2"),
        (binary(0, 0), "holds no triangle"),
        (b"\0\0", "has 2 bytes"),
    ],
)
def test_what_is_missing_is_named(data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        check_stl(data, "a.stl")
