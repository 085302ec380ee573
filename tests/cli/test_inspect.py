from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from cli.inspect import Format, inspect
from tests.fixtures.meshes import sphere
from vitrine.gltf import Mesh, Model, write_glb
from vitrine.recipe import ProcessLimits

OBJ = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"


def reports(
    paths: list[Path], capsys: pytest.CaptureFixture[str], *, valid: bool = True
) -> list[dict[str, Any]]:
    with nullcontext() if valid else pytest.raises(typer.Exit) as stop:
        inspect(paths, Format.json)
    if stop is not None:
        assert stop.value.exit_code == 2, "one of the files cannot be read"
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_a_solid_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tetrahedron.obj"
    path.write_text(OBJ)
    (report,) = reports([path], capsys)
    assert report["valid"]
    assert [finding["code"] for finding in report["findings"]] == ["UNITS_ASSUMED"]
    stats = report["stats"]
    assert (stats["size_bytes"], stats["triangles"]) == (len(OBJ), 4)
    assert (stats["watertight"], stats["bodies"], stats["euler_number"]) == (True, 1, 2)
    assert stats["volume_m3"] == pytest.approx(1 / 6)


def test_an_open_surface_has_no_volume(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    triangle = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.uint32))
    (tmp_path / "a.glb").write_bytes(write_glb(Model((triangle,))))
    (report,) = reports([tmp_path / "a.glb"], capsys)
    assert report["findings"] == []
    assert (report["stats"]["watertight"], report["stats"]["volume_m3"]) == (False, None)


def test_invalid_files_have_findings_and_no_solid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.glb").write_bytes(b"glTF")
    (tmp_path / "empty.stl").write_bytes(b"solid a\nendsolid a\n")
    broken, empty, gone = reports(
        [tmp_path / n for n in ("broken.glb", "empty.stl", "gone.obj")], capsys, valid=False
    )
    assert [finding["code"] for finding in broken["findings"]] == ["UNREADABLE"]
    assert [issue["code"] for issue in broken["issues"]] == ["GLB_UNEXPECTED_END_OF_HEADER"]
    assert (broken["valid"], broken["usable"]) == (False, False)
    assert "watertight" not in broken["stats"]
    for report in (empty, gone):
        assert [finding["code"] for finding in report["findings"]] == ["FILE_UNREADABLE"]


def test_the_rules_of_gltf_are_apart_from_what_vitrine_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    triangle = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.uint32))
    valid = write_glb(Model((triangle,)))
    place = valid.index(b'"max":[')
    (tmp_path / "a.glb").write_bytes(valid[:place] + valid[place:].replace(b"[1.0", b"[2.0", 1))
    with pytest.raises(typer.Exit) as stop:
        inspect([tmp_path / "a.glb"], Format.jsonl)
    assert stop.value.exit_code == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["valid"], report["usable"], report["findings"]) == (False, True, [])
    assert [(issue["code"], issue["pointer"]) for issue in report["issues"]] == [
        ("ACCESSOR_MAX_MISMATCH", "/accessors/0/max/0")
    ]
    with pytest.raises(typer.Exit):
        inspect([tmp_path / "a.glb"], Format.text)
    said = capsys.readouterr().out
    assert "a.glb: invalid, but Vitrine can work with it" in said
    assert "error ACCESSOR_MAX_MISMATCH: the maximum is 1, max states 2 at /accessors/0/max/0" in said


def test_files_beside_a_gltf_are_read_and_none_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(12))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a b.bin").write_bytes(bytes(12))
    buffers = [{"byteLength": 12, "uri": uri} for uri in ("a%20b.bin", "../secret.bin", "/etc/hostname")]
    (folder / "a.gltf").write_text(json.dumps({"asset": {"version": "2.0"}, "buffers": buffers}))
    with pytest.raises(typer.Exit):
        inspect([folder / "a.gltf"], Format.jsonl)
    issues = json.loads(capsys.readouterr().out)["issues"]
    assert [issue["pointer"] for issue in issues if issue["code"] == "IO_ERROR"] == [
        "/buffers/1/uri",
        "/buffers/2/uri",
    ]


def test_sarif_has_a_rule_and_a_place_for_each_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.glb").write_bytes(b"glTF\2\0\0\0\x0c\0\0\0")
    (tmp_path / "b.gltf").write_text('{"asset": {"version": "2.0"}, "scene": 3}')
    with pytest.raises(typer.Exit):
        inspect([tmp_path / "a.glb", tmp_path / "b.gltf"], Format.sarif)
    log = json.loads(capsys.readouterr().out)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
            ("a.glb", "b.gltf")
        )
    first, *_ = (result for result in run["results"] if result["ruleId"] == "UNRESOLVED_REFERENCE")
    assert first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "/scene"
    (header,) = (result for result in run["results"] if result["ruleId"] == "GLB_LENGTH_TOO_SMALL")
    assert header["locations"][0]["physicalLocation"]["region"]["byteOffset"] == 8


def test_a_file_that_takes_its_worker_down_does_not_end_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.glb").write_bytes(write_glb(Model((sphere(400),))))
    monkeypatch.setattr("vitrine.recipe.ProcessLimits", lambda: ProcessLimits(memory_bytes=1))
    large, gone = reports([tmp_path / "large.glb", tmp_path / "gone.obj"], capsys, valid=False)
    (found,) = large["findings"]
    assert (found["code"], large["valid"]) == ("FILE_UNREADABLE", False)
    assert "large.glb: inspect: it takes" in found["message"]
    assert gone["findings"][0]["code"] == "FILE_UNREADABLE"
