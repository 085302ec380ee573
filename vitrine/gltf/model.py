"""A static model in memory: the triangles of a GLB in world space, and their materials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from vitrine.arrays import Floats, Indices, column_bounds
from vitrine.models import Finding


@dataclass(frozen=True, slots=True)
class Sampler:
    """How a texture wraps and filters; the numbers are those of glTF 2.0 section 5.26."""

    wrap_s: int = 10497
    wrap_t: int = 10497
    mag_filter: int | None = None
    min_filter: int | None = None


@dataclass(frozen=True, slots=True)
class Texture:
    """An encoded image and its sampler."""

    data: bytes
    media_type: str
    """`image/png`, `image/jpeg`, `image/webp`, `image/avif` or `image/ktx2`."""
    sampler: Sampler = Sampler()
    uv: int = 0
    """Which UVs of a mesh it reads: 0 is `Mesh.uvs`, k is `Mesh.other_uvs[k - 1]`; 0 after repair"""


@dataclass(frozen=True, slots=True)
class Material:
    """A metallic-roughness material, glTF 2.0 section 3.9. Colours are linear, textures as encoded."""

    name: str = ""
    base_color_factor: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    metallic_factor: float = 1.0
    roughness_factor: float = 1.0
    base_color: Texture | None = None
    metallic_roughness: Texture | None = None
    normal: Texture | None = None
    normal_scale: float = 1.0
    occlusion: Texture | None = None
    occlusion_strength: float = 1.0
    emissive: Texture | None = None
    emissive_factor: tuple[float, float, float] = (0.0, 0.0, 0.0)
    alpha_mode: Literal["OPAQUE", "MASK", "BLEND"] = "OPAQUE"
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)
    """JSON of `KHR_materials_…`; the `index` of a texture info is one into `extension_textures`."""
    extension_textures: tuple[Texture, ...] = ()


@dataclass(frozen=True, slots=True)
class Mesh:
    """One triangle primitive in world space: metres, +Y up, front towards +Z."""

    positions: Floats
    """(n, 3) float32"""
    triangles: Indices
    """(m, 3) uint32, each below n"""
    normals: Floats | None = None
    """(n, 3) float32, unit length"""
    uvs: Floats | None = None
    """(n, 2) float32, origin at the top left"""
    material: int = 0
    other_uvs: tuple[Floats, ...] = ()
    """Further UVs, (n, 2) float32 each, of a material whose textures have several UV mappings; none after
    repair"""
    tangents: Floats | None = None
    """(n, 4) float32: unit vector towards larger u, and the bitangent's sign (glTF 2.0 section 3.7.2.1)"""
    colors: Floats | None = None
    """(n, 4) float32, linear RGBA that multiplies the base colour"""


@dataclass(frozen=True, slots=True)
class Model:
    """Meshes and their materials."""

    meshes: tuple[Mesh, ...]
    materials: tuple[Material, ...] = field(default_factory=lambda: (Material(),))
    findings: tuple[Finding, ...] = ()
    """What the file has and a static model leaves out: animations, cameras, unknown extensions."""

    @property
    def triangle_count(self) -> int:
        """Triangles of all meshes."""
        return sum(len(mesh.triangles) for mesh in self.meshes)

    @property
    def vertex_count(self) -> int:
        """Vertices of all meshes, used by triangles or not."""
        return sum(len(mesh.positions) for mesh in self.meshes)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Minimum and maximum corner, (3,) float32 each in metres, of the vertices that triangles use."""
        corners = [_used(mesh) for mesh in self.meshes if len(mesh.triangles)]
        points = np.concatenate(corners) if corners else np.zeros((1, 3), np.float32)
        return column_bounds(points)


def _used(mesh: Mesh) -> Floats:
    used = np.zeros(len(mesh.positions), np.bool_)
    used[mesh.triangles.reshape(-1)] = True
    return mesh.positions[used]
