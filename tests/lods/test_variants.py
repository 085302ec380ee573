"""Every way to compress, on models of every make: the Khronos validator has nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, WebOptions

LADDER = (Level(triangles=1500, texture_px=64), Level(triangles=200, texture_px=16))
FINEST = {"position_bits": 16, "normal_bits": 16, "uv_bits": 16}
VARIANTS: dict[str, dict[str, Any]] = {
    "meshopt": {},
    "coarse": {"position_bits": 8, "normal_bits": 4, "uv_bits": 8},
    "fine": FINEST,
    "draco": {"compression": "draco"},
    "draco-fine": {"compression": "draco"} | FINEST,
    "ktx2": {"texture_format": "ktx2"},
    "target": {"webp_min_ssim": 0.9},
}
KTX2_IS_UNKNOWN = {"IMAGE_UNRECOGNIZED_FORMAT", "VALUE_NOT_IN_LIST"}
"""What the validator says of every KTX2 texture (KhronosGroup/glTF-Validator#177)"""


def motley(sphere: Mesh, texture: Callable[..., Texture]) -> Model:
    """Vertex colours, UVs beyond 0…1, a cut-out, a blend and a bare part."""
    count = len(sphere.positions)
    colors = np.linspace(0, 1, 4 * count, dtype=np.float32).reshape(count, 4)
    meshes = (
        replace(sphere, colors=colors),
        replace(sphere, uvs=None if sphere.uvs is None else sphere.uvs * 3 - 1, material=1),
        replace(sphere, material=2),
        replace(sphere, uvs=None, material=3),
    )
    cut_out = Material(base_color=texture(alpha=10), alpha_mode="MASK", alpha_cutoff=0.3)
    blend = Material(base_color=texture(alpha=90), alpha_mode="BLEND", normal=texture())
    return Model(meshes, (Material(), cut_out, blend, Material(emissive_factor=(1, 0.5, 0))))


@pytest.mark.usefixtures("basisu")
@pytest.mark.parametrize("name", ["motley", "modern_armchair"])
def test_all_variants_are_valid(
    name: str,
    make_sphere: Callable[..., Mesh],
    make_texture: Callable[..., Texture],
    khronos_validate: Any,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    if name == "motley":
        glb = write_glb(motley(make_sphere(24), make_texture))
    else:
        glb = (request.getfixturevalue("shared_models") / f"{name}.glb").read_bytes()
    for variant, options in VARIANTS.items():
        for file in build_lods(glb, LADDER, WebOptions.model_validate(options)):
            (tmp_path / f"{variant}-{file.role}.glb").write_bytes(file.data)
            assert read_glb(file.data).triangle_count == file.triangles
    paths = sorted(tmp_path.glob("*.glb"))
    assert len(paths) == len(VARIANTS) * len(LADDER)
    for verdict in khronos_validate(paths):
        known = KTX2_IS_UNKNOWN if "/ktx2-" in verdict["path"] else set()
        told = [message for message in verdict["messages"] if message["code"] not in known]
        assert (verdict["errors"], told) == (0, []), verdict["path"]
