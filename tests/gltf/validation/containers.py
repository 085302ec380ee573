"""GLB headers and chunks, and texts that are no JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.gltf.validation.assets import BIN_CHUNK, JSON_CHUNK, glb


def as_json(document: Any) -> bytes:
    text = json.dumps(document).encode()
    return text + b" " * (-len(text) % 4)


SMALL = as_json({"asset": {"version": "2.0"}, "unknown": 1})
WITH_BUFFER = as_json({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4}]})


def containers() -> dict[str, bytes]:
    """GLB headers and chunks, and texts that are no JSON."""
    text = (JSON_CHUNK, SMALL)
    data = (BIN_CHUNK, b"abcd")
    whole = glb([text])
    return {
        "glb/good": whole,
        "glb/header-cut": whole[:7],
        "glb/header-only": whole[:12],
        "glb/chunk-header-cut": whole[:16],
        "glb/json-cut": whole[:30],
        "glb/magic": glb([text], magic=b"glTX"),
        "glb/version-1": glb([text], version=1),
        "glb/version-3": glb([text], version=3),
        "glb/length-too-small": glb([text], length=8),
        "glb/length-short": glb([text], length=20),
        "glb/length-long": glb([text], length=4000),
        "glb/extra-data": whole + b"12345678",
        "glb/extra-bytes": whole + b"1",
        "glb/half-a-chunk-header": glb([text], length=len(whole) + 4) + b"1234",
        "glb/chunk-unaligned": glb([(JSON_CHUNK, SMALL.strip() + b" ")]),
        "glb/bin-unaligned": glb([(JSON_CHUNK, WITH_BUFFER), (BIN_CHUNK, b"abcde")]),
        "glb/chunk-too-big": glb([(JSON_CHUNK, WITH_BUFFER), data], sizes={1: 400}),
        "glb/json-too-big": glb([text], sizes={0: 4000}),
        "glb/first-chunk-bin": glb([data, text]),
        "glb/first-chunk-unknown": glb([(7, b"abcd"), text]),
        "glb/unknown-chunk": glb([text, (0x12345678, b"abcd")]),
        "glb/unknown-before-bin": glb([text, (7, b"abcd"), data]),
        "glb/json-twice": glb([text, text]),
        "glb/bin-twice": glb([(JSON_CHUNK, WITH_BUFFER), data, data]),
        "glb/json-empty": glb([(JSON_CHUNK, b"")]),
        "glb/json-empty-then-bin": glb([(JSON_CHUNK, b""), data]),
        "glb/bin-empty": glb([text, (BIN_CHUNK, b"")]),
        "glb/bin-empty-with-buffer": glb([(JSON_CHUNK, WITH_BUFFER), (BIN_CHUNK, b"")]),
        "glb/bin-empty-then-unknown": glb([text, (BIN_CHUNK, b""), (7, b"abcd")]),
        "glb/only-bin": glb([data]),
        "glb/json-broken": glb([(JSON_CHUNK, b"{bad")]),
        "glb/json-broken-bin-cut": glb([(JSON_CHUNK, b"{bad"), data], sizes={1: 8}),
        "glb/padded-with-zeros": glb([(JSON_CHUNK, SMALL.strip() + b"\0\0")]),
        "json/nan": b'{"asset":{"version":"2.0"},"extras":{"a":NaN}}',
        "json/infinity": b'{"asset":{"version":"2.0"},"extras":{"a":-Infinity}}',
        "json/utf-8": b'{"asset":{"version":"2.0","generator":"\xff"}}',
        "json/utf-16": '{"asset":{"version":"2.0"}}'.encode("utf-16-le"),
        "json/byte-order-mark": b"\xef\xbb\xbf" + SMALL,
        "json/byte-order-mark-glb": glb([(JSON_CHUNK, b"\xef\xbb\xbf" + SMALL + b" ")]),
        "json/trailing": SMALL + b"x",
        "json/comma": b'{"asset":{"version":"2.0"},}',
        "json/comment": b'{"asset":{"version":"2.0"}} // 1',
        "json/quotes": b"{'asset':{'version':'2.0'}}",
        "json/control-character": b'{"asset":{"version":"2.0","generator":"\n"}}',
        "json/cut": SMALL[:20],
        "json/list": b" [1]",
        "json/string": b' "asset"',
        "json/number": b"\n17",
        "json/null": b"\tnull",
        "json/duplicate-key": b'{"asset":{"version":"1.0"},"asset":{"version":"2.0"}}',
        "json/duplicate-key-wrong-last": b'{"asset":{"version":"2.0"},"asset":{"version":"1.0"}}',
        "json/surrogate": b'{"asset":{"version":"2.0","generator":"\\ud800"}}',
        "json/large-integer": b'{"asset":{"version":"2.0"},"scene":123456789012345678901234567890}',
        "json/nested": b'{"asset":{"version":"2.0"},"extras":' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}",
        "json/spaces": b"\r\n \t" + SMALL,
    }
