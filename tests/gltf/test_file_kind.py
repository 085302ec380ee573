from __future__ import annotations

import gzip

import pytest

from vitrine.gltf.file_kind import describe_file, is_gltf_json


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "an empty file"),
        (bytes(40), "40 zero bytes"),
        (gzip.compress(b"glTF", mtime=0), "gzip"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b"Kaydara FBX Binary  \0", "FBX file: export it as .glb"),
        (b"BLENDER-v300", "Blender"),
        (b"<!DOCTYPE html><p>", "HTML page"),
        (b'<?xml version="1.0"?><COLLADA>', "COLLADA"),
        (b'\xef\xbb\xbf{"asset": {"version": "2.0"}}', ".gltf document"),
        (b'{"error": "expired"}', "JSON file that is no glTF"),
        (b"not found", "text file"),
        (b"\x01\x02\x03\xff", "first bytes are 01 02 03 ff"),
    ],
)
def test_a_file_is_named_for_a_person(data: bytes, says: str) -> None:
    told = describe_file(data)
    assert says in told
    assert "b'" not in told


def test_a_gltf_document_is_told_from_other_json() -> None:
    assert is_gltf_json(b' {"asset": {}}')
    assert not is_gltf_json(b'{"assets": []}')
