from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Texture, read_glb
from vitrine.repair.alpha_mode import set_alpha_mode

Make = Callable[..., Texture]


@pytest.mark.parametrize(
    ("alpha", "mode", "transparent", "expected"),
    [
        (None, "OPAQUE", False, "OPAQUE"),
        (90, "OPAQUE", False, "OPAQUE"),  # generators leave such bands behind
        (90, "OPAQUE", True, "BLEND"),
        (0, "OPAQUE", True, "MASK"),
        (254, "OPAQUE", True, "OPAQUE"),
        (None, "BLEND", False, "OPAQUE"),
        (254, "BLEND", False, "OPAQUE"),
        (90, "BLEND", False, "BLEND"),
        (90, "MASK", False, "MASK"),
        (0, "BLEND", False, "BLEND"),  # an author's choice between the two is kept
    ],
)
def test_the_mode_follows_the_alpha(
    make_texture: Make, alpha: int | None, mode: Any, transparent: bool, expected: str
) -> None:
    material = Material(base_color=make_texture(alpha=alpha), alpha_mode=mode)
    assert set_alpha_mode(material, transparent=transparent).alpha_mode == expected


def test_a_clear_factor_blends() -> None:
    glass = Material(base_color_factor=(1, 1, 1, 0.5))
    assert set_alpha_mode(glass, transparent=True).alpha_mode == "BLEND"
    assert set_alpha_mode(glass, transparent=False).alpha_mode == "OPAQUE"


def test_the_chairs_low_alpha_band_stays_opaque(shared_models: Path) -> None:
    material = read_glb((shared_models / "chair_500k_shell_debris.glb").read_bytes()).materials[0]
    assert material.base_color is not None
    alpha = np.asarray(Image.open(io.BytesIO(material.base_color.data)).getchannel("A"))
    assert (alpha < 128).mean() == 0.125
    assert set_alpha_mode(material, transparent=False).alpha_mode == "OPAQUE"
    assert set_alpha_mode(material, transparent=True).alpha_mode == "BLEND"


def test_clear_vertex_colours_keep_a_material_blending() -> None:
    material = Material(alpha_mode="BLEND")
    assert set_alpha_mode(material, transparent=False, vertex_alpha=0.2).alpha_mode == "BLEND"
    assert set_alpha_mode(material, transparent=False, vertex_alpha=1.0).alpha_mode == "OPAQUE"


def test_a_few_stray_texels_do_not_make_a_material_blend(make_texture: Make) -> None:
    pixels = np.full((64, 64, 4), 255, np.uint8)
    pixels[0, :20, 3] = 90
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    stray = Material(base_color=Texture(out.getvalue(), "image/png"), alpha_mode="BLEND")
    assert set_alpha_mode(stray, transparent=False).alpha_mode == "OPAQUE"
    half = Material(base_color=make_texture(alpha=90), alpha_mode="BLEND")
    assert set_alpha_mode(half, transparent=False).alpha_mode == "BLEND"
