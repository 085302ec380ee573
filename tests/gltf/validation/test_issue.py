"""Issues: one a place, with a message that is short whatever the file holds."""

from __future__ import annotations

import pytest

from vitrine.gltf.validation.issue import MAX_SHOWN, Issues, join_pointer


def test_a_code_counts_once_for_a_place() -> None:
    issues = Issues()
    for pointer in ("/nodes/0", "/nodes/1", "/nodes/0"):
        issues.add("NODE_EMPTY", pointer)
    assert [issue.pointer for issue in issues.all()] == ["/nodes/0", "/nodes/1"]
    with pytest.raises(KeyError):
        issues.add("NO_SUCH_CODE", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1, "1"),
        (True, "true"),
        (None, "null"),
        (0.1, "0.1"),
        ("a", "'a'"),
        ([1, "b", None], "1, 'b', null"),
        ({"a": 1}, "an object of 1 properties"),
        (10**100, "an integer of 333 bits"),
    ],
)
def test_values_in_messages(value: object, shown: str) -> None:
    issues = Issues()
    issues.add("VALUE_NOT_IN_RANGE", "/scene", value)
    assert issues.all()[0].message == f"the value {shown} is out of range"


def test_long_values_are_cut() -> None:
    issues = Issues()
    issues.add("VALUE_NOT_IN_RANGE", "/scene", ["x" * 500] * 500)
    assert len(issues.all()[0].message) < MAX_SHOWN + 50


def test_pointers() -> None:
    assert join_pointer("") == "/"
    assert join_pointer("/a", "b/c", "d~e", 3) == "/a/b~1c/d~0e/3"
