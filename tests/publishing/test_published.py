"""Published JSON: canonical bytes, lenient readers, named faults."""

from __future__ import annotations

import pytest

from vitrine.errors import StorageError
from vitrine.publishing.published import Target


def test_equal_records_give_equal_bytes() -> None:
    one, other = Target(manifest="m", release="é"), Target(release="é", manifest="m")
    assert one.to_json() == other.to_json()
    assert one.to_json().decode() == '{\n  "manifest": "m",\n  "release": "é"\n}\n'
    assert one.content_id() == other.content_id() != Target(release="e", manifest="m").content_id()


def test_a_newer_field_is_ignored() -> None:
    read = Target.from_json(b'{"manifest": "m", "release": "r", "newer": 1}', "here")
    assert read == Target(manifest="m", release="r")


@pytest.mark.parametrize(
    ("data", "field"), [(b"{", "the JSON"), (b'{"manifest": "m"}', "release: Field required")]
)
def test_what_is_not_readable_is_named(data: bytes, field: str) -> None:
    with pytest.raises(StorageError, match=f"^here is not readable: {field}"):
        Target.from_json(data, "here")
