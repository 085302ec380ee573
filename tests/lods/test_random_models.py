"""Random models through repair, levels and ar: valid files, or a named error."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, validate, write_glb
from vitrine.lods.build_ar import build_ar
from vitrine.lods.build_lods import build_lods
from vitrine.models import Dimensions
from vitrine.recipe import ArOptions, Level, RepairOptions, WebOptions
from vitrine.repair.repair_model import repair_model

LADDER = (Level(triangles=40, texture_px=16), Level(triangles=6, texture_px=16))
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def texture(alpha: bool) -> Texture:
    out = io.BytesIO()
    Image.effect_noise((8, 8), 50).convert("RGBA" if alpha else "RGB").save(out, "PNG")
    return Texture(out.getvalue(), "image/png")


@st.composite
def meshes(draw: Any, finite: bool) -> Mesh:
    """From nothing at all to eighty vertices; coordinates may repeat, be huge, tiny or no numbers."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    vertices, triangles = draw(st.integers(1, 80)), draw(st.sampled_from([0, 1, 2, 30, 150]))
    scale = draw(st.sampled_from([1e-12, 1e-3, 1.0, 1e6]))
    positions = (dice.standard_normal((vertices, 3)) * scale).astype(np.float32)
    if draw(st.booleans()):
        positions = (np.round(positions / scale * 2) * scale).astype(np.float32)
    if draw(st.booleans()):
        positions[:, draw(st.integers(0, 2))] = 0

    def maybe(width: int) -> Any:
        kind = draw(st.sampled_from(["none", "zero", "random"]))
        if kind == "none":
            return None
        rows = dice.standard_normal((vertices, width)).astype(np.float32)
        return rows if kind == "random" else rows * np.float32(0)

    normals, uvs, colors = maybe(3), maybe(2), maybe(4)
    if not finite:
        for array in (positions, normals, uvs):
            if array is not None and draw(st.booleans()):
                array[dice.integers(vertices), 0] = draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    return Mesh(
        positions=positions,
        triangles=dice.integers(0, vertices, (triangles, 3), np.uint32),
        normals=normals,
        uvs=uvs,
        colors=None if colors is None else np.clip(colors, 0, 1),
        material=draw(st.integers(0, 1)),
    )


def models(finite: bool = True) -> st.SearchStrategy[Model]:
    materials = (
        Material(base_color=texture(True), normal=texture(False)),
        Material(base_color_factor=(1, 0, 0, 0.5), alpha_mode="BLEND", double_sided=True),
    )
    return st.lists(meshes(finite), min_size=1, max_size=3).map(lambda some: Model(tuple(some), materials))


def built(glb: bytes) -> list[bytes]:
    files = [file.data for file in build_lods(glb, LADDER, WebOptions(), jobs=1)]
    return [*files, build_ar(glb, ArOptions(triangles=30, texture_px=16), jobs=1).data]


@QUIET
@given(model=models())
def test_any_finite_mesh_gives_valid_files_or_a_named_error(model: Model) -> None:
    glb = write_glb(model)
    try:
        repaired, report = repair_model(glb, RepairOptions(), Dimensions(height=1))
    except ModelError as error:
        assert "no triangle" in str(error)  # noqa: PT017
        return
    for data in (repaired, *built(repaired)):
        checked = validate(data)
        assert checked.valid, checked.issues
        assert read_glb(data).triangle_count > 0
    low, high = read_glb(repaired).bounds
    assert abs(float(low[1])) < 1e-4
    assert report.size_m == tuple(float(side) for side in high - low)


@QUIET
@given(model=models())
def test_levels_without_repair_are_valid_too(model: Model) -> None:
    glb = write_glb(model)
    if not model.triangle_count:
        with pytest.raises(ModelError, match="no triangle"):
            build_lods(glb, LADDER, WebOptions())
        return
    for data in built(glb):
        report = validate(data)
        assert report.valid, report.issues


@QUIET
@given(model=models(finite=False))
def test_no_number_gets_through_as_one(model: Model) -> None:
    given_values = [a for m in model.meshes for a in (m.positions, m.normals, m.uvs) if a is not None]
    if all(bool(np.isfinite(a).all()) for a in given_values):
        return
    try:
        glb = write_glb(model)
    except ModelError as error:
        assert "not all finite" in str(error)  # noqa: PT017
        return
    assert "ACCESSOR_INVALID_FLOAT" in {issue.code for issue in validate(glb).issues}
    try:
        repaired, _ = repair_model(glb, RepairOptions(), None)
    except ModelError:
        return
    # A vertex that no triangle uses is dropped, and UVs and normals are repaired: what is written is finite.
    report = validate(repaired)
    assert report.valid, report.issues
    for mesh in read_glb(repaired).meshes:
        for values in (mesh.positions, mesh.normals, mesh.uvs):
            assert values is None or bool(np.isfinite(values).all())
