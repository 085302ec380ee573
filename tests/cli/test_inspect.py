from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from cli.inspect import Format, inspect
from vitrine.gltf import Mesh, Model, write_glb

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
