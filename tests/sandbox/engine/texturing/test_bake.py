"""Both textures: the photo's colours on the charts, and no texel left empty."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.shape.heightfields import Heightfields, sample_heightfields
from vitrine.sandbox.engine.shape.mesh_silhouette import mesh_silhouette
from vitrine.sandbox.engine.shape.surface import Surface, build_surface, vertex_normals
from vitrine.sandbox.engine.texturing.bake import Textures, bake
from vitrine.sandbox.engine.texturing.compute_charts import BACK, FRONT, RIGHT, Charts, compute_charts


@pytest.fixture(scope="module")
def baked() -> tuple[Charts, Textures]:
    """A disc, red on the left and green on the right."""
    y, x = np.mgrid[0:240, 0:240] - 119.5
    alpha = np.clip(100.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    rgb = np.where((x < 0)[..., None], (0.8, 0.1, 0.1), (0.1, 0.8, 0.1)).astype(np.float32)
    cutout = Cutout(rgb, alpha)
    fields: Heightfields = sample_heightfields(
        cutout, faces=20_000, resolution=1024, rng=np.random.default_rng(1)
    )
    surface: Surface = build_surface(fields, mesh_silhouette(fields.level_set))
    normals = vertex_normals(surface)
    charts = compute_charts(surface, normals, 512)
    return charts, bake(cutout, surface, normals, charts, fields, 512)


def colours(charts: Charts, textures: Textures, kind: int) -> np.ndarray:
    """The base colour at the triangles' centres, for one kind of chart: (m, 3)."""
    centre = charts.texels[charts.triangles[charts.kind[charts.chart] == kind]].mean(axis=1).astype(int)
    return np.asarray(textures.base_color)[centre[:, 1], centre[:, 0], :3].astype(int)


def test_the_front_has_the_photos_colours_and_the_back_is_darker(baked):
    front, back = colours(*baked, FRONT), colours(*baked, BACK)
    red, green = front[:, 0] > front[:, 1], front[:, 1] > front[:, 0]
    assert 0.4 < red.mean() < 0.6
    assert front[red].mean(axis=0) == pytest.approx([204, 26, 26], abs=12)
    assert front[green].mean(axis=0) == pytest.approx([26, 204, 26], abs=12)
    assert back.max(axis=1).mean() < front.max(axis=1).mean() - 20


def test_the_right_side_has_the_colour_of_the_photos_right_half(baked):
    right = colours(*baked, RIGHT)
    assert len(right) > 20
    assert (right[:, 1] > right[:, 0]).mean() > 0.95  # the rest is relief along the photo's colour edge


def test_no_texel_is_left_empty_and_roughness_follows_luminance(baked):
    _, textures = baked
    base, surface = np.asarray(textures.base_color), np.asarray(textures.metallic_roughness)
    assert base.shape == (512, 512, 4)
    assert (base[..., 3] == 255).all()
    assert (base[..., :3].max(axis=-1) > 40).all()
    assert (surface[..., 0] == 0).all()
    light = np.asarray(textures.base_color.convert("L")).astype(int)
    assert surface[light > 120, 1].mean() < surface[light < 70, 1].mean()
