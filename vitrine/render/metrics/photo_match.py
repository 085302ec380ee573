"""Find the viewpoint from which a model matches the photo it was made from, and measure the match."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vitrine.arrays import Bools, Bytes, Floats
from vitrine.errors import PhotoError
from vitrine.models import Fidelity
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.metrics.image_metrics import silhouette_iou
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import render_image, render_mask
from vitrine.render.scene import Scene
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.threads import scipy_module

SIZE_PX = 96
"""Width of the images that are compared"""
COARSE_PX, CANDIDATES = 48, 4
"""Width of the images of the coarse search, and how many of its best viewpoints are refined"""
FOV_DEG = 25.0
PITCHES_DEG = (0.0, 15.0, 30.0)
STEP_DEG = 15.0
COLOUR_WEIGHT = 0.003
"""Silhouette IoU that a colour difference of 1 ΔE outweighs"""
FRONT_MARGIN, FRONT_DEG = 0.02, 10.0
"""Generated models mostly face the front: a viewpoint `FRONT_DEG` away from it must be better by this."""
MAX_DELTA_E = 100.0
View = tuple[float, float, float]
"""Yaw, pitch and field of view of a camera, in degrees"""


def match_photo(photo: bytes, scene: Scene) -> Fidelity:
    """Search for the viewpoint whose silhouette and colours are closest to a photo's.

    All yaws in steps of 15° at three pitches are compared at a small size; the best are refined.

    Parameters
    ----------
    photo : bytes
        An encoded image with an alpha channel around its subject

    Raises
    ------
    PhotoError
        When the photo has no alpha channel to take a silhouette from, or an empty one.
    """
    subject = _subject(photo)
    coarse, fine = _Target(subject, COARSE_PX, scene), _Target(subject, SIZE_PX, scene)
    yaws = np.arange(0, 360, STEP_DEG)
    views = [(float(yaw), pitch, FOV_DEG) for pitch in PITCHES_DEG for yaw in yaws]
    candidates = [(m.yaw_deg, m.pitch_deg, m.fov_deg) for m in coarse.best_of(views, CANDIDATES)]
    [best] = fine.best_of(candidates, 1)
    for step_deg in (STEP_DEG / 2, STEP_DEG / 4, STEP_DEG / 8):
        fovs_deg = [max(best.fov_deg + 2 * step_deg * i, 0) for i in (-1, 1)]
        [best] = fine.best_of([(best.yaw_deg, best.pitch_deg, fov_deg) for fov_deg in fovs_deg], 1, best)
        neighbors = [
            (
                best.yaw_deg + step_deg * i,
                min(max(best.pitch_deg + step_deg * j, -30), 60),
                best.fov_deg,
            )
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if i or j
        ]
        [best] = fine.best_of(neighbors, 1, best)
    return best


class _Target:
    """The photo's subject at one size, to compare rendered images of a model with."""

    def __init__(self, subject: Image.Image, size_px: int, scene: Scene) -> None:
        rgba = _fit_square(subject, size_px)
        self.scene, self.size_px = scene, size_px
        self.mask = rgba[..., 3] >= 128
        self.lab = self._blurred_lab(rgba)

    def best_of(self, views: Sequence[View], count: int, known: Fidelity | None = None) -> list[Fidelity]:
        """Return the `count` best matches, best first, of those of `views` and a `known` one.

        Colours can only lower the score of an outline: viewpoints whose outline alone is worse than enough
        matches are not shaded.
        """
        bounds = [self._outline_score(view) for view in views]
        found = [] if known is None else [(_score(known), 1, known)]
        for number in sorted(range(len(views)), key=lambda number: -bounds[number]):
            if len(found) >= count and bounds[number] < found[count - 1][0]:
                break
            match = self._match(views[number])
            found = sorted([*found, (_score(match), -number, match)], reverse=True)  # of equals, the first
        return [match for _, _, match in found[:count]]

    def _outline_score(self, view: View) -> float:
        """The score of a viewpoint if its colours were right; of a model with alpha 1, the best there is."""
        if not self.scene.is_opaque:
            return 1.0
        mask = render_mask(self.scene, self._camera(view), self.size_px)
        return _score_of(view[0], silhouette_iou(self.mask, mask), 0.0)

    def _match(self, view: View) -> Fidelity:
        """Render the model from a viewpoint, and compare it with the photo."""
        yaw_deg, pitch_deg, fov_deg = view
        image = render_image(self.scene, self._camera(view), self.size_px, METRIC_QUALITY)
        rgba, mask = image.rgba, image.mask
        return Fidelity(
            yaw_deg=_wrapped(yaw_deg),
            pitch_deg=pitch_deg,
            fov_deg=fov_deg,
            silhouette_iou=silhouette_iou(self.mask, mask),
            colour_delta_e=_mean_delta_e(self.lab, self._blurred_lab(rgba), self.mask & mask),
        )

    def _camera(self, view: View) -> Camera:
        yaw_deg, pitch_deg, fov_deg = view
        return fit_camera(self.scene.hull, yaw_deg=yaw_deg, pitch_deg=pitch_deg, fov_deg=fov_deg, margin=0.0)

    def _blurred_lab(self, rgba: Bytes) -> Floats:
        return _blurred_lab(rgba, self.size_px // 32 * 3)


def _score(match: Fidelity) -> float:
    return _score_of(match.yaw_deg, match.silhouette_iou, match.colour_delta_e)


def _score_of(yaw_deg: float, iou: float, delta_e: float) -> float:
    from_front = min(abs(_wrapped(yaw_deg)) / FRONT_DEG, 1)
    return iou - COLOUR_WEIGHT * delta_e - FRONT_MARGIN * from_front


def _wrapped(yaw_deg: float) -> float:
    """The same yaw from -180° to 180°."""
    return (yaw_deg + 180) % 360 - 180


def _subject(photo: bytes) -> Image.Image:
    """The photo as RGBA, cropped to where it is opaque."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            image = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise PhotoError(f"a photo of {len(photo)} bytes cannot be read: {error}") from error
    alpha = image.getchannel("A")
    if not alpha.point(lambda value: value < 255).getbbox():
        raise PhotoError("the photo has no alpha to take an outline from: cut its subject out first")
    box = alpha.point(lambda value: value >= 128).getbbox()
    if box is None:
        raise PhotoError("the photo's alpha is empty: there is no subject to compare with")
    return image.crop(box)


def _fit_square(subject: Image.Image, size_px: int) -> Bytes:
    """The subject centred with its longest side at `size_px`, (n, n, 4) uint8."""
    scale = size_px / max(subject.size)
    size = max(round(subject.width * scale), 1), max(round(subject.height * scale), 1)
    small = subject.resize(size, Image.Resampling.BOX)
    square = Image.new("RGBA", (size_px, size_px))
    square.paste(small, ((size_px - small.width) // 2, (size_px - small.height) // 2))
    return np.asarray(square)


def _blurred_lab(rgba: Bytes, window_px: int) -> Floats:
    """CIE L*a*b* (D65) of the mean light around each pixel, (n, n, 3), without pixels below half alpha."""
    uniform_filter = scipy_module("ndimage").uniform_filter
    opaque = (rgba[..., 3:] >= 128).astype(np.float32)
    window = (window_px, window_px, 1)
    weight = np.maximum(uniform_filter(opaque, window), 1e-6)
    light = uniform_filter(LINEAR_OF_BYTE[rgba[..., :3]] * opaque, window) / weight
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = light @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lab = [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])]
    return np.stack(lab, axis=2)


def _mean_delta_e(lab: Floats, other: Floats, mask: Bools) -> float:
    """Mean CIE 1976 colour difference of (h, w, 3) over a mask (h, w); `MAX_DELTA_E` when it is empty."""
    if not mask.any():
        return MAX_DELTA_E
    return float(np.linalg.norm((lab - other)[mask], axis=1).mean())
