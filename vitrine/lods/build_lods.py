"""The ladder: one web file a level, read once, simplified in a chain."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace

import numpy as np

from vitrine.codecs.array_checks import LARGEST
from vitrine.codecs.images import image_size
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.join import JoinedMesh, join, split
from vitrine.geometry.normals import fix_normals
from vitrine.geometry.partitioned_simplify import PartitionedSimplify, start_partitioned_simplify
from vitrine.geometry.tangents import add_tangents
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_draco_glb import write_draco_glb
from vitrine.gltf.writer.write_web_glb import write_web_glb
from vitrine.lods.built_file import GLB, BuiltFile
from vitrine.lods.chain import LodGeometry, simplify_chain
from vitrine.lods.search import CLOSE, LEAST_TRIANGLES, smallest_passing
from vitrine.models import Finding
from vitrine.recipe import Level, WebOptions
from vitrine.textures.encode import EncodedTexture, encode_texture, quality_findings
from vitrine.textures.mip_pyramid import texture_pyramids
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses
from vitrine.threads import thread_pool

LEAST_TEXTURE_PX = 64
EncodingTextures = dict[tuple[TextureUse, int], Future[EncodedTexture]]


def build_lods(
    glb: bytes, ladder: tuple[Level, ...], web: WebOptions, *, jobs: int | None = None
) -> tuple[BuiltFile, ...]:
    """One compressed GLB for each level: `web-lod0` is the most detailed.

    A model that has no more triangles than a level asks for keeps them all there; only its textures shrink.
    `jobs` is how many threads work at once, by default one a core; the files are the same for any number.
    """
    return build_lods_of(read_glb(glb), ladder, web, jobs=jobs)


def build_lods_of(
    model: Model, ladder: tuple[Level, ...], web: WebOptions, *, jobs: int | None = None
) -> tuple[BuiltFile, ...]:
    """`build_lods` for a model already in memory."""
    model = prepare_model(model)
    with thread_pool(jobs) as pool:
        ladder = tuple(_resolve_targets(model, level, web) for level in ladder)
        joined = join(model)
        partitioned = start_partitioned_simplify(joined, ladder[0].triangles, pool)
        sizes = tuple(dict.fromkeys(level.texture_px for level in ladder))
        textures = encode_textures(model, _drawn(model, joined, partitioned), sizes, web, pool)
        # The pool is busy with textures; this thread has the meshes, and then waits for the pictures.
        geometries = []
        for geometry in simplify_chain(model, joined, partitioned, ladder, may_rebake=web.rebake):
            geometries.append(geometry)
            if geometry.rebaked:
                textures |= encode_textures(geometry.model, None, (geometry.level.texture_px,), web, pool)
        return tuple(
            _write(f"web-lod{number}", geometry, textures, web) for number, geometry in enumerate(geometries)
        )


def prepare_model(model: Model) -> Model:
    """A copy with unit normals, tangents for normal maps, and no attribute that nothing reads."""
    if not model.triangle_count:
        raise ModelError("the model has no triangles")
    reach = max(float(np.abs(mesh.positions).max(initial=0)) for mesh in model.meshes)
    if not reach <= LARGEST:
        raise ModelError(
            f"the model's coordinates reach {reach:.3g}, the limit is {LARGEST:.0e}: scale it down"
        )
    meshes = []
    for mesh in model.meshes:
        material = model.materials[mesh.material]
        mesh, _ = fix_normals(mesh)
        if not list(texture_uses((material,))):
            mesh = replace(mesh, uvs=None)
        mesh = replace(mesh, tangents=None) if material.normal is None else add_tangents(mesh)
        meshes.append(mesh)
    return replace(model, meshes=tuple(meshes))


def _resolve_targets(model: Model, level: Level, web: WebOptions) -> Level:
    """The level with its targets turned into a count of triangles and a size of textures."""
    if level.min_ssim is not None:
        # The renderer takes as long to import as a small ladder takes to build.
        from vitrine.lods.targets import triangles_for_ssim

        count = triangles_for_ssim(model, level)
        level = level.model_copy(update={"triangles": count, "min_ssim": None})
    if level.max_bytes is not None:
        level = _fit_bytes(model, level, web)
    return level


def _fit_bytes(model: Model, level: Level, web: WebOptions) -> Level:
    """The most triangles that keep the file within `max_bytes`; smaller textures where none do."""
    limit = level.max_bytes or 0
    plain = level.model_copy(update={"max_bytes": None})
    # Pictures of its own take more bytes than they are worth here: the level will have none.
    web = web.model_copy(update={"rebake": False})
    most = min(level.triangles, model.triangle_count)

    def too_large(count: int) -> bool:
        (file,) = build_lods_of(model, (plain.model_copy(update={"triangles": count}),), web, jobs=1)
        return len(file.data) > limit

    while too_large(LEAST_TRIANGLES) and plain.texture_px > LEAST_TEXTURE_PX:
        plain = plain.model_copy(update={"texture_px": plain.texture_px // 2})
    if not too_large(most):
        return plain.model_copy(update={"triangles": most, "max_bytes": limit})
    # The least count that is too large is within a step of the most that fits.
    count = max(LEAST_TRIANGLES, int(smallest_passing(too_large, LEAST_TRIANGLES, most) / CLOSE))
    return plain.model_copy(update={"triangles": count, "max_bytes": limit})


def _drawn(model: Model, joined: JoinedMesh, partitioned: PartitionedSimplify | None) -> Callable[[], Model]:
    """The model as far as any level shows it, once that is known."""
    return lambda: model if partitioned is None else split(model, joined, partitioned.result()[0])


def encode_textures(
    model: Model, drawn: Callable[[], Model] | None, sizes: tuple[int, ...], web: WebOptions, pool: Executor
) -> EncodingTextures:
    """Every picture at every size as WebP, sizes falling; each picture is decoded once."""
    painted: EncodingTextures = {}
    for paint, pyramid in texture_pyramids(model, drawn).items():
        for px in sorted(sizes, reverse=True):
            painted[paint, px] = pool.submit(encode_texture, pyramid, px, web)
    return painted


def _write(role: str, geometry: LodGeometry, textures: EncodingTextures, web: WebOptions) -> BuiltFile:
    px = geometry.level.texture_px
    model = geometry.model
    encoded = {paint: future.result() for (paint, size), future in textures.items() if size == px}
    new = {paint: one.texture for paint, one in encoded.items()}
    model = replace(model, materials=tuple(replace_textures(material, new) for material in model.materials))
    quality = quality_findings(
        role, [encoded[paint] for paint in texture_uses(geometry.model.materials)], web
    )
    bits = QuantizationBits(web.position_bits, web.normal_bits, web.uv_bits)
    if web.compression == "draco":
        data = write_draco_glb(model, bits)
        model = read_glb(data)  # Draco drops what its grid makes degenerate
    else:
        data = write_web_glb(model, bits)
    return BuiltFile(
        role=role,
        data=data,
        media_type=GLB,
        triangles=model.triangle_count,
        vertices=model.vertex_count,
        error=geometry.error,
        error_m=geometry.error_m,
        texture_px=max_texture_px(model),
        findings=(*_told(role, geometry), *_missed(role, model, len(data), geometry.level), *quality),
    )


def _told(role: str, geometry: LodGeometry) -> tuple[Finding, ...]:
    if not geometry.rebaked:
        return ()
    message = f"{role} has triangles, UVs and pictures of its own: the source's seams stood in its way"
    return (finding("LOD_REBAKED", message),)


def _missed(role: str, model: Model, size: int, level: Level) -> tuple[Finding, ...]:
    """What was asked for and could not be had."""
    findings = []
    if level.max_bytes is not None and size > level.max_bytes:
        message = f"{role} has {size:,} bytes, {level.max_bytes:,} were asked for: its smallest is no smaller"
        findings.append(_beyond("LOD_TOO_LARGE", message, size, level.max_bytes))
    elif model.triangle_count > level.triangles:
        message = (
            f"{role} has {model.triangle_count:,} triangles, {level.triangles:,} were asked for: "
            "its seams, borders and edges allow no fewer"
        )
        findings.append(_beyond("LOD_ABOVE_TARGET", message, model.triangle_count, level.triangles))
    return tuple(findings)


def _beyond(code: str, message: str, measured: int, limit: int) -> Finding:
    return finding(code, message, measured=float(measured), limit=float(limit))


def max_texture_px(model: Model) -> int:
    """Longest side of the largest texture in use, 0 without textures."""
    used = {mesh.material for mesh in model.meshes}
    kept = texture_uses(tuple(model.materials[number] for number in used))
    textures = (paint.texture for paint in kept)
    return max((max(image_size(texture.data, texture.media_type)) for texture in textures), default=0)
