from __future__ import annotations

from vitrine.geometry.join import join, split
from vitrine.geometry.simplify import simplify
from vitrine.gltf import Model
from vitrine.lods.build_lods import prepare_model
from vitrine.lods.rebake.choose import FEWER, Freer
from vitrine.recipe import Level


def test_new_pictures_are_not_worth_a_few_triangles(globe: Model) -> None:
    freer, source = Freer(prepare_model(globe)), prepare_model(globe)
    barely = Level(triangles=int(source.triangle_count * (FEWER + 0.05)), texture_px=128)
    assert freer.free(source, barely) is None
    much = Level(triangles=1000, texture_px=128)
    free = freer.free(source, much)
    assert free is not None
    model, error = free
    assert 900 < model.triangle_count <= 1000
    assert 0 < error < 0.01


def test_what_looks_less_like_the_source_is_not_taken(globe: Model) -> None:
    source = prepare_model(globe)
    joined = join(source)
    kept = split(source, joined, simplify(joined, joined.triangles, 4000).triangles)
    # At twenty triangles a ball is none, with whatever pictures.
    assert Freer(source).free(kept, Level(triangles=20, texture_px=512)) is None
