from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from cli.check import check
from tests.fixtures.meshes import sphere, texture
from vitrine.errors import RecipeError
from vitrine.gltf import Material, Model, write_glb
from vitrine.recipe import ProcessLimits
from vitrine.usdz.write_usdz import write_usdz

MODEL = Model((sphere(16),), (Material(base_color=texture(64)),))


def run(models: list[Path], destinations: str, *, as_json: bool = True) -> int:
    with pytest.raises(typer.Exit) as stop:
        check(models, destinations, as_json)
    return int(stop.value.exit_code)


@pytest.fixture
def glb(tmp_path: Path) -> Path:
    path = tmp_path / "ball.glb"
    path.write_bytes(write_glb(MODEL))
    return path


def test_a_file_that_passes(glb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([glb], "shopify,google") == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert (result["path"], result["error"]) == (str(glb), None)
    answers = {verdict["destination"]: verdict["answer"] for verdict in result["verdicts"]}
    assert answers == dict.fromkeys(
        ("shopify", "google-merchant", "google-scene-viewer", "google-ads"), "pass"
    )


def test_a_file_that_is_refused_in_words(glb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([glb], "amazon", as_json=False) == 1
    out = capsys.readouterr().out
    assert "fail amazon" in out
    assert "fail: texture_px is 64, the limit is at least 2,048" in out
    assert "not tested: size_error_percent" in out


def test_other_formats_are_measured_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ball.usdz").write_bytes(write_usdz(MODEL))
    assert run([tmp_path / "ball.usdz"], "apple") == 0
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    assert run([tmp_path / "a.obj"], "shopify") == 1
    *_, last = capsys.readouterr().out.rpartition("\n[\n")
    (result,) = json.loads("[" + last)
    assert result["verdicts"][0]["checks"][0]["measured"] == "obj"


def test_what_cannot_be_read_exits_with_2(
    glb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([glb, tmp_path / "missing.glb"], "shopify") == 2
    first, second = json.loads(capsys.readouterr().out)
    assert first["error"] is None
    assert "missing.glb" in second["error"]


def test_an_unknown_destination_is_named(glb: Path) -> None:
    with pytest.raises(RecipeError, match="'ebay' is no destination"):
        check([glb], "ebay")


def test_a_file_that_takes_its_worker_down_does_not_end_the_list(
    glb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.glb"
    large.write_bytes(write_glb(Model((sphere(400),), (Material(),))))
    monkeypatch.setattr("vitrine.recipe.ProcessLimits", lambda: ProcessLimits(memory_bytes=1))
    assert run([large], "shopify") == 2
    monkeypatch.undo()
    assert run([glb], "shopify") == 0
    first, _, second = capsys.readouterr().out.partition("\n]\n")
    (refused,), (checked,) = json.loads(first + "\n]"), json.loads(second)
    assert "check_model: it takes" in refused["error"]
    assert checked["error"] is None
