"""Simple solids as meshes with smooth normals and UVs; lengths in metres, +Y up."""

from __future__ import annotations

import dataclasses

import numpy as np

from vitrine.gltf.model import Mesh


def round_corners(points: list[tuple[float, float]], radius_m: float, steps: int = 6) -> np.ndarray:
    """Replace the inner corners of a polyline (n, 2) by arcs of about `radius_m` with `steps` segments."""
    corners = np.array(points, float)
    line = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        a, b = before - corner, after - corner
        reach = min(radius_m, np.linalg.norm(a) * 0.45, np.linalg.norm(b) * 0.45)
        start, end = corner + a / np.linalg.norm(a) * reach, corner + b / np.linalg.norm(b) * reach
        t = np.linspace(0, 1, steps + 1)[:, None]
        line.extend((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    line.append(corners[-1])
    return np.array(line)


def catmull_rom(points: list[tuple[float, ...]], count: int = 64) -> np.ndarray:
    """Sample a Catmull-Rom spline through points of dimension d at `count` points: (count, d)."""
    p = np.array(points, float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    at = np.linspace(0, len(points) - 1 - 1e-9, count)
    i = at.astype(int)
    t = (at - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    curved: np.ndarray = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return curved


def lathe(
    profile: np.ndarray, material: int, *, segments: int = 128, ribs: int = 0, rib_m: float = 0
) -> Mesh:
    """Revolve a profile (n, 2) of radius and height around the y axis.

    The outside is to the right of the profile's direction. u runs once
    around, v along the profile from 0 to 1. The wall has `ribs` vertical ribs of depth `rib_m`.
    """
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    wave = rib_m * (np.abs(np.cos(angle * ribs / 2)) - 1) if ribs else np.zeros_like(angle)
    radius = np.maximum(profile[:, :1] + wave * np.clip(profile[:, :1] / profile[:, 0].max(), 0, 1), 0)
    shape = radius.shape[0], len(angle)
    points = np.stack(
        [radius * np.sin(angle), np.broadcast_to(profile[:, 1:], shape), radius * np.cos(angle)], 2
    )
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    uv = np.stack(np.broadcast_arrays((angle / (2 * np.pi))[None], (length / length[-1])[:, None]), 2)
    return _grid_mesh(points, uv, material, closed=True)


def sweep(
    path: np.ndarray,
    radii: np.ndarray | float,
    material: int,
    *,
    flat: float = 1.0,
    sides: int = 28,
    ends: bool = True,
) -> Mesh:
    """Sweep a circle along a path (n, 3), with round or open ends. `flat` scales one axis of the circle."""
    radii = np.broadcast_to(np.asarray(radii, float), len(path))
    step = np.gradient(path, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    t = np.linspace(0, np.pi / 2, 7)[: 6 if ends else 0]
    start = path[0] - step[0] * (np.cos(t) * radii[0])[:, None]
    end = path[-1] + step[-1] * (np.cos(t) * radii[-1])[::-1, None]
    line = np.concatenate([start, path, end])
    radii = np.concatenate([np.sin(t) * radii[0], radii, (np.sin(t) * radii[-1])[::-1]])
    step = np.concatenate([np.repeat(step[:1], len(t), 0), step, np.repeat(step[-1:], len(t), 0)])
    side = np.cross(step[0], [0.0, 0, 1] if abs(step[0][2]) < 0.8 else [1.0, 0, 0])
    rings = []
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    for middle, ahead, radius in zip(line, step, radii, strict=True):
        side = side - ahead * (side @ ahead)
        side /= np.linalg.norm(side)
        other = np.cross(ahead, side)
        rings.append(
            middle + radius * (np.cos(angle)[:, None] * side + flat * np.sin(angle)[:, None] * other)
        )
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    uv = np.stack(np.broadcast_arrays((angle / (2 * np.pi))[None], (length / length[-1])[:, None]), 2)
    return _grid_mesh(np.array(rings), uv, material, closed=True)


def rounded_box(
    size: tuple[float, float, float], radius_m: float, material: int, *, tile_m: float = 0.1
) -> Mesh:
    """A box centred on the origin with round edges; the texture repeats every `tile_m` on each face."""
    half = np.array(size) / 2
    sheets = []
    for axis in range(3):
        for sign in (-1, 1):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            rows, columns = _box_lines(half[a], radius_m), _box_lines(half[b], radius_m)
            grid = np.zeros((len(rows), len(columns), 3))
            grid[..., a], grid[..., b], grid[..., axis] = rows[:, None], columns[None], sign * half[axis]
            inner = np.clip(grid, radius_m - half, half - radius_m)
            away = grid - inner
            normal = away / np.linalg.norm(away, axis=2, keepdims=True)
            grid = inner + radius_m * normal
            across, up = (2, 1) if axis == 0 else (0, 1) if axis == 2 else (0, 2)
            uv = np.stack([grid[..., across], -grid[..., up]], axis=2) / tile_m
            if sign > 0:  # so that all six sheets wind counter-clockwise, seen from outside
                grid, uv, normal = (values.swapaxes(0, 1) for values in (grid, uv, normal))
            sheets.append(_grid_mesh(grid, uv, material, normal=normal))
    return merge(sheets)


def _box_lines(half: float, radius: float) -> np.ndarray:
    bend = np.tan(np.linspace(0, np.pi / 4, 6)) * radius
    return np.concatenate([-half + radius - bend[::-1], half - radius + bend])


def _grid_mesh(
    points: np.ndarray,
    uv: np.ndarray,
    material: int,
    *,
    normal: np.ndarray | None = None,
    closed: bool = False,
) -> Mesh:
    """Triangulate a grid of points (rows, columns, 3). `closed`: the last column repeats the first."""
    rows, columns = points.shape[:2]
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    a, b, c, d = corner, corner + 1, corner + columns, corner + columns + 1
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([b, d, c], 1)])
    if normal is None:
        flat = points.reshape(-1, 3)
        p, q, r = (flat[faces[:, i]] for i in range(3))
        each = np.cross(q - p, r - p)
        normal = np.zeros_like(flat)
        for i in range(3):
            np.add.at(normal, faces[:, i], each)
        normal = normal.reshape(points.shape)
        if closed:
            normal[:, 0] = normal[:, -1] = normal[:, 0] + normal[:, -1]
        for row in (0, -1):
            if np.ptp(points[row], axis=0).max() < 1e-9:  # a pole has one normal
                normal[row] = normal[row].sum(axis=0)
        normal = normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-12)
    return Mesh(
        points.reshape(-1, 3).astype(np.float32),
        faces.astype(np.uint32),
        normal.reshape(-1, 3).astype(np.float32),
        uv.reshape(-1, 2).astype(np.float32),
        material,
    )


def merge(meshes: list[Mesh]) -> Mesh:
    """Merge meshes of one material into one mesh."""
    starts = np.cumsum([0] + [len(mesh.positions) for mesh in meshes])
    return Mesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([m.triangles + np.uint32(s) for m, s in zip(meshes, starts, strict=False)]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.uvs for mesh in meshes]),
        meshes[0].material,
    )


def translate(mesh: Mesh, offset: tuple[float, float, float]) -> Mesh:
    """Translate a mesh by `offset` in metres."""
    return dataclasses.replace(mesh, positions=mesh.positions + np.array(offset, np.float32))


def rotate_to_front(mesh: Mesh) -> Mesh:
    """Rotate a mesh so that +Y becomes +Z."""
    assert mesh.normals is not None
    rotation = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32)
    return dataclasses.replace(mesh, positions=mesh.positions @ rotation, normals=mesh.normals @ rotation)


def project_uv_from_above(mesh: Mesh, tile_m: float) -> Mesh:
    """Project the UVs of a mesh along the y axis; the texture repeats every `tile_m`."""
    return dataclasses.replace(mesh, uvs=(mesh.positions[:, [0, 2]] / np.float32(tile_m)).astype(np.float32))
