from __future__ import annotations

from vitrine.gltf import Mesh, Model
from vitrine.lods.level_textures import encode_textures, max_texture_px
from vitrine.recipe import WebOptions
from vitrine.textures.decoded import DecodedTextures
from vitrine.textures.texture_slots import texture_uses
from vitrine.threads import InlineExecutor


def test_every_texture_is_encoded_at_every_size(globe: Model) -> None:
    futures = encode_textures(globe, DecodedTextures(), (64, 128), WebOptions(), InlineExecutor())
    uses = texture_uses(globe.materials)
    assert len(uses) == 2
    assert set(futures) == {(use, px) for use in uses for px in (64, 128)}
    assert {future.result().texture.media_type for future in futures.values()} == {"image/webp"}


def test_the_largest_texture_in_use_counts(globe: Model) -> None:
    assert max_texture_px(globe) == 256
    mesh = globe.meshes[0]
    assert max_texture_px(Model((Mesh(mesh.positions, mesh.triangles),))) == 0
