"""Functions over rays, surface points, pixels and triangles, compiled from `source/`.

Arrays are float32 and contiguous, as the functions return them; others are converted first. All functions
release the GIL. They raise `ValueError` for an array of another shape.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bools, Bytes, Floats, Ints

DIELECTRIC_F0: float
"""Reflectance along the normal of a dielectric without extensions"""
MIN_ROUGHNESS: float
"""Perceptual roughness below which no lobe is computed"""

def connected_components(count: int, one: Ints, other: Ints) -> tuple[Ints, int]:
    """Return the component of each of `count` nodes, (count,) int32, and how many components there are.

    Components are numbered in the order of their first nodes. Edge i joins `one[i]` and `other[i]`, (m,)
    each. Raises `ValueError` for a node that does not exist.
    """

def sort_half_edges(triangles: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the half-edges of welded triangles in the order of their edges, and where each edge begins.

    Corner k of triangle t starts the half-edge 3 t + k. They are sorted by the lower and then the upper
    vertex of their edge, and by number: (3 m,) int32. Those of edge e begin at the e-th of the second array.

    Parameters
    ----------
    triangles : (m, 3)
        Vertices below `count`. Raises `ValueError` for others.
    """

def cover_texels(
    positions: Floats, triangles: Ints, height: int, width: int, small_px: int, tolerance_px: float
) -> Bools:
    """Return the texels (height, width) of an atlas that triangles use; see `vitrine.textures.chart_mask`.

    `positions` (n, 2) are in texels, whose centres are at whole numbers. Raises `ValueError` for a triangle
    that is 100,000 texels away, or not finite.
    """

def face_normals(positions: Floats, triangles: Ints) -> npt.NDArray[np.float64]:
    """Return the normal of each triangle (m, 3) times twice its area, (m, 3) float64: a cross product."""

def sum_at_vertices(values: npt.NDArray[np.float64], triangles: Ints, count: int) -> npt.NDArray[np.float64]:
    """Add the values (m, k) of each triangle to its three vertices: (count, k) float64."""

def part_bounds(positions: Floats, triangles: Ints, part: Ints, parts: int) -> tuple[Floats, Floats]:
    """Return the low and high corners of the bounding box of each part, (parts, 3) each.

    `part` (m,) is the part of each triangle (m, 3). A part without triangles has an infinite box.
    """

def part_volumes(positions: Floats, triangles: Ints, part: Ints, flipped: Bools, parts: int) -> Floats:
    """Return six times the volume of each part by the divergence theorem, (parts,) float64.

    Each is measured around its own centre. Triangles in `flipped` (m,) count with the opposite winding.
    """

def image_ssim(one: Floats, other: Floats, mask: Bools, window_px: int, c1: float, c2: float) -> float:
    """Return the mean SSIM of two images (h, w) over a mask (h, w); see `vitrine.textures.ssim`."""

def mean_angle_deg(one: Floats, other: Floats, mask: Bools) -> float:
    """Return the mean angle in degrees of unit vectors (h, w, 3) over a mask (h, w), 0 for an empty one."""

def over_grey(rgba: Bytes, grey: float) -> Floats:
    """Return (h, w, 4) uint8 composited over an even grey, (h, w, 3) in 0…255."""

class TriangleTree:
    """A bounding volume hierarchy of triangles, for distances to the closest one.

    Parameters
    ----------
    positions : (n, 3)
    triangles : (m, 3) int32
        At least one. Raises `ValueError` otherwise, or for a vertex that does not exist.
    """

    def __init__(self, positions: Floats, triangles: Ints) -> None: ...
    def distance(self, points: Floats) -> Floats:
        """Return the distance (k,) float64 of each point (k, 3) float64 to the surface, exact to rounding."""

def camera_rays(
    xy: Floats,
    eye: Floats,
    right: Floats,
    up: Floats,
    forward: Floats,
    half_extent: float,
    perspective: bool,
) -> tuple[Floats, Floats]:
    """Return origins and directions (n, 3) of the rays through image points (n, 2); see `Camera.rays`."""

def visible_triangles(
    positions: Floats,
    triangles: Ints,
    eye: Floats,
    right: Floats,
    up: Floats,
    forward: Floats,
    half_extent: float,
    perspective: bool,
    xs: Floats,
    ys: Floats,
) -> tuple[Ints, Floats, Floats, Floats]:
    """Return triangle, barycentric u and v, and depth of the surface seen at h · w pixels; see `visible`.

    Parameters
    ----------
    positions : (n, 3)
    triangles : (m, 3) int32
    xs, ys : (w,) and (h,)
        Image coordinates of columns and rows, evenly spaced; ys from the top down
    """

def interpolate(
    vertices: Floats,
    triangles: Ints,
    mesh_of_triangle: Ints,
    hit_triangle: Ints,
    u: Floats,
    v: Floats,
    directions: Floats,
) -> tuple[Ints, Floats, Floats, Floats, Floats, Floats, Bools]:
    """Return mesh, position, flat normal, normal, UV, UV a metre and front of n hits; see `SurfaceHit`.

    Parameters
    ----------
    vertices : (vertices, 8)
        Position, normal and UV
    triangles, mesh_of_triangle : (triangles, 3) and (triangles,) int32
    hit_triangle : (n,) int32
    u, v : (n,)
        Barycentric coordinates
    directions : (n, 3)
        Of the rays
    """

def halve_texels(pixels: Bytes, levels: npt.NDArray[np.uint16], bytes: Bytes) -> Bytes:
    """Return the mean of each two by two texels (h, w, channels), halves rounded up.

    `levels` (256,) is what is averaged for each byte, and `bytes` (65536,) the byte of each mean; a fourth
    channel is averaged as it is.
    """

def halve_masked_texels(
    pixels: Bytes, mask: Bools, levels: npt.NDArray[np.uint16], bytes: Bytes
) -> tuple[Bytes, Bools]:
    """Return the mean of the texels in `mask` among each two by two, and where there are any.

    Halves are rounded to even. Without a texel in the mask, the mean is 0.
    """

def sample_texels(
    levels: Sequence[Bytes],
    numbers: Ints,
    uvs: Floats,
    wrap: tuple[int, int],
    nearest: tuple[bool, bool],
    color_of_byte: Floats,
) -> Floats:
    """Return filtered RGBA (n, 4) in 0…1 of mip levels; see `MipPyramid.sample`.

    Parameters
    ----------
    levels : sequence of (h, w, 4) uint8
    numbers : (n,) int32
        Index into `levels` of each sample; those beyond the last one read the last one.
    uvs : (n, 2)
    wrap : pair of int
        Wrap modes along u and v (glTF 2.0 section 5.26)
    nearest : pair of bool
        Whether level 0, and whether the others, are read without interpolation
    color_of_byte : (256,)
        What a byte of red, green or blue stands for; alpha is linear.
    """

def sample_directions(map: Floats, cells: int, directions: Floats) -> Floats:
    """Return the values (n,) of an octahedral map, ((cells + 1)²,), in unit directions (n, 3)."""

class FilteredLight:
    """Radiance filtered for matt and for glossy reflection; see `Environment`."""

    def __init__(
        self, diffuse: Floats, diffuse_cells: int, specular: Sequence[Floats], specular_cells: Sequence[int]
    ) -> None: ...
    def diffuse(self, normals: Floats) -> Floats:
        """Return what a white Lambertian surface reflects of the key light and of the others, (n, 2)."""

    def specular(self, directions: Floats, roughness: Floats) -> Floats:
        """Return the mean radiance in GGX lobes around mirror directions, (n,).

        Parameters
        ----------
        directions : (n, 3)
            Unit vectors
        roughness : (n,)
            Perceptual roughness, 0…1
        """

def face_viewer(normals: Floats, directions: Floats) -> tuple[Floats, Floats, Floats]:
    """Return unit normals (n, 3), their cosines (n,) to the viewer, and unit vectors (n, 3) to the viewer.

    Normals that face away are tilted until they do not.

    Parameters
    ----------
    normals : (n, 3)
        Unit normals
    directions : (n, 3)
        Of the rays, of any length
    """

def glossy(
    light: FilteredLight,
    axes: Floats,
    views: Floats,
    normals: Floats,
    cosines: Floats,
    roughness: Floats,
    visible: Floats,
) -> Floats:
    """Return what GGX lobes receive, (n,); the arguments are those of `reflect_light`."""

def reflect_light(
    light: FilteredLight,
    axes: Floats,
    albedo_table: Floats,
    *,
    views: Floats,
    normals: Floats,
    cosines: Floats,
    lobe_normals: Floats,
    colors: Floats,
    metallic: Floats,
    roughness: Floats,
    occlusion: Floats,
    ambient: Floats,
    key_visibility: Floats,
    f0: Floats | None,
    f90: Floats | None,
    dielectric_f0: Floats | None,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return diffuse and specular reflection (n, 3) each, and what they are made of.

    That is the light of all directions that reaches a point, (n, 3); the part of it that passes the
    surface of a dielectric, (n, 1); and the part of the dome that is visible, (n, 1).

    Parameters
    ----------
    axes : (3, 3)
        The axes of the light in world space, a row each
    albedo_table : (k², 2)
        `microfacet_table`
    views, normals, cosines
        As `face_viewer` returns them
    lobe_normals : (n, 3)
        Normals of the glossy lobes: `normals`, but for anisotropy
    colors : (n, 3)
        Base colours
    metallic, roughness, occlusion, ambient, key_visibility : (n,)
    f0 : (n, 3) or None
        Reflectance along the normal; by default that of the dielectric mixed with the colour of the metal
    f90 : (n,) or None
        Reflectance of the dielectric at grazing angles; by default 1
    dielectric_f0 : (n, 3) or None
        Reflectance of the dielectric along the normal; by default 0.04
    """

def upsample_visibility(
    depth: Floats,
    normal: Floats,
    visibility: Floats,
    size_px: int,
    tolerance_m: float,
    xy: Floats,
    depth_m: Floats,
    normals: Floats,
    default_visibility: float,
    default_weight: float,
) -> Floats:
    """Return the visibility (n, 2) of surface points; see `OcclusionBuffer.upsample`."""

def blur_visibility(
    depth: Floats, normal: Floats, visibility: Floats, size_px: int, tolerance_m: float, axis: int
) -> Floats:
    """Return the visibility (size_px², 2) blurred along an axis; see `OcclusionBuffer.blur`."""

def tone_map(light: Floats, shoulder: float, desaturation: float) -> Floats:
    """Return linear colours (n, 3) compressed to below 1; see `vitrine.textures.color_space.tone_map`."""

def encode_pixels(light: Floats, byte_of_step: Bytes) -> Bytes:
    """Return sRGB bytes (n, 4), alpha not premultiplied, of premultiplied linear light (n, 4).

    `byte_of_step` (k,) uint8 holds the byte of each step of linear light from 0 to 1.
    """

class Paths:
    """What n rays have gathered, with one or three channels of transmittance."""

    def __init__(self, count: int, channels: int) -> None: ...
    def add(
        self,
        rays: Ints,
        color: Floats,
        alpha: Floats,
        distance: Floats,
        normals: Floats,
        passed: Floats | None,
        least: float,
    ) -> Bools:
        """Add what surfaces send along rays, behind what is there already; weaken the light from behind.

        Parameters
        ----------
        rays : (m,) int32
            Indices of the rays
        color, alpha, distance, normals : (m, 3), (m,), (m,), (m, 3)
            Of one surface on each
        passed : (m, channels) or None
            Part of the light from behind that passes the covered part, too

        Returns
        -------
        (m,) bool
            Whether more than `least` of the light from behind still passes
        """

    def image(self) -> tuple[Floats, Floats, Floats]:
        """Return premultiplied linear RGBA (n, 4), depth (n,) and normal (n, 3)."""
