"""The fields of EmpirioLabs' submit request, with their ranges and defaults."""

from __future__ import annotations

from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf, Text

MODEL = "trellis-2-4b"


def _stage(prefix: str, strength: float, rescale: float, end: float, rescale_t: int) -> dict[str, Field]:
    return {
        f"{prefix}_sampling_steps": Integer(1, 64, 12),
        f"{prefix}_guidance_strength": Number(0, 20, strength),
        f"{prefix}_guidance_rescale": Number(0, 2, rescale),
        f"{prefix}_guidance_interval_start": Number(0, 1, 0.6),
        f"{prefix}_guidance_interval_end": Number(0, 1, end),
        f"{prefix}_rescale_t": Number(0, 20, rescale_t),
    }


FIELDS: dict[str, Field] = {
    "model": OneOf((MODEL,)),
    "image": Text(),
    "image_url": Text(),
    "resolution": OneOf(("512", "1024", "1536"), "1024"),
    "pipeline_type": OneOf(("512", "1024_cascade", "1536_cascade"), "1024_cascade"),
    "seed": Integer(0, 2**31 - 1, 42),
    "preprocess_image": Boolean(True),
    "max_num_tokens": Integer(1024, 131_072, 49_152),
    **_stage("ss", 7.5, 0.7, 1, 5),
    **_stage("shape_slat", 7.5, 0.5, 1, 3),
    **_stage("tex_slat", 1, 0, 0.9, 3),
    "decimation_target": Integer(10_000, 1_000_000, 500_000),
    "texture_size": OneOf(("1024", "2048", "4096"), "2048"),
    "remesh": Boolean(True),
    "remesh_band": Number(0, 16, 1),
    "remesh_project": Number(0, 1, 0),
    "uv_unwrap_angle_threshold_deg": Number(0, 180, 90),
    "uv_unwrap_refine_iterations": Integer(0, 1000, 0),
    "uv_unwrap_global_iterations": Integer(0, 1000, 1),
    "uv_unwrap_smooth_strength": Number(0, 1000, 1),
    "response_format": OneOf(("url", "b64_json"), "url"),
}
