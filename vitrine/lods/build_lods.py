"""Build the levels of detail: one web file for each, simplified in a chain from the same source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_draco_glb import write_draco_glb
from vitrine.gltf.writer.write_web_glb import write_web_glb
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.chain import LodGeometry, simplify_chain
from vitrine.lods.level_textures import TextureFutures, encode_textures, max_texture_px
from vitrine.lods.source import LodSource
from vitrine.lods.targets import resolve_targets
from vitrine.models import Finding
from vitrine.recipe import Level, WebOptions
from vitrine.textures.decoded import DecodedTextures
from vitrine.textures.encode import quality_findings
from vitrine.textures.texture_slots import replace_textures, texture_uses
from vitrine.threads import thread_pool


def build_lods(
    glb: bytes, ladder: tuple[Level, ...], web: WebOptions, *, jobs: int | None = None
) -> tuple[BuiltFile, ...]:
    """Return one compressed GLB for each level; `web-lod0` is the most detailed.

    A level that asks for more triangles than the model has gets all of them; only its textures shrink.
    `jobs` is the number of threads, by default one for each core; the bytes are the same for any number.
    Raises `ModelError` for a file that cannot be read, or a model without triangles.
    """
    return build_lods_of(read_glb(glb, limits=None), ladder, web, jobs=jobs)


def build_lods_of(
    model: Model | LodSource,
    ladder: tuple[Level, ...],
    web: WebOptions,
    *,
    jobs: int | None = None,
    roles: Sequence[str] | None = None,
) -> tuple[BuiltFile, ...]:
    """Do what `build_lods` does for a model already in memory; `roles` replaces `web-lod0`, `web-lod1` …"""
    roles = roles or [f"web-lod{number}" for number in range(len(ladder))]
    source = LodSource.of(model)
    # Baked textures take more bytes than they are worth where bytes are counted.
    without_rebake = web.model_copy(update={"rebake": False})

    def size_bytes(level: Level) -> int:
        (file,) = build_lods_of(source, (level,), without_rebake, jobs=1)
        return len(file.data)

    with thread_pool(jobs) as pool:
        ladder = tuple(resolve_targets(source.model, level, size_bytes) for level in ladder)
        start = source.start(ladder[0].triangles, pool)
        sizes_px = tuple(dict.fromkeys(level.texture_px for level in ladder))
        textures = encode_textures(
            source.model, source.decoded, sizes_px, web, pool, simplified=lambda: source.split(start())
        )
        # The pool encodes textures meanwhile; this thread simplifies, and then waits for them.
        lods = []
        for lod in simplify_chain(source, ladder, pool, may_rebake=web.rebake):
            lods.append(lod)
            if lod.rebaked:
                size_px = lod.level.texture_px
                textures |= encode_textures(lod.model, DecodedTextures(), (size_px,), web, pool)
        return tuple(_write(role, lod, textures, web) for role, lod in zip(roles, lods, strict=True))


def _write(role: str, geometry: LodGeometry, textures: TextureFutures, web: WebOptions) -> BuiltFile:
    """Write one level as a GLB, with its textures at its size."""
    level = geometry.level
    uses = texture_uses(geometry.model.materials)
    encoded = {use: future.result() for (use, px), future in textures.items() if px == level.texture_px}
    new = {use: each.texture for use, each in encoded.items()}
    materials = tuple(replace_textures(material, new) for material in geometry.model.materials)
    model = replace(geometry.model, materials=materials)
    bits = QuantizationBits(web.position_bits, web.normal_bits, web.uv_bits)
    if web.compression == "draco":
        data = write_draco_glb(model, bits)
        model = read_glb(data, limits=None)  # Draco drops triangles that become degenerate on its grid
    else:
        data = write_web_glb(model, bits)
    return BuiltFile(
        role=role,
        data=data,
        triangles=model.triangle_count,
        vertices=model.vertex_count,
        error=geometry.error,
        error_m=geometry.error_m,
        texture_px=max_texture_px(model),
        findings=(
            *_rebake_findings(role, geometry),
            *_target_findings(role, model, len(data), level),
            *quality_findings(role, [encoded[use] for use in uses], web),
        ),
    )


def _rebake_findings(role: str, geometry: LodGeometry) -> tuple[Finding, ...]:
    if not geometry.rebaked:
        return ()
    message = (
        f"{role} has new triangles, UVs and textures, baked from the source: with the source's own seams it "
        "would have too many triangles, or less of its shape"
    )
    return (finding("LOD_REBAKED", message),)


def _target_findings(role: str, model: Model, size_bytes: int, level: Level) -> tuple[Finding, ...]:
    """Say which target of the level its file misses."""
    if level.max_bytes is not None and size_bytes > level.max_bytes:
        message = (
            f"{role} has {size_bytes:,} bytes, its max_bytes is {level.max_bytes:,}: it cannot be smaller"
        )
        limit = float(level.max_bytes)
        return (finding("LOD_TOO_LARGE", message, measured=float(size_bytes), limit=limit),)
    if model.triangle_count <= level.triangles:
        return ()
    message = (
        f"{role} has {model.triangle_count:,} triangles, its target is {level.triangles:,}: "
        "seams, borders and hard edges allow no fewer"
    )
    measured, limit = float(model.triangle_count), float(level.triangles)
    return (finding("LOD_ABOVE_TARGET", message, measured=measured, limit=limit),)
