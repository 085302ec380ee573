"""The renderer beside three.js: each feature of glTF materials, in the same light.

`python -m benchmarks features` writes pictures side by side into a folder, Vitrine's on the left.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.rendering.difference import picture_difference
from benchmarks.rendering.feature_models import FEATURES
from benchmarks.rendering.three import ThreeRenderer, chromium, three_renderer
from benchmarks.report import table, write_section
from vitrine.gltf import read_glb, write_glb
from vitrine.render.camera import fit_camera
from vitrine.render.metrics.image_metrics import over_grey
from vitrine.render.not_judged import not_judged
from vitrine.render.quality import PREVIEW_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.repair.specular_glossiness import convert_specular_glossiness
from vitrine.textures.color_space import to_srgb, tone_map

SIZE_PX = 256
MIN_SSIM = 0.95
YAW_DEG, PITCH_DEG, FOV_DEG = 20.0, 15.0, 25.0


@dataclass(frozen=True)
class Comparison:
    """One feature, drawn by both."""

    feature: str
    ours: npt.NDArray[np.uint8]
    theirs: npt.NDArray[np.uint8]
    """(n, n, 4) sRGB, alpha not premultiplied"""
    ssim: float
    delta_e: float
    """Mean CIE 1976 difference over the pixels where either shows something"""
    not_judged: tuple[str, ...]
    """What Vitrine says that it does not draw"""

    @property
    def verdict(self) -> str:
        """`judged`, what certificates name as not judged, or `differs`."""
        if self.not_judged:
            return f"not judged: {', '.join(self.not_judged)}"
        return "judged" if self.ssim >= MIN_SSIM else "differs"


def compare_feature(three: ThreeRenderer, name: str, size_px: int = SIZE_PX) -> Comparison:
    """Render the model of a feature with both renderers."""
    glb = FEATURES[name]()
    model = read_glb(glb)
    camera = fit_camera(Scene(model).hull, yaw_deg=YAW_DEG, pitch_deg=PITCH_DEG, fov_deg=FOV_DEG, margin=0.04)
    ours = render_image(model, camera, size_px, PREVIEW_QUALITY).rgba
    if name == "specular-glossiness":  # which three.js no longer reads
        glb = write_glb(convert_specular_glossiness(model)[0])
    theirs = encode(three.render(glb, camera, size_px), tone_mapped=name != "unlit")
    apart = picture_difference(ours, theirs)
    delta_e = float(apart.delta_e.mean())
    return Comparison(name, ours, theirs, apart.ssim, delta_e, not_judged(model.materials))


def encode(light: npt.NDArray[np.float32], *, tone_mapped: bool = True) -> npt.NDArray[np.uint8]:
    """Return sRGB bytes with alpha not premultiplied, of linear premultiplied light (n, n, 4)."""
    alpha = light[..., 3:]
    rgb = light[..., :3] / np.maximum(alpha, np.float32(1e-4))
    rgb = np.where(alpha > 0, tone_map(rgb) if tone_mapped else rgb, 0)
    return np.dstack([to_srgb(rgb), np.rint(np.clip(alpha, 0, 1) * 255).astype(np.uint8)])


def main(arguments: list[str]) -> int:
    """Compare the features, write the pictures, and the section when all of them were compared."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks features", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="parts of names of features; all by default"
    )
    parser.add_argument("--to", type=Path, default=Path("features"), help="folder for the pictures")
    options = parser.parse_args(arguments)
    names = [name for name in FEATURES if not options.only or any(part in name for part in options.only)]
    options.to.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, three_renderer(browser) as three:
        compared = []
        for name in names:
            compared.append(compare_feature(three, name))
            _write_pair(options.to, compared[-1])
            print(f"{name:32} SSIM {compared[-1].ssim:.3f}  ΔE {compared[-1].delta_e:.2f}", flush=True)
    if three.errors:
        print("\n".join(three.errors))
    if not options.only:
        _write_report(compared)
    return 0


def _write_pair(folder: Path, compared: Comparison) -> None:
    pair = np.hstack([over_grey(compared.ours), over_grey(compared.theirs)])
    name = re.sub(r"[^a-z0-9]+", "-", compared.feature.lower()).strip("-")
    Image.fromarray(np.rint(pair).astype(np.uint8)).save(folder / f"{name}.png")


def _write_report(compared: list[Comparison]) -> None:
    rows = [
        (
            each.feature,
            f"{each.ssim:.3f}",
            f"{each.delta_e:.1f}",
            each.verdict,
        )
        for each in compared
    ]
    judged = sum(each.verdict == "judged" for each in compared)
    write_section(
        "The renderer beside three.js",
        "python -m benchmarks features",
        f"One model for each feature, {SIZE_PX} px wide, in the light of the studio, which three.js gets as "
        "an environment map. SSIM of luma and mean ΔE (CIE 1976) are over the pixels where either shows any. "
        f"{judged} of {len(compared)} reach SSIM {MIN_SSIM}; certificates name what is not judged.\n\n"
        + table(("feature", "SSIM", "ΔE", "verdict"), rows),
    )
