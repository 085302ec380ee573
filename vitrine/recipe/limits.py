"""Limits of what is read: photos and models come from others, and a few bytes can stand for gigabytes.

They are the default of `photo` and `limits` in the recipe. Each is checked before the memory is taken.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vitrine.record import Record

Count = Annotated[int, Field(ge=1)]


class PhotoLimits(Record):
    """How large a photo may be."""

    max_pixels: Annotated[int, Field(ge=1, le=178_000_000)] = 89_000_000
    """Larger images are refused by their header; Pillow's own limit (1 GiB / 4 / 3 bytes) is the same."""
    max_expansion: Annotated[float, Field(ge=1)] = 500.0
    """Most decoded bytes for each byte of the file, of images above 16,777,216 pixels."""
    max_bytes: int = 50_000_000
    """Larger files are refused."""
    fetch_timeout_s: Annotated[float, Field(gt=0)] = 60.0
    """Deadline of a download, in seconds, from connecting to the last byte."""


class ProcessLimits(Record):
    """What a worker process may take that does one step of a conversion on a photo or a model."""

    memory_bytes: Count = 4_000_000_000
    """Address space, besides what the process has before it starts (RLIMIT_AS)."""
    cpu_s: Annotated[float, Field(gt=0)] = 300.0
    """Processor time of all its threads (RLIMIT_CPU)."""
    wall_s: Annotated[float, Field(gt=0)] = 600.0
    """Time from the request to the result."""


class ModelLimits(Record):
    """How large a model may be that comes from outside; a larger one is refused before it is read."""

    file_bytes: Count = 500_000_000
    """Its file, or the contents of its ZIP archive. A raw TRELLIS.2 file has 15 to 100 MB."""
    document_values: Count = 3_000_000
    """Objects, arrays, keys and elements of its JSON (or XML, of a 3MF)."""
    objects: Count = 100_000
    """Its nodes, meshes, accessors, buffer views, materials, textures or images: of each kind so many."""
    node_depth: Count = 2_000
    """Levels of the node hierarchy."""
    draw_calls: Count = 10_000
    """Primitives that nodes place in the scene; a mesh counts once for each node that has it."""
    instances: Count = 10_000
    """Instances of one node (EXT_mesh_gpu_instancing)."""
    vertices: Count = 8_000_000
    """Vertices in the scene, those of every instance counted."""
    triangles: Count = 10_000_000
    """Triangles in the scene, those of every instance counted."""
    accessor_bytes: Count = 500_000_000
    """All accessors together, decompressed."""
    expansion: Annotated[float, Field(ge=1)] = 100.0
    """Most decompressed bytes for each byte of the file, where they are more than 64 MB: of accessors, of
    compressed buffer views, and of a ZIP archive."""
    texture_pixels: Count = 67_108_864
    """Pixels of one texture: 8192 × 8192."""
    all_texture_pixels: Count = 268_435_456
    """Pixels of all textures: sixteen of 4096 × 4096."""
