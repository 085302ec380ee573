"""The ar flavour: what Scene Viewer, Quick Look converters and game engines read without extensions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from vitrine.codecs import meshopt
from vitrine.codecs.images import encode_core
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.join import JoinedMesh, join, split
from vitrine.geometry.reorder import reorder
from vitrine.geometry.simplify import Simplified, simplify
from vitrine.gltf.model import Material, Model, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.lods.build_lods import max_texture_px, prepare_model
from vitrine.lods.built_file import GLB, BuiltFile
from vitrine.recipe import ArOptions
from vitrine.textures.encode import can_pass_through
from vitrine.textures.mip_pyramid import TexturePyramid, texture_pyramids
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses
from vitrine.threads import thread_pool

LEAST_TRIANGLES = 2_500
LEAST_TEXTURE_PX = 256


def build_ar(glb: bytes, options: ArOptions, *, jobs: int | None = None) -> BuiltFile:
    """One core glTF 2.0 GLB: float attributes, JPEG (PNG where alpha matters), no required extension.

    Textures and triangles step down until it fits `size_bytes`; when the smallest does not fit either, the
    file is what it is and carries the finding `AR_TOO_LARGE`.
    """
    return build_ar_of(read_glb(glb), options, jobs=jobs)


def build_ar_of(model: Model, options: ArOptions, *, jobs: int | None = None) -> BuiltFile:
    """`build_ar` for a model already in memory."""
    if any(paint.texture.media_type == "image/ktx2" for paint in texture_uses(model.materials)):
        raise ModelError("a KTX2 texture has no place in core glTF: export the model with PNG, JPEG or WebP")
    model = replace(prepare_model(model), materials=tuple(_core(material) for material in model.materials))
    with thread_pool(jobs) as pool:
        joined = join(model)
        start = Simplified(joined.triangles, 0.0)
        steps = _Steps(model, options, pool, joined, start, texture_pyramids(model))
        built = steps.build(options.triangles, options.texture_px)
        for triangles, texture_px in _downwards(options):
            if len(built.data) <= options.size_bytes:
                return built
            built = steps.build(triangles, texture_px)
        if len(built.data) <= options.size_bytes:
            return built
    message = (
        f"the ar file has {len(built.data):,} bytes with {built.triangles:,} triangles and "
        f"{built.texture_px} px textures, the limit is {options.size_bytes:,}"
    )
    too_large = finding(
        "AR_TOO_LARGE", message, measured=float(len(built.data)), limit=float(options.size_bytes)
    )
    return replace(built, findings=(too_large,))


def _core(material: Material) -> Material:
    """Without extensions: none is required, and some readers stumble over those they do not know."""
    return replace(material, extensions={}, extension_textures=())


def _downwards(options: ArOptions) -> Iterator[tuple[int, int]]:
    """Ever smaller combinations: textures give way first, then both in turn."""
    triangles, px = options.triangles, options.texture_px
    while triangles > LEAST_TRIANGLES or px > LEAST_TEXTURE_PX:
        if px > LEAST_TEXTURE_PX:
            px //= 2
            yield triangles, px
        if triangles > LEAST_TRIANGLES:
            triangles = max(LEAST_TRIANGLES, triangles * 3 // 5)
            yield triangles, px


@dataclass(slots=True)
class _Steps:
    """What one attempt leaves for the next: simplified so far, pictures decoded."""

    model: Model
    options: ArOptions
    pool: Executor
    joined: JoinedMesh
    simplified: Simplified
    pyramids: dict[TextureUse, TexturePyramid]

    def build(self, triangles: int, texture_px: int) -> BuiltFile:
        futures = {
            paint: self.pool.submit(self._encode, pyramid, texture_px)
            for paint, pyramid in self.pyramids.items()
        }
        more = simplify(self.joined, self.simplified.triangles, triangles)
        self.simplified = Simplified(more.triangles, self.simplified.error + more.error)
        model = reorder(split(self.model, self.joined, more.triangles), compact=False)
        new = {paint: future.result() for paint, future in futures.items()}
        model = replace(
            model, materials=tuple(replace_textures(material, new) for material in model.materials)
        )
        return BuiltFile(
            role="ar",
            data=write_glb(model),
            media_type=GLB,
            triangles=model.triangle_count,
            vertices=model.vertex_count,
            error=self.simplified.error,
            error_m=self.simplified.error * meshopt.simplify_scale(self.joined.positions),
            texture_px=max_texture_px(model),
        )

    def _encode(self, pyramid: TexturePyramid, px: int) -> Texture:
        paint = pyramid.use
        if can_pass_through(paint, px, "image/jpeg"):
            return paint.texture
        pixels = pyramid.at(px)
        data, media_type = encode_core(pixels, quality=self.options.jpeg_quality, kind=paint.kind)
        return replace(paint.texture, data=data, media_type=media_type)
