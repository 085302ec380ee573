"""How well a model matches the photo it was made from."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter

from vitrine.arrays import Bools, Bytes, Floats
from vitrine.errors import PhotoError
from vitrine.models import Fidelity
from vitrine.render.camera import fit_camera
from vitrine.render.metrics.image_metrics import silhouette_iou
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.textures.color_space import LINEAR_OF_BYTE

SIZE_PX = 96
"""Side of the squares that are compared."""
GLANCE_PX, CANDIDATES = 48, 4
"""Side of those that are compared to find where to look closer, and at how many places."""
FOV_DEG = 25.0
PITCHES_DEG = (0.0, 15.0, 30.0)
STEP_DEG = 15.0
COLOUR_WEIGHT = 0.003
"""What a colour difference of 1 costs against an outline's IoU when the best yaw is chosen."""

FRONT_MARGIN, FRONT_DEG = 0.02, 10.0
"""Models mostly come back facing front: a view turned by 10° or more must be better by this to win."""


def match_photo(photo: bytes, scene: Scene) -> Fidelity:
    """Look for the photo's outline and colours around the model.

    All yaws in steps of 15° from three heights, small; then finer around the best. Raises `PhotoError` when
    the photo has no alpha channel to take an outline from, or an empty one.
    """
    subject = _subject(photo)
    small, large = _Target(subject, GLANCE_PX), _Target(subject, SIZE_PX)
    steps = np.arange(0, 360, STEP_DEG)
    glances = [small.match(scene, float(yaw), pitch, FOV_DEG) for pitch in PITCHES_DEG for yaw in steps]
    glances = sorted(glances, key=_worth, reverse=True)[:CANDIDATES]
    best = max((large.match(scene, g.yaw_deg, g.pitch_deg, g.fov_deg) for g in glances), key=_worth)
    for reach in (STEP_DEG / 2, STEP_DEG / 4, STEP_DEG / 8):
        lenses = [max(best.fov_deg + 2 * reach * i, 0) for i in (-1, 1)]
        seen = [large.match(scene, best.yaw_deg, best.pitch_deg, fov_deg) for fov_deg in lenses]
        best = max([best, *seen], key=_worth)
        around = [
            large.match(
                scene, best.yaw_deg + reach * i, min(max(best.pitch_deg + reach * j, -30), 60), best.fov_deg
            )
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if i or j
        ]
        best = max([best, *around], key=_worth)
    return best


class _Target:
    """What a view is compared with: the photo's subject at one size."""

    def __init__(self, subject: Image.Image, size_px: int) -> None:
        rgba = _squared(subject, size_px)
        self.size_px = size_px
        self.outline = rgba[..., 3] >= 128
        self.colours = self._blurred(rgba)

    def match(self, scene: Scene, yaw_deg: float, pitch_deg: float, fov_deg: float) -> Fidelity:
        camera = fit_camera(scene.hull, yaw_deg=yaw_deg, pitch_deg=pitch_deg, fov_deg=fov_deg, margin=0.0)
        rgba = render_image(scene, camera, self.size_px, METRIC_QUALITY).rgba
        shown = rgba[..., 3] >= 128
        return Fidelity(
            yaw_deg=(yaw_deg + 180) % 360 - 180,
            pitch_deg=pitch_deg,
            fov_deg=fov_deg,
            silhouette_iou=silhouette_iou(self.outline, shown),
            colour_delta_e=_apart(self.colours, self._blurred(rgba), self.outline & shown),
        )

    def _blurred(self, rgba: Bytes) -> Floats:
        return _blurred_lab(rgba, self.size_px // 32 * 3)


def _worth(fidelity: Fidelity) -> float:
    turned = min(abs(fidelity.yaw_deg) / FRONT_DEG, 1)
    return fidelity.silhouette_iou - COLOUR_WEIGHT * fidelity.colour_delta_e - FRONT_MARGIN * turned


def _subject(photo: bytes) -> Image.Image:
    """What the photo's alpha shows, cropped to it."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise PhotoError(f"a photo of {len(photo)} bytes cannot be read: {error}") from error
    alpha = picture.getchannel("A")
    if not alpha.point(lambda value: value < 255).getbbox():
        raise PhotoError("the photo has no alpha to take an outline from: cut its subject out first")
    box = alpha.point(lambda value: value >= 128).getbbox()
    if box is None:
        raise PhotoError("the photo's alpha is empty: there is no subject to compare with")
    return picture.crop(box)


def _squared(subject: Image.Image, size_px: int) -> Bytes:
    """The subject with its longest side scaled to `size_px`, centred, (n, n, 4)."""
    scale = size_px / max(subject.size)
    size = max(round(subject.width * scale), 1), max(round(subject.height * scale), 1)
    small = subject.resize(size, Image.Resampling.BOX)
    square = Image.new("RGBA", (size_px, size_px))
    square.paste(small, ((size_px - small.width) // 2, (size_px - small.height) // 2))
    return np.asarray(square)


def _blurred_lab(rgba: Bytes, window_px: int) -> Floats:
    """CIE L*a*b* (D65) of the colours around each pixel, (n, n, 3); what is not opaque does not count."""
    share = (rgba[..., 3:] >= 128).astype(np.float32)
    weight = uniform_filter(share, (window_px, window_px, 1))
    light = uniform_filter(LINEAR_OF_BYTE[rgba[..., :3]] * share, (window_px, window_px, 1)) / np.maximum(
        weight, 1e-6
    )
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = light @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lab = [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])]
    return np.stack(lab, axis=2)


def _apart(lab: Floats, other: Floats, where: Bools) -> float:
    if not where.any():
        return 100.0
    return float(np.linalg.norm((lab - other)[where], axis=1).mean())
