"""`vitrine optimize`, as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vitrine
from vitrine.sandbox.engine import generate


@pytest.fixture
def mug(shared_photos: Path, tmp_path: Path) -> Path:
    """A model of a mug, in the folder where the command runs; its photo beside it."""
    photo = (shared_photos / "cutout" / "mug.webp").read_bytes()
    (tmp_path / "mug.webp").write_bytes(photo)
    (tmp_path / "mug.glb").write_bytes(generate(photo, faces=10_000, texture_size=1024))
    (tmp_path / "small.toml").write_text(
        "[[ladder]]\ntriangles = 4_000\ntexture_px = 256\n[poster]\nsize_px = 128\n"
        "[turntable]\nenabled = true\nsize_px = 64\nframes = 2\n"
    )
    return tmp_path


def test_json_is_the_manifest_and_nothing_else(vitrine: Vitrine, mug: Path) -> None:
    done = vitrine(
        *("optimize", "mug.glb", "--to", "out", "--recipe", "small.toml", "--photo", "mug.webp"),
        *("--jobs", 1, "--json"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    manifest = json.loads(done.stdout)
    assert manifest == json.loads((mug / "out" / "manifest.json").read_text())
    files = {file["key"] for file in manifest["files"]}
    images = {"poster.webp", "turntable.webp", "contact-sheet.webp"}
    assert files == {"web-lod0.glb", "ar.glb", "ar.usdz"} | images
    assert {path.name for path in (mug / "out").iterdir()} == files | {"manifest.json"}
    assert manifest["files"][0]["quality"]["ssim"] > 0.8
    assert manifest["fidelity"]["silhouette_iou"] > 0.95


def test_what_is_left_out_is_left_out(vitrine: Vitrine, mug: Path) -> None:
    done = vitrine(
        *("optimize", "mug.glb", "--to", "out", "--recipe", "small.toml", "--no-certify", "--no-turntable")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "photo:" not in done.stdout
    manifest = json.loads((mug / "out" / "manifest.json").read_text())
    assert [file["role"] for file in manifest["files"]] == [
        "web-lod0",
        "ar",
        "usdz",
        "poster",
        "contact-sheet",
    ]
    assert [file["quality"] for file in manifest["files"]] == [None] * 5
    assert manifest["fidelity"] is None


def test_no_pictures_leaves_poster_and_contact_sheet_out(vitrine: Vitrine, mug: Path) -> None:
    options = ("--recipe", "small.toml", "--no-certify", "--no-pictures", "--json")
    done = vitrine("optimize", mug / "mug.glb", "--to", "out", *options)
    assert [file["role"] for file in json.loads(done.stdout)["files"]] == ["web-lod0", "ar", "usdz"]


def test_a_photo_that_is_none_is_refused(vitrine: Vitrine, mug: Path) -> None:
    done = vitrine("optimize", "mug.glb", "--to", "out", "--photo", "small.toml")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "small.toml" in done.stderr
    assert not (mug / "out").exists()
