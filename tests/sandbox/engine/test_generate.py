"""The whole engine: TRELLIS.2's document structure, and a closed mesh with the photo's colours."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vitrine.sandbox.engine import EngineError, generate


@pytest.fixture(scope="module")
def model(cup) -> bytes:
    return generate(cup, faces=20_000, texture_size=1024)


def test_the_document_has_the_structure_of_a_trellis_file(model, take_apart):
    parts = take_apart(model)
    document = parts.document
    assert document["nodes"] == [{"name": "world", "children": [1]}, {"name": "geometry_0", "mesh": 0}]
    (primitive,) = document["meshes"][0]["primitives"]
    assert set(primitive["attributes"]) == {"POSITION", "TEXCOORD_0", "NORMAL"}
    assert primitive["mode"] == 4
    kinds = [(a["componentType"], a["type"]) for a in document["accessors"]]
    assert kinds == [(5125, "SCALAR"), (5126, "VEC3"), (5126, "VEC2"), (5126, "VEC3")]
    assert "samplers" not in document
    (material,) = document["materials"]
    assert (material["alphaMode"], material["doubleSided"]) == ("OPAQUE", False)
    assert document["extensionsRequired"] == ["EXT_texture_webp"]
    assert [(image.format, image.size) for image in parts.images] == [("WEBP", (1024, 1024))] * 2
    metal_rough = np.asarray(parts.images[1].convert("RGB"))
    assert metal_rough[..., 1].mean() > 100
    assert metal_rough[..., 2].mean() < 60


def test_the_bounding_box_is_centred_and_its_longest_side_is_1(model, take_apart):
    positions = take_apart(model).positions
    low, high = positions.min(axis=0), positions.max(axis=0)
    assert (high - low).max() == pytest.approx(1, abs=1e-6)
    assert low + high == pytest.approx(np.zeros(3), abs=1e-6)
    assert (high - low)[2] > 0.2


def test_the_face_count_is_at_most_the_target_and_close_to_it(cup, take_apart):
    for target in (10_000, 20_000, 60_000):
        count = len(take_apart(generate(cup, faces=target, texture_size=1024)).triangles)
        assert 0.98 * target <= count <= target


def test_the_mesh_is_closed_after_welding_and_faces_outwards(model, take_apart):
    parts = take_apart(model)
    _, point = np.unique(parts.positions, axis=0, return_inverse=True)
    corner = point.reshape(-1)[parts.triangles]
    edges = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]]).astype(np.int64)
    n = len(parts.positions)
    there, count_there = np.unique(edges[:, 0] * n + edges[:, 1], return_counts=True)
    back, count_back = np.unique(edges[:, 1] * n + edges[:, 0], return_counts=True)
    assert np.array_equal(there, back)
    assert np.array_equal(count_there, count_back)
    a, b, c = (parts.positions[parts.triangles[:, k]].astype(np.float64) for k in range(3))
    volume = (np.cross(a, b) * c).sum() / 6
    assert 0.05 < volume < 0.5
    assert np.linalg.norm(parts.normals, axis=1) == pytest.approx(np.ones(n), abs=1e-4)


def test_the_handle_keeps_its_hole(model, take_apart):
    parts = take_apart(model)
    centre = parts.positions[parts.triangles][..., :2].mean(axis=1)
    hole = np.array([1215 - 850, 825 - 800]) / 1200  # drawn 230 px wide, in a subject 1,200 px wide
    assert np.linalg.norm(centre - hole, axis=1).min() > 0.08


def test_the_front_has_the_photos_colours(cup, model, take_apart):
    """Every vertex of the front has the colour of the photo's pixel at its position."""
    parts = take_apart(model)
    photo = Image.open(io.BytesIO(cup))
    left, top, right, bottom = photo.getchannel("A").point(lambda a: 255 * (a > 127)).getbbox()
    x, y, _ = parts.positions.T
    size = max(right - left, bottom - top)
    u = np.clip((x * size + (left + right) / 2).astype(int), 0, 399)
    v = np.clip((-y * size + (top + bottom) / 2).astype(int), 0, 399)
    facing = parts.normals[:, 2] > 0.8
    shown = np.asarray(parts.images[0].convert("RGB"), np.int64)
    here = shown[
        np.clip((parts.uvs[:, 1] * 1024).astype(int), 0, 1023),
        np.clip((parts.uvs[:, 0] * 1024).astype(int), 0, 1023),
    ]
    there = np.asarray(photo.convert("RGB"), np.int64)[v, u]
    difference = np.abs(here - there).max(axis=1)[facing]
    assert facing.sum() > 2000
    assert np.median(difference) <= 6
    assert (difference > 40).mean() < 0.03
    back = parts.normals[:, 2] < -0.8
    assert here[back].mean() < here[facing].mean() * 0.95


def test_the_mesh_has_more_than_a_hundred_charts(model, take_apart):
    """More than a hundred connected components, because vertices are split along seams."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    parts = take_apart(model)
    a, b = parts.triangles[:, [0, 1, 2]].ravel(), parts.triangles[:, [1, 2, 0]].ravel()
    n = len(parts.positions)
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(n, n))
    charts, _ = connected_components(graph, directed=False)
    assert 100 < charts < 12_000
    assert n > len(np.unique(parts.positions, axis=0))


def test_equal_arguments_give_equal_bytes_and_another_seed_another_relief(cup, model, take_apart):
    assert generate(cup, faces=20_000, texture_size=1024) == model
    other = take_apart(generate(cup, faces=20_000, texture_size=1024, seed=43))
    assert abs(np.ptp(other.positions[:, 2]) - np.ptp(take_apart(model).positions[:, 2])) > 1e-4
    assert np.ptp(other.positions[:, :2], axis=0) == pytest.approx(
        np.ptp(take_apart(model).positions[:, :2], axis=0), abs=0.01
    )


def test_remesh_false_is_double_sided_and_textures_can_be_png(cup, take_apart):
    parts = take_apart(generate(cup, faces=10_000, texture_size=1024, remesh=False, texture_format="png"))
    assert parts.document["materials"][0]["doubleSided"] is True
    assert "extensionsRequired" not in parts.document
    assert [(image.format, image.mode) for image in parts.images] == [("PNG", "RGBA"), ("PNG", "RGB")]


def test_resolution_512_is_smoother(shared_photos: Path, take_apart):
    photo = (shared_photos / "cutout" / "pineapple.webp").read_bytes()
    rough = []
    for resolution in (512, 1024):
        parts = take_apart(generate(photo, faces=20_000, texture_size=1024, resolution=resolution))
        a, b, c = (parts.positions[parts.triangles[:, k]].astype(np.float64) for k in range(3))
        rough.append(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
    assert rough[0] < 0.99 * rough[1]


def test_all_real_photos_pass_the_khronos_validator(shared_photos: Path, tmp_path: Path, khronos_validate):
    photos = sorted(shared_photos.glob("*/*.*"))
    assert len(photos) >= 22
    paths = []
    for photo in photos:
        path = tmp_path / f"{photo.parent.name}-{photo.stem}.glb"
        path.write_bytes(generate(photo.read_bytes(), faces=10_000, texture_size=256))
        paths.append(path)
    reports = khronos_validate(paths)
    assert len(reports) == len(photos)
    assert [(r["path"], r["messages"]) for r in reports if r["errors"] or r["warnings"]] == []


@pytest.mark.parametrize("colour", [(90, 90, 90, 200), (0, 0, 0, 0)])
def test_a_photo_with_nothing_solid_is_refused(colour):
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), colour).save(out, "PNG")
    with pytest.raises(EngineError, match="solid"):
        generate(out.getvalue())


def test_a_subject_thinner_than_a_pixel_is_refused():
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.putpixel((30, 30), (255, 255, 255, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    with pytest.raises(EngineError, match="thinner"):
        generate(out.getvalue())


def test_bytes_that_are_not_an_image_are_refused():
    with pytest.raises(EngineError, match="decoded"):
        generate(b"<html>not an image</html>")
