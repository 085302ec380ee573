from __future__ import annotations

import pytest

from vitrine.geometry import partitioned_simplify
from vitrine.gltf import Model, Texture
from vitrine.lods import source as module
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.rebake.source import RebakeSource
from vitrine.lods.source import LodSource
from vitrine.recipe import ArOptions, Level, WebOptions
from vitrine.render.scene import Scene
from vitrine.textures import decoded
from vitrine.textures.texture_slots import texture_uses
from vitrine.threads import InlineExecutor

LADDER = (Level(triangles=4000, texture_px=64), Level(triangles=1000, texture_px=64))
AR = ArOptions(triangles=4000, texture_px=64)


def test_files_that_need_as_many_triangles_share_one_simplification(
    globe: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets, simplify = [], module.simplify

    def count(joined: object, triangles: object, target: int, **options: float) -> object:
        targets.append(target)
        return simplify(joined, triangles, target, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "simplify", count)
    source = LodSource(globe)
    lods, ar = build_lods_of(source, LADDER, WebOptions()), build_ar_of(source, AR)
    assert targets == [4000, 1000]
    assert lods == build_lods_of(globe, LADDER, WebOptions())
    assert ar == build_ar_of(globe, AR)


def test_files_and_pictures_share_the_decoded_textures(globe: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, decode = [], decoded.decode_image

    def count(data: bytes, media_type: str) -> object:
        sizes.append(len(data))
        return decode(data, media_type)

    monkeypatch.setattr(decoded, "decode_image", count)
    source = LodSource(globe)
    rebaked = RebakeSource(source.model, source.decoded)
    assert rebaked.scenes[0].texture(uses(globe)[0], srgb=True).size_px == (256, 256)
    Scene(globe, decoded=source.decoded).decode_textures()
    build_lods_of(source, LADDER, WebOptions())
    build_ar_of(source, AR)
    assert sorted(sizes) == sorted(len(texture.data) for texture in uses(globe))


def uses(model: Model) -> list[Texture]:
    return [use.texture for use in texture_uses(model.materials)]


def test_the_partitions_of_a_large_model_are_started_once(
    globe: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitioned_simplify, "MIN_SOURCE_TRIANGLES", 1000)
    monkeypatch.setattr(partitioned_simplify, "MIN_KEPT_TRIANGLES", 100)
    source, pool = LodSource(globe), InlineExecutor()
    start = source.start(1000, pool)
    assert 1000 < len(start().triangles) < globe.triangle_count
    assert source.start(1000, pool)().triangles.tolist() == start().triangles.tolist()
    simplified = source.simplified(1000, pool)
    assert len(simplified.triangles) <= 1000
    assert simplified.error > start().error > 0
    assert source.simplified(1000, pool) is simplified
