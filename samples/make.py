"""Render the sample photos and write their feeds: `python samples/make.py [FOLDER]`.

The products are modelled in code and rendered by `vitrine.render`, so nobody else has
rights in the photos, and they are equal on every machine. Three are cut out, three have a studio backdrop.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from samples.modelling import products  # noqa: E402
from samples.modelling.textures import Colour  # noqa: E402
from vitrine.gltf.model import Model  # noqa: E402
from vitrine.render.camera import fit_camera  # noqa: E402
from vitrine.render.quality import FINAL_QUALITY  # noqa: E402
from vitrine.render.render_image import render_image  # noqa: E402
from vitrine.render.scene import Scene  # noqa: E402
from vitrine.render.shading.ground_shadow import ground_shadow  # noqa: E402
from vitrine.render.shading.studio import Studio  # noqa: E402

SIZE_PX = 800


@dataclass(frozen=True)
class Sample:
    """One product, and the camera and backdrop of its photo."""

    id: str
    title: str
    category: str
    model: Callable[[], Model]
    photo: str
    yaw_deg: float
    pitch_deg: float
    backdrop: tuple[Colour, Colour] | None = None
    """Colours at the top and at the bottom; None for a cut-out photo."""
    dimensions: tuple[str, ...] = ("height",)
    """Dimensions in the feeds: one scales the model, the others are compared with it."""


SAMPLES = (
    Sample(
        "mug",
        "Stoneware mug, sea green",
        "kitchen",
        products.mug,
        "mug.jpg",
        20,
        18,
        ((214, 211, 206), (240, 238, 235)),
    ),
    Sample("vase", "Fluted vase, blue over ochre", "living", products.vase, "vase.webp", 0, 10),
    Sample("stool", "Oak stool", "furniture", products.stool, "stool.webp", 17, 16),
    Sample(
        "lamp",
        "Table lamp, brass and linen",
        "lighting",
        products.lamp,
        "lamp.jpg",
        0,
        9,
        ((172, 184, 192), (172, 184, 192)),
    ),
    Sample(
        "kettle",
        "Enamel kettle, red",
        "kitchen",
        products.kettle,
        "kettle.jpg",
        18,
        15,
        ((205, 214, 220), (236, 239, 241)),
        dimensions=("length", "width", "height"),
    ),
    Sample("radio", "Walnut table radio", "electronics", products.radio, "radio.webp", 22, 14),
)


def render_photo(sample: Sample, model: Model) -> bytes:
    """Render the photo of a sample; returns JPEG bytes with a backdrop, WebP bytes without."""
    scene = Scene(model)
    camera = fit_camera(
        scene.hull,
        yaw_deg=sample.yaw_deg,
        pitch_deg=sample.pitch_deg,
        fov_deg=22,
        margin=0.1 if sample.backdrop else 0.06,
    )
    rgba = render_image(scene, camera, SIZE_PX, FINAL_QUALITY).rgba
    file = io.BytesIO()
    if sample.backdrop is None:
        Image.fromarray(rgba).save(file, "WEBP", quality=88, method=4)
        return file.getvalue()
    shadow = ground_shadow(scene, camera, Studio.around(camera), SIZE_PX)
    top, bottom = (np.array(colour, float) for colour in sample.backdrop)
    down = np.linspace(0, 1, SIZE_PX)[:, None, None] ** 1.3
    # Paper reflects light into the shadow, so it is lighter than the renderer's shadow on a plain ground.
    paper = (top * (1 - down) + bottom * down) * (1 - 0.6 * shadow[..., None])
    alpha = rgba[..., 3:] / 255
    photo = np.round(rgba[..., :3] * alpha + paper * (1 - alpha)).astype(np.uint8)
    Image.fromarray(photo).save(file, "JPEG", quality=90, optimize=True)
    return file.getvalue()


def dimensions_cm(model: Model) -> dict[str, float]:
    """Length (depth), width and height of a model, in centimetres."""
    low, high = model.bounds
    width, height, length = (round(float(v) * 100, 1) for v in high - low)
    return {"length": length, "width": width, "height": height}


def make(folder: Path) -> None:
    """Write the six photos and both feeds."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "products.csv").open("w", encoding="utf-8", newline="") as table,
        (folder / "products.jsonl").open("w", encoding="utf-8") as lines,
    ):
        rows = csv.writer(table, lineterminator="\n")
        sides = ("length", "width", "height")
        rows.writerow(["id", "title", "photo", *sides, "unit"])
        for sample in SAMPLES:
            model = sample.model()
            size = {name: cm for name, cm in dimensions_cm(model).items() if name in sample.dimensions}
            (folder / sample.photo).write_bytes(render_photo(sample, model))
            rows.writerow(
                [sample.id, sample.title, sample.photo, *(size.get(side, "") for side in sides), "cm"]
            )
            product = {
                "id": sample.id,
                "title": sample.title,
                "images": [sample.photo],
                "dimensions": {**size, "unit": "cm"},
                "category": sample.category,
            }
            lines.write(json.dumps(product) + "\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
