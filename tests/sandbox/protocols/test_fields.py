"""Validating the fields of a request."""

from __future__ import annotations

import pytest

from vitrine.sandbox.jobs.order import ApiError
from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf, Text, check_fields


@pytest.mark.parametrize(
    ("field", "valid", "invalid"),
    [
        (Integer(1, 64), (1, 64), (0, 65, 1.0, True, "1", None)),
        (Number(0, 2), (0, 1.5, 2), (-0.1, 2.1, True, "1")),
        (Boolean(), (True, False), (0, "true", None)),
        (OneOf((512, 1024)), (512, 1024), ("512", 2048, 512.0)),
        (OneOf(("512",)), ("512",), (512, "")),
        (Text(), ("a",), ("", 1, None)),
    ],
)
def test_types_and_bounds(field: Field, valid: tuple[object, ...], invalid: tuple[object, ...]):
    assert [field.problem(value) for value in valid] == [None] * len(valid)
    assert all(str(field.problem(value)).startswith("must be") for value in invalid)


def test_every_invalid_field_is_reported_and_unknown_ones_by_option():
    fields = {"seed": Integer(0, 9), "remesh": Boolean()}
    check_fields({"seed": 3, "other": 1}, fields)
    with pytest.raises(ApiError) as raised:
        check_fields({"seed": 10, "remesh": 1, "other": 1}, fields, refuse_unknown=True)
    assert raised.value.status == 400
    assert raised.value.message == (
        "seed: must be between 0 and 9, not 10; remesh: must be a boolean, not 1; other: unknown field"
    )
