"""Build the ar file: core glTF 2.0, which Scene Viewer, Quick Look converters and game engines all read."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from vitrine.codecs.images import encode_core
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.reorder import reorder
from vitrine.geometry.simplify import Simplified
from vitrine.gltf.model import Model, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.core_materials.to_core import to_core_materials
from vitrine.lods.level_textures import max_texture_px
from vitrine.lods.source import LodSource, simplify_further
from vitrine.recipe import ArOptions
from vitrine.textures.encode import can_pass_through, is_lossless
from vitrine.textures.mip_pyramid import TexturePyramid, texture_pyramids
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses
from vitrine.threads import thread_pool

MIN_TRIANGLES = 2_500
MIN_TEXTURE_PX = 256
"""The ar file is not reduced below these."""


def build_ar(glb: bytes, options: ArOptions, *, jobs: int | None = None) -> BuiltFile:
    """Return one GLB without extensions: float attributes, JPEG textures, PNG where alpha is used.

    Textures and triangles are reduced until the file fits `size_bytes`. If the smallest one does not fit,
    it is returned with the finding `AR_TOO_LARGE`. Material extensions become core values, with a finding
    for each. `jobs` is the number of threads, by default one for each core. Raises `ModelError` for a file
    that cannot be read, or has KTX2 textures or no triangles.
    """
    return build_ar_of(read_glb(glb, limits=None), options, jobs=jobs)


def build_ar_of(model: Model | LodSource, options: ArOptions, *, jobs: int | None = None) -> BuiltFile:
    """Do what `build_ar` does for a model already in memory."""
    given = model.given if isinstance(model, LodSource) else model
    if any(use.texture.media_type == "image/ktx2" for use in texture_uses(given.materials)):
        raise ModelError("core glTF takes no KTX2 texture: export the model with PNG, JPEG or WebP")
    core, baked = to_core_materials(given)
    source = LodSource.of(model) if core is given else LodSource(core)
    with thread_pool(jobs) as pool:
        builder = _Builder(source, options, pool, texture_pyramids(source.model, source.decoded))
        file = builder.build(options.triangles, options.texture_px)
        for fewer, texture_px in _smaller(options):
            if len(file.data) <= options.size_bytes:
                break
            file = builder.build(fewer, texture_px)
    if len(file.data) <= options.size_bytes:
        return file.model_copy(update={"findings": baked})
    message = (
        f"the ar file has {len(file.data):,} bytes with {file.triangles:,} triangles and "
        f"{file.texture_px} px textures, the limit is {options.size_bytes:,}"
    )
    measured, limit = float(len(file.data)), float(options.size_bytes)
    too_large = finding("AR_TOO_LARGE", message, measured=measured, limit=limit)
    return file.model_copy(update={"findings": (*baked, too_large)})


def _smaller(options: ArOptions) -> Iterator[tuple[int, int]]:
    """Yield smaller and smaller (triangles, texture_px): textures first, then both in turn."""
    triangles, px = options.triangles, options.texture_px
    while triangles > MIN_TRIANGLES or px > MIN_TEXTURE_PX:
        if px > MIN_TEXTURE_PX:
            px //= 2
            yield triangles, px
        if triangles > MIN_TRIANGLES:
            triangles = max(MIN_TRIANGLES, triangles * 3 // 5)
            yield triangles, px


@dataclass(slots=True)
class _Builder:
    """Builds smaller and smaller files, and keeps what the next one starts from."""

    source: LodSource
    options: ArOptions
    pool: Executor
    pyramids: dict[TextureUse, TexturePyramid]
    simplified: Simplified | None = None
    """The triangles of the file before"""

    def build(self, triangles: int, texture_px: int) -> BuiltFile:
        """Simplify to `triangles`, encode textures at most `texture_px` wide meanwhile, and write a GLB."""
        futures = {
            use: self.pool.submit(self._encode, pyramid, texture_px) for use, pyramid in self.pyramids.items()
        }
        if self.simplified is None:
            self.simplified = self.source.simplified(triangles, self.pool)
        else:
            self.simplified = simplify_further(self.source, self.simplified, triangles)
        model = reorder(self.source.split(self.simplified), compact=False)
        new = {use: future.result() for use, future in futures.items()}
        materials = tuple(replace_textures(material, new) for material in model.materials)
        model = replace(model, materials=materials)
        return BuiltFile(
            role="ar",
            data=write_glb(model),
            triangles=model.triangle_count,
            vertices=model.vertex_count,
            error=self.simplified.error,
            error_m=self.simplified.error * self.source.scale,
            texture_px=max_texture_px(model),
        )

    def _encode(self, pyramid: TexturePyramid, px: int) -> Texture:
        use = pyramid.use
        if can_pass_through(use, px, "image/jpeg"):
            return use.texture
        pixels = pyramid.at(px)
        data, media_type = encode_core(
            pixels,
            quality=self.options.jpeg_quality,
            kind=use.kind,
            lossless=is_lossless(use.texture),
        )
        return replace(use.texture, data=data, media_type=media_type)
