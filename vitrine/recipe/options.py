"""The options of each step, with their defaults."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from vitrine.defaults import FeedRole
from vitrine.recipe.limits import PhotoLimits
from vitrine.record import Record

Fraction = Annotated[float, Field(ge=0, le=1)]
Steps = Annotated[int, Field(ge=1, le=64)]
Guidance = Annotated[float, Field(ge=0, le=20)]
Rescale = Annotated[float, Field(ge=0, le=2)]
# rescale_t = 0 divides by zero inside the sampler: the model answers with NaN vertices.
RescaleT = Annotated[float, Field(gt=0, le=20)]


class FeedOptions(Record):
    """How a feed is read; by default its content decides."""

    map: dict[FeedRole, str | tuple[str, ...]] = Field(default_factory=dict)
    """Which column or field is which, where its name does not say so: `{photo = "Bild 1"}`; several photos:
    `{photo = ["Bild 1", "Bild 2"]}`."""
    unit: Literal["mm", "cm", "m", "in", "ft"] | None = None
    """Unit of sizes that have none; without one, they are in metres."""
    photos_tried: Annotated[int, Field(ge=1, le=20)] = 4
    """How many photos of a product are checked until one has no warning."""
    share_similar: bool = True
    """Buy one model for products whose photos look the same, in all but how they were saved."""


DEFAULT_FEED = FeedOptions()


class PhotoOptions(PhotoLimits):
    """How a photo is prepared, and the limits that it must meet before money is spent on it."""

    max_px: Annotated[int, Field(ge=256, le=4096)] = 1024
    """Longest side of the prepared square, in pixels; TRELLIS.2 reads no more than 1024."""
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.05
    """Empty border around the subject, as a fraction of the square's side."""
    remove_backdrop: bool = True
    """Cut the product out of its backdrop; off, only the photo's own alpha is used."""
    matte_model: str = ""
    """The model that cuts products out where no backdrop is plain: the path of an .onnx file, the name of
    a model in rembg's folder (U2NET_HOME), "" for the small one that comes along, or "off"."""
    min_matte_agreement: Fraction = 0.9
    """Least agreement (IoU) of a learned matte's methods; below it, the provider removes the backdrop."""
    max_matte_doubt: Annotated[float, Field(ge=0)] = 0.08
    """Largest area of which the learned matte is not sure, as a share of the subject; above it, the same."""
    min_subject_px: int = 256
    """Longest side of the subject in the original, in pixels; below it, an error."""
    warn_subject_px: int = 512
    """Below it, a warning: TRELLIS.2 first looks at 512 pixels."""
    min_sharpness: Fraction = 0.1
    """Share of the local contrast that the steepest edges cross within a pixel at 512 px; below, an error."""
    warn_sharpness: Fraction = 0.16
    """Below it, a warning."""
    min_coverage: Fraction = 0.01
    """Least area of the subject, as a fraction of the photo."""
    min_clear_outline: Fraction = 0.85
    """Least share of the outline that stands out from the backdrop; below it, the provider removes it."""
    max_lost_outline: Annotated[float, Field(ge=0)] = 1.0
    """Largest length of an unclear outline that cuts into the subject, in multiples of its longer side."""
    accept: tuple[str, ...] = ()
    """Codes of errors that do not stop a photo, such as SEVERAL_SUBJECTS for a set: they become warnings."""

    def identity(self) -> dict[str, JsonValue]:
        """Return the options that a purchase is known by: those that are not the defaults.

        Those of the learned matte are none of them: a better matte must not buy a model again.
        """
        matte = {"matte_model", "min_matte_agreement", "max_matte_doubt"}
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"accept", *matte})


class Generation(Record):
    """The settings of a generation; `None` leaves one to the provider's default."""

    resolution: Literal[512, 1024, 1536] = 1024
    decimation_target: Annotated[int, Field(ge=10_000, le=1_000_000)] = 500_000
    """Faces of the raw model."""
    texture_size: Literal[1024, 2048, 4096] = 2048
    remesh: bool = True
    remesh_band: int | None = None
    remesh_project: float | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    """By default EmpirioLabs gets a seed derived from the photo and the attempt; Pixazo takes none."""
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
    """How EmpirioLabs returns the model: a signed URL, or base64 in the response."""
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request, for providers that take more than they document."""

    @model_validator(mode="after")
    def _intervals_are_ordered(self) -> Generation:
        for stage in ("ss", "shape_slat", "tex_slat"):
            start = getattr(self, f"{stage}_guidance_interval_start")
            end = getattr(self, f"{stage}_guidance_interval_end")
            if start is not None and end is not None and start > end:
                name = f"{stage}_guidance_interval"
                raise ValueError(f"{name}_start {start} is after {name}_end {end}: the photo is ignored")
        return self


class Level(Record):
    """One level of detail: its most triangles, and the size of its textures.

    With `max_error_m` or `min_ssim` the level has as few triangles as meet the target; with `max_bytes`, as
    many as fit.
    """

    triangles: Annotated[int, Field(ge=4)]
    texture_px: Annotated[int, Field(ge=16, le=8192)]
    max_error_m: Annotated[float, Field(gt=0)] | None = None
    """Largest distance of its surface from the source, in metres, as meshoptimizer estimates it."""
    min_ssim: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Least SSIM against the source: mean over twelve viewpoints at the level's display size."""
    max_bytes: Annotated[int, Field(ge=1000)] | None = None
    """Largest size of its file; textures get smaller only when no mesh is small enough."""


class RepairOptions(Record):
    """What repair removes, changes and checks in a raw model."""

    small_part_extent: Fraction = 0.015
    """A loose part below this fraction of the model's diagonal, and of its triangles, is removed."""
    dimension_tolerance: Fraction = 0.03
    """Largest difference of the model's proportions from the catalogue's (Khronos 3D Commerce: 3 %)."""
    transparent: bool = False
    """The product is translucent in places: the alpha of its textures is used."""
    face_front: bool = True
    """Rotate the model by multiples of 90° about +Y so that the side that the photo shows faces +Z."""
    quarters: Annotated[int, Field(ge=0, le=3)] = 0
    """Quarter turns about +Y after that: what faced +X then faces +Z with 1, what faced -Z with 2."""


class WebOptions(Record):
    """The files for the web: meshopt compression, quantized attributes, WebP."""

    compression: Literal["meshopt", "draco"] = "meshopt"
    """Draco needs the package DracoPy; model-viewer then loads a decoder of its own."""
    texture_format: Literal["webp", "ktx2"] = "webp"
    """KTX2 needs the basisu program on PATH."""
    webp_quality: Annotated[int, Field(ge=1, le=100)] = 82
    webp_min_ssim: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Least SSIM of a texture, instead of a fixed quality: the lowest quality that reaches it is chosen.
    With 0.97 files are as large as with quality 82, and all textures equally good; it takes 3 × as long."""
    webp_method: Annotated[int, Field(ge=0, le=6)] = 2
    """Effort of libwebp, 0 (fast) to 6 (small); 4 takes twice as long as 2 and saves 3 %."""
    position_bits: Annotated[int, Field(ge=8, le=16)] = 14
    """Bits of a quantized coordinate along the longest side: 14 bits are 0.06 mm on one metre."""
    normal_bits: Annotated[int, Field(ge=4, le=16)] = 8
    uv_bits: Annotated[int, Field(ge=8, le=16)] = 13
    """Bits of a quantized texture coordinate: 13 bits are a quarter of a texel at 2048 px."""
    rebake: bool = True
    """Give a low level new UVs and baked textures where UV seams keep it too large or distort it."""


class ArOptions(Record):
    """The AR file: core glTF 2.0 only, within the Khronos 3D Commerce baseline."""

    triangles: Annotated[int, Field(ge=4)] = 100_000
    texture_px: Annotated[int, Field(ge=16, le=4096)] = 2048
    size_bytes: int = 5_000_000
    jpeg_quality: Annotated[int, Field(ge=1, le=100)] = 88


class UsdzOptions(Record):
    """The file for AR Quick Look on iPhone and iPad, made of the AR file."""

    enabled: bool = True


class CertifyOptions(Record):
    """Limits of a level of detail against its source; one that misses is built again with more triangles."""

    enabled: bool = True
    min_silhouette_iou: Fraction = 0.95
    """Of the worst of twelve viewpoints."""
    min_ssim: Fraction = 0.8
    """Mean over the viewpoints."""
    max_rms_percent: Annotated[float, Field(gt=0)] = 0.5
    """From the source's surface to the level's, in percent of the bounding box's diagonal."""
    step: Annotated[float, Field(gt=1, le=10)] = 1.5
    """Factor of the number of triangles for the second attempt."""


ReviewMode = Literal["never", "on-findings", "always"]
"""Which finished products wait for a person."""


class FidelityOptions(Record):
    """Limits of a model against the photo it was made from; one that misses is held for review.

    Measured on 22 photos: their own models have a silhouette IoU of at least 0.94 and a colour difference of
    at most 7.5; of 462 pairs of a photo with another's model, 461 miss a limit (`benchmarks/photo_match.py`).
    """

    enabled: bool = True
    min_silhouette_iou: Fraction = 0.85
    """Intersection over union of the photo's silhouette and the model's from the best viewpoint."""
    max_colour_delta_e: Annotated[float, Field(gt=0)] = 20.0
    """Mean CIE 1976 difference of blurred colours; generous, as model and photo differ in lighting."""
    hold_unknown: bool = True
    """Hold a model, too, whose photo has no outline to compare it with; off, it is published unjudged."""


class PosterOptions(Record):
    """The image that is shown before the model has loaded."""

    size_px: Annotated[int, Field(ge=64, le=4096)] = 1024
    ground: Literal["transparent", "white"] = "transparent"
    yaw_deg: float = 25.0
    """0 shows the front (+Z), 90 the side at +X."""
    pitch_deg: Annotated[float, Field(ge=-89, le=89)] = 15.0
    """Elevation of the camera."""
    fov_deg: Annotated[float, Field(ge=0, le=90)] = 22.0
    """Field of view; 22 is an 85 mm lens, usual for products, and 0 is orthographic."""
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.07
    """Empty border on each side, as a fraction of the image."""
    format: Literal["webp", "png", "both"] = "webp"
    """PNG is for shops that take no WebP: about ten times as large, and another 0.1 s."""
    quality: Annotated[int, Field(ge=1, le=100)] = 88
    """Quality of the WebP's colours; its alpha is lossless."""


class TurntableOptions(Record):
    """The model in one full rotation, as an animated WebP."""

    enabled: bool = False
    """Off by default, as it takes 4 to 6 s of one core: twice as long as a poster."""
    size_px: Annotated[int, Field(ge=64, le=2048)] = 480
    frames: Annotated[int, Field(ge=2, le=360)] = 24
    turn_s: Annotated[float, Field(gt=0, le=60)] = 3.0
    """Duration of one rotation."""
    ground: Literal["transparent", "white"] = "white"
    yaw_deg: float = 25.0
    """Yaw of the first frame; 0 shows the front (+Z)."""
    pitch_deg: Annotated[float, Field(ge=-89, le=89)] = 15.0
    fov_deg: Annotated[float, Field(ge=0, le=90)] = 22.0
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.05
    quality: Annotated[int, Field(ge=1, le=100)] = 75
