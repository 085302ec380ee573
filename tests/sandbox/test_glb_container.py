"""The layout of a GLB."""

from __future__ import annotations

import json
import struct

import pytest

from vitrine.sandbox.glb_container import pack_glb


@pytest.mark.parametrize("name", ["", "a", "ab", "abc"])
def test_chunks_follow_each_other_at_multiples_of_four(name):
    document = {"asset": {"version": "2.0", "generator": name}}
    glb = pack_glb(document, b"12345678")
    magic, version, length, json_length, json_type = struct.unpack_from("<4sIII4s", glb)
    assert (magic, version, length, json_type) == (b"glTF", 2, len(glb), b"JSON")
    assert json_length % 4 == 0
    assert json.loads(glb[20 : 20 + json_length]) == document
    assert struct.unpack_from("<I4s", glb, 20 + json_length) == (8, b"BIN\0")
    assert glb[28 + json_length :] == b"12345678"
