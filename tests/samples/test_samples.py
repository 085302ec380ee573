"""The sample photos are those that `samples/make.py` renders; the feeds and the recipe agree with them."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from cli.samples_folder import samples_folder
from vitrine.recipe import Recipe

FOLDER = Path(__file__).resolve().parents[2] / "samples"
IDS = ("mug", "vase", "stool", "lamp", "kettle", "radio")


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script `samples/make.py` as a module."""
    import importlib.util

    sys.path.insert(0, str(FOLDER.parent))
    try:
        spec = importlib.util.spec_from_file_location("make_samples", FOLDER / "make.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["make_samples"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER.parent))
    return module


def test_the_folder_is_found():
    assert samples_folder() == FOLDER


@pytest.mark.parametrize("product", IDS)
def test_rendering_a_photo_again_gives_the_same_photo(make, product):
    """Up to the shading: the photos stay when the renderer changes, as the README's figures are of them."""
    sample = next(sample for sample in make.SAMPLES if sample.id == product)
    fresh = Image.open(io.BytesIO(make.render_photo(sample, sample.model())))
    kept = Image.open(FOLDER / sample.photo)
    assert (fresh.format, fresh.mode, fresh.size) == (kept.format, kept.mode, kept.size)
    apart = np.abs(np.asarray(fresh.convert("RGBA"), int) - np.asarray(kept.convert("RGBA"), int))
    assert apart.mean() < 4
    assert np.percentile(apart, 99) < 48


def test_photos_are_small_and_three_are_cut_out():
    photos = [path for path in FOLDER.iterdir() if path.suffix in {".jpg", ".webp", ".png"}]
    assert sorted(path.stem for path in photos) == sorted(IDS)
    assert max(path.stat().st_size for path in photos) <= 100_000
    cut_out = []
    for path in photos:
        with Image.open(path) as photo:
            assert photo.size == (800, 800)
            if photo.mode == "RGBA":
                alpha = np.asarray(photo)[..., 3]
                cut_out.append(path.stem)
                assert alpha.max() == 255
                assert alpha[[0, -1]].max() == alpha[:, [0, -1]].max() == 0
                assert 0.08 < (alpha == 255).mean() < 0.7
    assert sorted(cut_out) == ["radio", "stool", "vase"]


def test_both_feeds_have_the_same_products():
    rows = list(csv.DictReader((FOLDER / "products.csv").open(encoding="utf-8")))
    lines = [
        json.loads(line) for line in (FOLDER / "products.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [row["id"] for row in rows] == [line["id"] for line in lines] == list(IDS)
    for row, line in zip(rows, lines, strict=True):
        assert (FOLDER / row["photo"]).is_file()
        assert line["images"] == [row["photo"]]
        assert line["title"] == row["title"]
        assert line["dimensions"] == {**dimensions_of(row), "unit": row["unit"]}


def dimensions_of(row: dict[str, str]) -> dict[str, float]:
    return {name: float(row[name]) for name in ("length", "width", "height") if row[name]}


def test_every_height_is_given_and_one_product_has_all_three():
    rows = csv.DictReader((FOLDER / "products.csv").open(encoding="utf-8"))
    known = {row["id"]: set(dimensions_of(row)) for row in rows}
    assert all("height" in sides for sides in known.values())
    assert [product for product, sides in known.items() if len(sides) == 3] == ["kettle"]


@pytest.mark.parametrize("product", IDS)
def test_models_have_the_size_that_the_feed_gives_and_stand_on_the_ground(make, product):
    sample = next(sample for sample in make.SAMPLES if sample.id == product)
    model = sample.model()
    rows = {row["id"]: row for row in csv.DictReader((FOLDER / "products.csv").open(encoding="utf-8"))}
    assert dimensions_of(rows[product]).items() <= make.dimensions_cm(model).items()
    assert model.bounds[0][1] == pytest.approx(0, abs=2e-3)
    for mesh in model.meshes:
        lengths = np.linalg.norm(mesh.normals[np.unique(mesh.triangles)], axis=1)
        np.testing.assert_allclose(lengths, 1, atol=1e-3)


def test_the_recipe_is_valid_and_has_fewer_triangles_than_the_default():
    recipe, default = Recipe.load(FOLDER / "recipe.toml"), Recipe()
    assert recipe.generation.decimation_target < default.generation.decimation_target
    assert recipe.ladder[0].triangles < default.ladder[0].triangles
