"""The recipe: every default of a conversion, in one place.

Each part is handed whole to the step that uses it, so a step has one options argument and no default of
its own. `Recipe.load` reads TOML, YAML or JSON; an unknown field is an error that names it.
"""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, JsonValue, ValidationError, model_validator

from vitrine.errors import RecipeError
from vitrine.record import Record

Fraction = Annotated[float, Field(ge=0, le=1)]
Steps = Annotated[int, Field(ge=1, le=64)]
Guidance = Annotated[float, Field(ge=0, le=20)]
Rescale = Annotated[float, Field(ge=0, le=2)]
# rescale_t = 0 divides by zero inside the sampler: the model answers with NaN vertices.
RescaleT = Annotated[float, Field(gt=0, le=20)]


class PhotoOptions(Record):
    """How a photo is prepared, and what it must be before money is spent on it."""

    max_px: Annotated[int, Field(ge=256, le=4096)] = 1024
    """Longest side of the prepared square, in pixels; TRELLIS.2 reads no more than 1024."""
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.05
    """Empty border around the subject, as a fraction of the square's side."""
    remove_backdrop: bool = True
    """Cut the subject out of a plain studio backdrop; off, only a photo's own alpha counts."""
    min_subject_px: int = 256
    """Longest side of the subject in the original, in pixels; below it, an error."""
    warn_subject_px: int = 512
    """Below it, a warning: TRELLIS.2 first looks at 512 pixels."""
    min_sharpness: Fraction = 0.1
    """Share of local contrast that the steepest edges cross within a pixel, at 512 px; below, an error."""
    warn_sharpness: Fraction = 0.16
    """Below it, a warning."""
    min_coverage: Fraction = 0.01
    """Subject area as a fraction of the photo; below it, nothing is there."""
    min_clear_outline: Fraction = 0.85
    """Share of a cut outline that must stand out from the backdrop; below it, the backdrop is left alone."""
    max_pixels: Annotated[int, Field(ge=1, le=178_000_000)] = 89_000_000
    """A larger picture is refused unread: Pillow, too, takes more (1 GiB / 4 / 3 bytes) for an attack."""
    max_bytes: int = 50_000_000
    """A larger file is refused unread."""
    fetch_timeout_s: Annotated[float, Field(gt=0)] = 60.0
    """How long a photo's server may take, in seconds, from connecting to the last byte."""


class Generation(Record):
    """What the provider is asked for. `None` leaves a setting to the provider's own default."""

    resolution: Literal[512, 1024, 1536] = 1024
    decimation_target: Annotated[int, Field(ge=10_000, le=1_000_000)] = 500_000
    """Faces of the raw model."""
    texture_size: Literal[1024, 2048, 4096] = 2048
    remesh: bool = True
    remesh_band: int | None = None
    remesh_project: float | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    """Without one, EmpirioLabs gets a seed made from the photo and the attempt; Pixazo takes none."""
    pipeline_type: Literal["512", "1024_cascade", "1536_cascade"] | None = None
    preprocess_image: bool | None = None
    max_num_tokens: Annotated[int, Field(ge=1024, le=131_072)] | None = None
    ss_sampling_steps: Steps | None = None
    ss_guidance_strength: Guidance | None = None
    ss_guidance_rescale: Rescale | None = None
    ss_guidance_interval_start: Fraction | None = None
    ss_guidance_interval_end: Fraction | None = None
    ss_rescale_t: RescaleT | None = None
    shape_slat_sampling_steps: Steps | None = None
    shape_slat_guidance_strength: Guidance | None = None
    shape_slat_guidance_rescale: Rescale | None = None
    shape_slat_guidance_interval_start: Fraction | None = None
    shape_slat_guidance_interval_end: Fraction | None = None
    shape_slat_rescale_t: RescaleT | None = None
    tex_slat_sampling_steps: Steps | None = None
    tex_slat_guidance_strength: Guidance | None = None
    tex_slat_guidance_rescale: Rescale | None = None
    tex_slat_guidance_interval_start: Fraction | None = None
    tex_slat_guidance_interval_end: Fraction | None = None
    tex_slat_rescale_t: RescaleT | None = None
    uv_unwrap_angle_threshold_deg: float | None = None
    uv_unwrap_refine_iterations: int | None = None
    uv_unwrap_global_iterations: int | None = None
    uv_unwrap_smooth_strength: float | None = None
    response_format: Literal["url", "b64_json"] | None = None
    """How EmpirioLabs hands the model over: a signed link, or base64 inside the answer."""
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    """Fields passed through as they are, for providers that take more than they document."""

    @model_validator(mode="after")
    def _intervals_are_ordered(self) -> Generation:
        for stage in ("ss", "shape_slat", "tex_slat"):
            start = getattr(self, f"{stage}_guidance_interval_start")
            end = getattr(self, f"{stage}_guidance_interval_end")
            if start is not None and end is not None and start > end:
                where = f"{stage}_guidance_interval"
                raise ValueError(f"{where}_start {start} is after {where}_end {end}: the photo is ignored")
        return self


class Level(Record):
    """One level of detail: how many triangles at most, and how large its textures are.

    With a target the level has the fewest triangles that meet it; for `max_bytes`, the most that fit.
    """

    triangles: Annotated[int, Field(ge=4)]
    texture_px: Annotated[int, Field(ge=16, le=8192)]
    max_error_m: Annotated[float, Field(gt=0)] | None = None
    """How far its surface may lie from the source, in metres, as meshoptimizer estimates it."""
    min_ssim: Annotated[float, Field(gt=0, lt=1)] | None = None
    """How like the source it must look: mean over twelve views at the size the level is meant for."""
    max_bytes: Annotated[int, Field(ge=1000)] | None = None
    """Size of its file; textures shrink only when no mesh is small enough."""


class RepairOptions(Record):
    """What counts as dirt in a raw model."""

    small_part_extent: Fraction = 0.015
    """A loose part below this fraction of the model's diagonal, and of its triangles, is removed."""
    dimension_tolerance: Fraction = 0.03
    """How far the model's proportions may be from the catalogue's (Khronos 3D Commerce: 3 %)."""
    transparent: bool = False
    """The product is see-through in places: its texture's alpha is taken seriously."""
    face_front: bool = True
    """Turn a model whose side or back is what the photo shows, by quarter turns, so that it faces +Z."""


class WebOptions(Record):
    """The web flavour: meshopt compression, quantized attributes, WebP."""

    compression: Literal["meshopt", "draco"] = "meshopt"
    """Draco needs the DracoPy package; model-viewer then fetches a decoder of its own."""
    texture_format: Literal["webp", "ktx2"] = "webp"
    """KTX2 needs the basisu program on PATH."""
    webp_quality: Annotated[int, Field(ge=1, le=100)] = 82
    webp_min_ssim: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Instead of a fixed quality, the lowest for each texture that is as like its original as this: 0.97
    makes files as large as quality 82 does, all textures equally good, in three times the time."""
    webp_method: Annotated[int, Field(ge=0, le=6)] = 2
    """How hard libwebp tries, 0 (fast) to 6 (small); 4 takes twice as long as 2 and saves 3 %."""
    position_bits: Annotated[int, Field(ge=8, le=16)] = 14
    """Grid steps along the longest side, as a power of two: 14 bits are 0.06 mm on one metre."""
    normal_bits: Annotated[int, Field(ge=4, le=16)] = 8
    uv_bits: Annotated[int, Field(ge=8, le=16)] = 13
    """Grid steps across the texture, as a power of two: 13 bits are a quarter of a texel of 2048."""
    rebake: bool = True
    """Give a low level new UVs and baked textures where seams keep it above its target or spoil its shape."""


class ArOptions(Record):
    """The ar flavour: core glTF 2.0 only, within the Khronos 3D Commerce baseline."""

    triangles: Annotated[int, Field(ge=4)] = 100_000
    texture_px: Annotated[int, Field(ge=16, le=4096)] = 2048
    size_bytes: int = 5_000_000
    jpeg_quality: Annotated[int, Field(ge=1, le=100)] = 88


class CertifyOptions(Record):
    """What a level of detail must keep of its source; one that misses is built anew, one step larger."""

    enabled: bool = True
    min_silhouette_iou: Fraction = 0.95
    """Of the worst of twelve views."""
    min_ssim: Fraction = 0.8
    """Mean over the views."""
    max_rms_percent: Annotated[float, Field(gt=0)] = 0.5
    """From the source's surface to the level's, in percent of the bounding box's diagonal."""
    step: Annotated[float, Field(gt=1, le=10)] = 1.5
    """How many times as many triangles the next try has."""


class FidelityOptions(Record):
    """What a model must keep of the photo it was bought from; one that does not is held for review.

    Measured on 22 photos: models made from them reach an outline of 0.94 and more, and colours of 7.5 and
    less; of the 462 pairs of a photo with another's model, 461 miss a limit (`benchmarks/photo_match.py`).
    """

    enabled: bool = True
    min_silhouette_iou: Fraction = 0.85
    """Outline of the best view against the photo's: common area over joint area."""
    max_colour_delta_e: Annotated[float, Field(gt=0)] = 20.0
    """Mean CIE 1976 difference of blurred colours; wide, since a model is lit unlike its photo."""


class PosterOptions(Record):
    """The still picture shown before the model has loaded."""

    size_px: Annotated[int, Field(ge=64, le=4096)] = 1024
    ground: Literal["transparent", "white"] = "transparent"
    yaw_deg: float = 25.0
    """0 shows the front (+Z), 90 the side at +X."""
    pitch_deg: Annotated[float, Field(ge=-89, le=89)] = 15.0
    """How far above the horizon the camera stands."""
    fov_deg: Annotated[float, Field(ge=0, le=90)] = 22.0
    """Angle of view; 22 is an 85 mm lens, usual for products, and 0 is orthographic."""
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.07
    """Free border on each side, as a fraction of the picture."""
    format: Literal["webp", "png", "both"] = "webp"
    """PNG is for shops that take no WebP: about ten times as large; it costs another 0.1 s."""
    quality: Annotated[int, Field(ge=1, le=100)] = 88
    """Of the WebP's colours; its alpha is lossless."""


class TurntableOptions(Record):
    """The product turning once around, as an animated WebP."""

    enabled: bool = False
    """Off, as it takes 4 to 6 s of one core: twice as long as a poster."""
    size_px: Annotated[int, Field(ge=64, le=2048)] = 480
    frames: Annotated[int, Field(ge=2, le=360)] = 24
    turn_s: Annotated[float, Field(gt=0, le=60)] = 3.0
    """Time of one turn."""
    ground: Literal["transparent", "white"] = "white"
    yaw_deg: float = 25.0
    """Of the first frame; 0 shows the front (+Z)."""
    pitch_deg: Annotated[float, Field(ge=-89, le=89)] = 15.0
    fov_deg: Annotated[float, Field(ge=0, le=90)] = 22.0
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.05
    quality: Annotated[int, Field(ge=1, le=100)] = 75


class Recipe(Record):
    """Everything that decides how a product is converted."""

    mode: Literal["final", "draft-then-final"] = "final"
    """With a draft, a model at 512 is bought first (same seed, EmpirioLabs: $0.025), shown and judged; the
    final is bought when the photo has no warning and the draft no error."""
    photo: PhotoOptions = PhotoOptions()
    generation: Generation = Generation()
    deadline_s: Annotated[float, Field(gt=0)] = 1800.0
    """How long a run waits for a paid job before it leaves it to the next run."""
    repair: RepairOptions = RepairOptions()
    ladder: tuple[Level, ...] = (
        Level(triangles=100_000, texture_px=2048),
        Level(triangles=40_000, texture_px=1024),
        Level(triangles=10_000, texture_px=512),
        Level(triangles=2_500, texture_px=256),
    )
    web: WebOptions = WebOptions()
    ar: ArOptions = ArOptions()
    certify: CertifyOptions = CertifyOptions()
    fidelity: FidelityOptions = FidelityOptions()
    poster: PosterOptions = PosterOptions()
    turntable: TurntableOptions = TurntableOptions()

    @model_validator(mode="after")
    def _ladder_descends(self) -> Recipe:
        counts = [level.triangles for level in self.ladder]
        if not counts:
            raise ValueError("ladder is empty: name at least one level")
        if any(b >= a for a, b in itertools.pairwise(counts)):
            raise ValueError(f"ladder must descend, triangles are {counts}")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe from a `.toml`, `.yaml`/`.yml` or `.json` file.

        Raises `RecipeError` naming the file and every field that is unknown or out of range.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
            match path.suffix.lower():
                case ".toml":
                    data = tomllib.loads(text)
                case ".yaml" | ".yml":
                    data = yaml.safe_load(text) or {}
                case ".json":
                    data = json.loads(text)
                case other:
                    raise RecipeError(
                        f"{path}: a recipe is .toml, .yaml or .json, not {other or 'without suffix'}"
                    )
        except OSError as error:
            raise RecipeError(f"{path}: {error.strerror or error}") from error
        except (ValueError, yaml.YAMLError) as error:
            raise RecipeError(f"{path}: not readable as {path.suffix}: {error}") from error
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            lines = [f"{'.'.join(map(str, e['loc'])) or 'recipe'}: {e['msg']}" for e in error.errors()]
            raise RecipeError(f"{path}: " + "; ".join(lines)) from error
