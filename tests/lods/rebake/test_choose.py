from __future__ import annotations

from vitrine.geometry.join import join, split
from vitrine.geometry.simplify import simplify
from vitrine.gltf import Model
from vitrine.lods.prepare_model import prepare_model
from vitrine.lods.rebake.choose import MAX_TRIANGLE_RATIO, choose_rebaked
from vitrine.lods.rebake.source import RebakeSource
from vitrine.recipe import Level


def test_baked_textures_are_not_worth_a_few_triangles(globe: Model) -> None:
    lod = prepare_model(globe)
    source = RebakeSource(lod)
    few = Level(triangles=int(lod.triangle_count * (MAX_TRIANGLE_RATIO + 0.05)), texture_px=128)
    assert choose_rebaked(source, lod, few) is None
    many = Level(triangles=1000, texture_px=128)
    rebaked = choose_rebaked(source, lod, many)
    assert rebaked is not None
    assert 900 < rebaked.model.triangle_count <= 1000
    assert 0 < rebaked.error < 0.01


def test_a_level_that_looks_less_like_the_source_is_not_chosen(globe: Model) -> None:
    source = prepare_model(globe)
    joined = join(source)
    lod = split(source, joined, simplify(joined, joined.triangles, 4000).triangles)
    # Twenty triangles are no ball, whatever their textures.
    assert choose_rebaked(RebakeSource(source), lod, Level(triangles=20, texture_px=512)) is None
