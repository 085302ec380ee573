"""`from vitrine import convert, inspect, optimize, quote`: signatures, help, and what they return."""

from __future__ import annotations

import inspect as introspection
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vitrine
from vitrine.errors import PhotoError
from vitrine.recipe import Recipe

FUNCTIONS = ("convert", "inspect", "optimize", "quote")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_real_signature_and_an_example(name: str) -> None:
    function: Any = getattr(vitrine, name)
    parameters = introspection.signature(function).parameters.values()
    assert all(p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)
    assert all(p.annotation is not p.empty for p in parameters)
    assert f"from vitrine import {name}" in function.__doc__
    for parameter in parameters:
        assert parameter.name in function.__doc__
    assert name in dir(vitrine)


def test_importing_the_package_loads_neither_prefect_nor_numpy() -> None:
    code = "import sys, vitrine; print(*({'prefect', 'numpy', 'flows'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("package", ["vitrine", "flows", "tasks", "blocks", "deployments"])
def test_packages_say_that_they_are_typed(package: str) -> None:
    assert (Path(vitrine.__file__).parents[1] / package / "py.typed").is_file()


def test_inspect_reports_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    report = vitrine.inspect(tmp_path / "none.glb")
    assert (report.valid, report.readable) == (False, False)
    assert [finding.code for finding in report.findings] == ["FILE_UNREADABLE"]


def test_quote_prices_a_feed(tmp_path: Path, shared_photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("EMPIRIOLABS_API_KEY", raising=False)
    monkeypatch.setenv("VITRINE_PHOTO_FOLDERS", str(shared_photos))  # the feed is in another folder
    mug = shared_photos / "cutout" / "mug.webp"
    (tmp_path / "feed.csv").write_text(f"id,title,photo\na,A,{mug}\nb,B,{mug}\nc,C,none.jpg\n")
    rows = vitrine.quote(tmp_path / "feed.csv")
    assert [(row.provider, row.resolution, row.new, str(row.usd)) for row in rows] == [
        ("empiriolabs", 512, 1, "0.025"),
        ("empiriolabs", 1024, 1, "0.249"),
        ("empiriolabs", 1536, 1, "0.499"),
    ]


def test_convert_publishes_a_photo(
    tmp_path: Path, shared_photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path / "home"))
    recipe = Recipe.model_validate(
        {
            "generation": {"decimation_target": 10_000},
            "ladder": [{"triangles": 2000, "texture_px": 128}],
            "ar": {"triangles": 2000, "texture_px": 128},
        }
    )
    mug = shared_photos / "cutout" / "mug.webp"
    conversion = vitrine.convert(mug, tmp_path / "public", recipe=recipe, title="Green mug")
    assert (conversion.product_id, conversion.title, conversion.status) == ("mug", "Green mug", "published")
    assert conversion.release is not None
    assert (tmp_path / "public" / conversion.release.page_key).is_file()
    with pytest.raises(PhotoError, match="no such file"):
        vitrine.convert(tmp_path / "none.jpg")
