"""Bake textures that are read by several UV sets or texture transforms into one UV set."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bools, Floats
from vitrine.codecs.images import image_size
from vitrine.findings import finding
from vitrine.geometry.unwrap import unwrap
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.models import Finding
from vitrine.render.rays.covered_texels import covered_texels
from vitrine.textures.padding import fill_padding
from vitrine.textures.resample import TextureSampler, as_texture, tiles
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses

Matrix = npt.NDArray[np.float64]
MAX_TEXTURE_PX = 2048
MIN_TEXTURE_PX = 16
SAME_UV = 2e-5
"""UVs that differ by no more are the same: a twentieth of a texel of 2048."""
OVERLAP_PX = 512
"""Size at which charts are checked for overlap."""
MAX_OVERLAP = 1.03
"""Area of all triangles over the area that they cover together; above it, charts overlap."""


@dataclass(frozen=True, slots=True)
class _Affine:
    """`uv = target @ linear.T + offset`, for every vertex of some meshes."""

    linear: Matrix
    offset: Matrix

    @property
    def is_identity(self) -> bool:
        return bool(np.abs(self.linear - np.eye(2)).max() <= SAME_UV and np.abs(self.offset).max() <= SAME_UV)

    @property
    def keeps_tiling(self) -> bool:
        """Whether a texture that repeats with the one UVs repeats with the others, too."""
        return bool(np.abs(self.linear - np.rint(self.linear)).max() <= SAME_UV)


def bake_uv_sets(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy whose textures all read `Mesh.uvs`, and a finding for each material that was baked.

    UVs that differ by an affine map, such as a texture transform, need no geometry: the texture is resampled.
    Otherwise it is baked texel by texel into a UV set whose charts do not overlap, and where there is none,
    into new UVs. Sets that hold the same UVs are taken as one.
    """
    findings: list[Finding] = []
    meshes, materials = list(model.meshes), list(model.materials)
    for number, material in enumerate(model.materials):
        members = [index for index, mesh in enumerate(meshes) if mesh.material == number]
        if not members or not any(use.texture.uv for use in texture_uses((material,))):
            continue
        baked = _bake_material(material, tuple(meshes[index] for index in members))
        materials[number] = baked.material
        for index, mesh in zip(members, baked.meshes, strict=True):
            meshes[index] = mesh
        if baked.how:
            message = f"textures of material {material.name or number} with several UV mappings: {baked.how}"
            findings.append(finding("UV_SETS_BAKED", message, pointer=f"/materials/{number}"))
    if materials == list(model.materials):
        return model, ()
    return replace(model, meshes=tuple(meshes), materials=tuple(materials)), tuple(findings)


@dataclass(frozen=True, slots=True)
class _Baked:
    material: Material
    meshes: tuple[Mesh, ...]
    how: str = ""
    """In words; empty where no texture had to be changed"""


def _bake_material(material: Material, meshes: tuple[Mesh, ...]) -> _Baked:
    uses = tuple(texture_uses((material,)))
    sets = tuple(_used_uvs(meshes, number) for number in range(1 + len(meshes[0].other_uvs)))
    for target in range(len(sets)):
        maps = [_fit(sets[target], values) for values in sets]
        maps_of_uses = {use: found for use in uses if (found := maps[use.texture.uv]) is not None}
        within = bool(sets[target].min() >= -SAME_UV and sets[target].max() <= 1 + SAME_UV)
        tiling = all(
            affine.is_identity or (affine.keeps_tiling and tiles(use.texture.sampler))
            for use, affine in maps_of_uses.items()
        )
        if len(maps_of_uses) == len(uses) and (within or tiling):
            return _resampled(material, meshes, target, maps_of_uses, repeat=not within)
    for target in range(len(sets)):
        if not overlaps(meshes, target):
            return _rasterized(material, meshes, target, "baked into the UV set whose charts do not overlap")
    shifted = {use: replace(use.texture, uv=use.texture.uv + 1) for use in uses}
    with_old = tuple(replace(mesh, other_uvs=_uv_sets(mesh)) for mesh in meshes)
    unwrapped = unwrap(with_old, _size_px(uses, sets, None))
    return _rasterized(replace_textures(material, shifted), unwrapped, 0, "baked into new UVs")


def _uv_sets(mesh: Mesh) -> tuple[Floats, ...]:
    main = np.zeros((len(mesh.positions), 2), np.float32) if mesh.uvs is None else mesh.uvs
    return main, *mesh.other_uvs


def _used_uvs(meshes: tuple[Mesh, ...], number: int) -> Floats:
    """UVs of the corners of all triangles, (3 m, 2) float64."""
    return np.concatenate(
        [_uv_sets(mesh)[number][mesh.triangles.reshape(-1)].astype(np.float64) for mesh in meshes]
    )


def _fit(target: Floats, values: Floats) -> _Affine | None:
    """Return the affine map from UVs (n, 2) to others (n, 2) that holds at every corner, if there is one."""
    if values is target:
        return _Affine(np.eye(2), np.zeros(2))
    columns = np.column_stack([target, np.ones(len(target))])
    solution, _, rank, _ = np.linalg.lstsq(columns, values, rcond=None)
    if (
        rank < 3
        or not np.isfinite(solution).all()
        or float(np.abs(columns @ solution - values).max()) > SAME_UV * max(1.0, np.abs(values).max())
    ):
        return None
    return _Affine(np.asarray(solution[:2].T, np.float64), np.asarray(solution[2], np.float64))


def _with_target(
    material: Material, meshes: tuple[Mesh, ...], target: int, normal_kept: bool
) -> tuple[Mesh, ...]:
    """The meshes with one UV set; tangents go where the normal map has been moved to other UVs."""
    return tuple(
        replace(
            mesh,
            uvs=_uv_sets(mesh)[target],
            other_uvs=(),
            tangents=mesh.tangents if material.normal is None or normal_kept else None,
        )
        for mesh in meshes
    )


def _resampled(
    material: Material,
    meshes: tuple[Mesh, ...],
    target: int,
    maps: dict[TextureUse, _Affine],
    *,
    repeat: bool,
) -> _Baked:
    new: dict[TextureUse, Texture] = {}
    for use, affine in maps.items():
        if affine.is_identity:
            new[use] = replace(use.texture, uv=0)
            continue
        sampler = TextureSampler(use.texture, use.kind)
        wanted = np.hypot(*(np.abs(affine.linear) * np.array(sampler.size_px)[:, None]))
        width, height = (_power_of_two(float(side)) for side in wanted)
        level = max(0, round(float(np.log2(max(wanted.max(), 1) / max(width, height)))))
        column, row = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
        grid = np.stack([column.reshape(-1), row.reshape(-1)], axis=1)
        pixels = sampler.sample(grid @ affine.linear.T + affine.offset, affine.linear, level=level)
        baked = as_texture(pixels.reshape(height, width, 4), use.texture, keep_alpha=not use.drop_alpha)
        new[use] = replace(baked, sampler=use.texture.sampler) if repeat else baked
    changed = any(not affine.is_identity for affine in maps.values())
    normals_kept = all(affine.is_identity for use, affine in maps.items() if use.kind == "normal")
    return _Baked(
        replace_textures(material, new),
        _with_target(material, meshes, target, normals_kept),
        "resampled by their transforms" if changed else "",
    )


def _rasterized(material: Material, meshes: tuple[Mesh, ...], target: int, how: str) -> _Baked:
    uses = tuple(texture_uses((material,)))
    moved = tuple(use for use in uses if use.texture.uv != target)
    sets = tuple(_used_uvs(meshes, number) for number in range(1 + len(meshes[0].other_uvs)))
    size = _size_px(moved, sets, target)
    samplers = {use: TextureSampler(use.texture, use.kind) for use in moved}
    images = {use: np.zeros((size, size, 4), np.uint8) for use in moved}
    covered: Bools = np.zeros((size, size), np.bool_)
    for mesh in meshes:
        every = _uv_sets(mesh)
        row, column, hit = covered_texels(replace(mesh, uvs=every[target]), size)
        corners = mesh.triangles[hit.triangle]
        weights = np.stack([1 - hit.u - hit.v, hit.u, hit.v], axis=1)[..., None]
        for use in moved:
            values = every[use.texture.uv].astype(np.float64)
            uvs = (values[corners] * weights).sum(axis=1)
            linear = _derivatives(every[target].astype(np.float64)[corners], values[corners])
            images[use][row, column] = samplers[use].sample(uvs, linear)
        covered[row, column] = True
    new = {use: replace(use.texture, uv=0) for use in uses if use not in images}
    for use, pixels in images.items():
        keep_alpha = not use.drop_alpha and use.kind != "normal"
        filled = fill_padding(pixels if keep_alpha else pixels[..., :3], covered, use.kind)
        opaque = filled if keep_alpha else np.dstack([filled, np.full((size, size), 255, np.uint8)])
        new[use] = as_texture(opaque, use.texture, keep_alpha=keep_alpha)
    normals_kept = all(use not in images for use in uses if use.kind == "normal")
    return _Baked(replace_textures(material, new), _with_target(material, meshes, target, normals_kept), how)


def _derivatives(target: Floats, values: Floats) -> Matrix:
    """Return d(values) / d(target), (n, 2, 2) float64, of triangles with corners (n, 3, 2)."""
    edges, others = (
        np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=2)
        for corners in (target, values)
    )
    flat = np.abs(np.linalg.det(edges)) < 1e-20
    edges[flat] = np.eye(2)
    return np.asarray(others @ np.linalg.inv(edges))


def overlaps(meshes: tuple[Mesh, ...], target: int) -> bool:
    """Return whether a UV set is no atlas: it leaves 0…1, its charts overlap, or it has no area."""
    corners = _used_uvs(meshes, target)
    if float(corners.min()) < -SAME_UV or float(corners.max()) > 1 + SAME_UV:
        return True
    total = _area(corners) * OVERLAP_PX**2
    covered = np.zeros((OVERLAP_PX, OVERLAP_PX), np.bool_)
    for mesh in meshes:
        row, column, _ = covered_texels(replace(mesh, uvs=_uv_sets(mesh)[target]), OVERLAP_PX)
        covered[row, column] = True
    return bool(total < OVERLAP_PX or total > MAX_OVERLAP * covered.sum() + OVERLAP_PX / 8)


def _area(corners: Floats) -> float:
    a, b, c = corners.reshape(-1, 3, 2).transpose(1, 0, 2)
    (x1, y1), (x2, y2) = (b - a).T, (c - a).T
    return float(np.abs(x1 * y2 - x2 * y1).sum() / 2)


def _size_px(uses: tuple[TextureUse, ...], sets: tuple[Floats, ...], target: int | None) -> int:
    """Return the width at which no texture of `uses` loses texels, a power of two up to the limit."""
    area = 0.6 if target is None else max(_area(sets[target]), 1e-6)
    wanted = [
        max(image_size(use.texture.data, use.texture.media_type))
        * (_area(sets[use.texture.uv]) / area) ** 0.5
        for use in uses
    ]
    return _power_of_two(max(wanted, default=MIN_TEXTURE_PX))


def _power_of_two(side: float) -> int:
    return int(min(max(2 ** np.ceil(np.log2(max(side, 1)) - 0.01), MIN_TEXTURE_PX), MAX_TEXTURE_PX))
