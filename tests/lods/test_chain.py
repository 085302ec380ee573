from __future__ import annotations

from vitrine.codecs.meshopt import simplify_scale
from vitrine.gltf import Model
from vitrine.lods.chain import simplify_chain
from vitrine.lods.source import LodSource
from vitrine.recipe import Level
from vitrine.threads import InlineExecutor

LADDER = (Level(triangles=4000, texture_px=256), Level(triangles=1000, texture_px=128))


def test_each_level_has_its_triangles_and_errors_add_up(globe: Model) -> None:
    source = LodSource(globe)
    fine, coarse = simplify_chain(source, LADDER, InlineExecutor(), may_rebake=False)
    assert (fine.model.triangle_count, coarse.model.triangle_count) == (4000, 1000)
    assert (fine.level, coarse.level) == LADDER
    assert 0 < fine.error < coarse.error
    assert coarse.error_m == coarse.error * simplify_scale(source.joined.positions)
    assert not fine.rebaked


def test_a_level_that_would_lose_its_shape_is_rebaked_only_where_that_is_allowed(globe: Model) -> None:
    source = LodSource(globe)
    ladder = (Level(triangles=40, texture_px=512),)
    for may_rebake in (False, True):
        (lod,) = simplify_chain(source, ladder, InlineExecutor(), may_rebake=may_rebake)
        assert lod.rebaked == may_rebake
