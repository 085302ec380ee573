"""The occlusion rays of a poster: ΔE, SSIM and CPU time by their number, against eight times as many."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.rendering.difference import picture_difference
from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, require
from vitrine.gltf import read_glb
from vitrine.recipe import Recipe
from vitrine.render.pictures.render_poster import poster_camera
from vitrine.render.quality import FINAL_QUALITY, RenderQuality
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.repair.repair_model import repair
from vitrine.threads import thread_pool

RECIPE = Recipe()
ROUNDS = 3
REFERENCE = RenderQuality(dome_samples=48, key_samples=16)
COMPARED = (RenderQuality(dome_samples=12, key_samples=4), FINAL_QUALITY, RenderQuality(4, 1))


def run() -> None:
    """Measure, write the section, and pictures side by side: the reference, then those of fewer rays."""
    require(MODELS)
    pictures = Path(tempfile.mkdtemp(prefix="occlusion_rays_"))
    rows = [_row(path, pictures) for path in sorted(MODELS.glob("*.glb"))]
    print(f"pictures are in {pictures}")
    heads = [f"{each.dome_samples} + {each.key_samples}: ΔE" for each in COMPARED]
    write_section(
        "Occlusion rays of posters",
        "python -m benchmarks occlusion_rays",
        f"Images of {RECIPE.poster.size_px} px without the ground, by the rays to the dome and to the key "
        "light of each pixel of the occlusion buffer, which has half the size; "
        f"{FINAL_QUALITY.dome_samples} + {FINAL_QUALITY.key_samples} are those of posters. ΔE (CIE 1976: "
        "mean, and the 99th percentile) and SSIM are against an image with "
        f"{REFERENCE.dome_samples} + {REFERENCE.key_samples}. CPU time of the whole image on one thread, the "
        f"least of {ROUNDS} runs.\n\n"
        + table(("model", *(cell for head in heads for cell in (head, "SSIM", "CPU"))), rows),
    )


def _row(path: Path, pictures: Path) -> tuple[str, ...]:
    model, _ = repair(read_glb(path.read_bytes()), RECIPE.repair, None)
    scene = Scene(model)
    scene.prepare()
    reference, _ = _image(scene, REFERENCE)
    cells: list[str] = []
    images = [reference]
    for quality in COMPARED:
        image, cpu_s = _image(scene, quality)
        images.append(image)
        difference = picture_difference(reference, image)
        worst = np.percentile(difference.delta_e, 99)
        cells += [f"{difference.delta_e.mean():.2f}, {worst:.1f}", f"{difference.ssim:.4f}", f"{cpu_s:.2f} s"]
    Image.fromarray(np.hstack(images)).save(pictures / f"{path.stem}.png")
    return path.stem, *cells


def _image(scene: Scene, quality: RenderQuality) -> tuple[npt.NDArray[Any], float]:
    """The picture, and the least CPU time of a few runs."""
    camera = poster_camera(scene, RECIPE.poster)
    times = []
    with thread_pool(1):
        for _ in range(ROUNDS):
            start = time.process_time()
            image = render_image(scene, camera, RECIPE.poster.size_px, quality)
            times.append(time.process_time() - start)
    return image.rgba, min(times)
