"""The validator says the same as the Khronos glTF Validator, file by file."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tests.gltf.validation.corpus import Files, files
from tests.gltf.validation.khronos import WEB, Found, find_node, khronos_issues
from vitrine.findings import CODES
from vitrine.findings.gltf_codes import GLTF
from vitrine.gltf import validate

SEVERITIES = ("error", "warning", "info", "hint")
DIFFERENT = {
    "animated/sampler-none": "after a channel without a sampler Khronos' pointers name the channels twice",
}
"""Files of which the Khronos glTF Validator says something else, and why that is not copied.

Files of `property/…/animations/0/channels/…` differ for the same reason.
"""
FAILED = 40
"""How many files may make the Khronos glTF Validator itself raise an exception: no comparison."""


@pytest.fixture(scope="module")
def corpus() -> Files:
    return files()


@pytest.fixture(scope="module")
def ours(corpus: Files) -> dict[str, Found]:
    return {name: issues(data, beside) for name, (data, beside) in corpus.items()}


def issues(data: bytes, beside: dict[str, bytes]) -> Found:
    def read_file(uri: str) -> bytes:
        if unquote(uri) not in beside:
            raise OSError("no such file")
        return beside[unquote(uri)]

    return {
        (
            issue.code,
            SEVERITIES.index(issue.severity),
            issue.pointer if issue.offset is None else f"@{issue.offset}",
        )
        for issue in validate(data, read_file).issues
    }


@pytest.fixture(scope="module")
def theirs(corpus: Files) -> dict[str, Found | None]:
    if find_node() is None or not (WEB / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("no node, or no gltf-validator in web/node_modules (`make setup` brings both)")
    return khronos_issues(corpus)


def test_the_same_issues_as_the_khronos_validator(
    ours: dict[str, Found], theirs: dict[str, Found | None]
) -> None:
    compared = {name: found for name, found in theirs.items() if found is not None}
    assert len(compared) >= 800
    assert len(theirs) - len(compared) <= FAILED
    different = {name for name, found in compared.items() if ours[name] != found}
    unexplained = {
        name: (sorted(ours[name] - compared[name]), sorted(compared[name] - ours[name]))
        for name in different
        if name not in DIFFERENT and not (name.startswith("property/") and "/animations/0/channels/" in name)
    }
    assert unexplained == {}
    assert len(different) <= 0.02 * len(compared)


def test_the_same_files_are_valid(ours: dict[str, Found], theirs: dict[str, Found | None]) -> None:
    for name, found in theirs.items():
        if found is not None:
            assert _has_error(ours[name]) == _has_error(found), name


def _has_error(found: Found) -> bool:
    return any(severity == 0 for _, severity, _ in found)


@pytest.mark.parametrize("code", GLTF)
def test_every_code_fires_in_one_file_and_is_silent_in_another(code: str, ours: dict[str, Found]) -> None:
    firing = [name for name, found in ours.items() if code in {each for each, _, _ in found}]
    assert firing
    assert len(firing) < len(ours)
    (severity,) = CODES[code].severities
    assert {each[1] for each in ours[firing[0]] if each[0] == code} == {SEVERITIES.index(severity)}


def test_valid_files_have_no_issue(ours: dict[str, Found]) -> None:
    for name in ("triangle/good", "textured/good", "animated/good"):
        assert ours[name] == set()
