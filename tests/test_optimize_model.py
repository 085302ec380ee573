from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vitrine import optimize
from vitrine.errors import InputError, ModelError, PhotoError
from vitrine.gltf import check_usable, read_glb, write_glb
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.recipe import Level, PosterOptions, Recipe, TurntableOptions
from vitrine.render.pictures.draw_levels import TILE_PX
from vitrine.repair.front import rotate_quarters

Validate = Callable[[list[Path]], list[dict[str, Any]]]
SMALL = Recipe(
    ladder=(Level(triangles=20_000, texture_px=512), Level(triangles=2_000, texture_px=128)),
    poster=PosterOptions(size_px=256, format="both"),
)


@pytest.fixture(scope="module")
def optimized(shared_models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseManifest]:
    folder = tmp_path_factory.mktemp("optimized")
    return folder, optimize(shared_models / "backpack_150k.glb", folder, SMALL)


def test_the_manifest_says_what_is_there(optimized: tuple[Path, ReleaseManifest]) -> None:
    folder, manifest = optimized
    assert (folder / "manifest.json").read_bytes() == manifest.to_json()
    assert [file.role for file in manifest.files] == [
        "web-lod0",
        "web-lod1",
        "ar",
        "usdz",
        "poster",
        "poster-png",
        "contact-sheet",
    ]
    assert {path.name for path in folder.iterdir()} == {f.key for f in manifest.files} | {"manifest.json"}
    for file in manifest.files:
        assert (folder / file.key).stat().st_size == file.size_bytes
        if file.key.endswith(".glb"):
            stats = check_usable((folder / file.key).read_bytes()).stats
            assert (stats["triangles"], stats["vertices"]) == (file.triangles, file.vertices)
            assert file.error >= 0
    lods = manifest.files[:2]
    assert [(file.triangles, file.texture_px) for file in lods] == [(20_000, 512), (2_000, 128)]
    assert manifest.fidelity is None
    assert manifest.size_m == pytest.approx([0.769, 1, 0.355], abs=1e-3)
    assert [f.code for f in manifest.findings] == ["WINDING_UNIFIED", "NORMALS_FIXED"]
    for kind in ("webp", "png"):
        with Image.open(io.BytesIO((folder / f"poster.{kind}").read_bytes())) as poster:
            assert (poster.size, poster.format) == ((256, 256), kind.upper())


def test_every_model_passes_the_validator(
    optimized: tuple[Path, ReleaseManifest], khronos_validate: Validate
) -> None:
    folder, manifest = optimized
    paths = [folder / f.key for f in manifest.files if f.key.endswith(".glb")]
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])


def test_again_into_the_same_folder_writes_the_same_bytes(
    shared_models: Path, optimized: tuple[Path, ReleaseManifest], tmp_path: Path
) -> None:
    folder, manifest = optimized
    again = optimize(shared_models / "backpack_150k.glb", tmp_path / "new" / "folder", SMALL, jobs=1)
    assert again == manifest
    for file in manifest.files:
        if file.key.endswith(".glb"):
            assert (tmp_path / "new" / "folder" / file.key).read_bytes() == (folder / file.key).read_bytes()


def test_a_photo_turns_the_model_and_is_compared_with_it(
    shared_models: Path, shared_photos: Path, tmp_path: Path
) -> None:
    backwards = tmp_path / "backwards.glb"
    model = read_glb((shared_models / "backpack_150k.glb").read_bytes())
    backwards.write_bytes(write_glb(rotate_quarters(model, 2)))
    recipe = SMALL.model_copy(update={"turntable": TurntableOptions(size_px=64, frames=3)})
    photo = shared_photos / "cutout" / "backpack.webp"
    manifest = optimize(backwards, tmp_path, recipe, photo=photo, certify=False, turntable=True)
    assert "FRONT_TURNED" in [finding.code for finding in manifest.findings]
    assert not any(finding.code.startswith("FIDELITY") for finding in manifest.findings)
    assert manifest.fidelity.silhouette_iou > 0.95
    assert manifest.fidelity.yaw_deg == pytest.approx(0, abs=6)
    assert [f.role for f in manifest.files[-3:]] == ["poster-png", "turntable", "contact-sheet"]
    with Image.open(tmp_path / "turntable.webp") as film:
        assert (film.size, getattr(film, "n_frames", 0)) == ((64, 64), 3)
    with Image.open(tmp_path / "contact-sheet.webp") as sheet:
        assert sheet.width > 2 * TILE_PX  # photo, source and one level side by side; the other below
        assert sheet.height > 2 * TILE_PX

    other = shared_photos / "cutout" / "windmill.webp"
    manifest = optimize(backwards, tmp_path, recipe, photo=other, certify=False)
    assert "FIDELITY_OUTLINE" in [finding.code for finding in manifest.findings]
    assert "turntable" not in [file.role for file in manifest.files]


def test_a_photo_that_is_none_is_named(shared_models: Path, tmp_path: Path) -> None:
    for path, said in ((tmp_path / "no.png", "No such file"), (Path(__file__), "test_optimize_model.py")):
        with pytest.raises(PhotoError, match=said):
            optimize(shared_models / "backpack_150k.glb", tmp_path / "out", SMALL, photo=path)
    assert not (tmp_path / "out").exists()


def test_bad_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.glb: No such file"):
        optimize(tmp_path / "nothing.glb", tmp_path)
    (tmp_path / "text.glb").write_text("hello, I am no model")
    with pytest.raises(ModelError, match="not a GLB"):
        optimize(tmp_path / "text.glb", tmp_path)


def test_a_folder_that_is_a_file_is_named(shared_models: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="taken: cannot be written"):
        optimize(shared_models / "modern_armchair.glb", tmp_path / "taken", SMALL)


def test_importing_the_package_stays_light() -> None:
    code = (
        "import sys, vitrine; print([m for m in ('numpy', 'prefect', 'PIL', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_step_that_may_not_run_slows_the_start_down() -> None:
    late = ("scipy.sparse", "scipy.ndimage", "scipy.spatial", "httpx", "jinja2", "asyncio", "pxr")
    code = f"import sys, vitrine.optimize_model; print([m for m in {late} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
