from __future__ import annotations

import base64
from urllib.parse import quote_from_bytes

import pytest

from vitrine.errors import ModelError
from vitrine.gltf.reader.data_uri import decode_data_uri

DATA = bytes(range(250, 256)) + b"any?"
BODY = base64.b64encode(DATA).decode()


@pytest.mark.parametrize(
    "uri",
    [
        f"data:application/octet-stream;base64,{BODY}",
        f"DATA:image/png;charset=utf-8;BASE64,{BODY}",
        f"data:;base64,{BODY}",
        f"data:application/octet-stream,{quote_from_bytes(DATA)}",
        f"data:image/png;base64,{BODY.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}",
    ],
)
def test_every_valid_form_is_read_without_a_finding(uri: str) -> None:
    findings: list = []
    assert decode_data_uri(uri, "images/0", findings) == DATA
    assert findings == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (BODY[:4] + "\n" + BODY[4:] + "\r\n", "line breaks"),
        (BODY.rstrip("="), "without padding"),
        (BODY.replace("+", "-").replace("/", "_"), "URL-safe"),
    ],
)
def test_what_has_one_reading_is_read_with_a_finding(body: str, says: str) -> None:
    findings: list = []
    for _ in range(2):  # each is said once
        assert decode_data_uri(f"data:image/png;base64,{body}", "images/0", findings) == DATA
    (found,) = findings
    assert found.code == "FILE_REPAIRED"
    assert says in found.message
    assert found.pointer == "/images/0/uri"


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("texture.png", "in another file"),
        (None, "in another file"),
        ("data:image/png;base64", "no comma"),
        ("data:image/png;base64,a*bc", "cannot be decoded"),
        ("data:image/png;base64,abcde", "cannot be decoded"),
    ],
)
def test_the_rest_is_refused(uri: object, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        decode_data_uri(uri, "images/0", [])
