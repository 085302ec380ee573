"""Files that Vitrine writes look the same in three.js in Chromium as in Vitrine's own renderer."""

from __future__ import annotations

import base64
import io
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from vitrine.gltf import Model, read_glb, write_glb
from vitrine.lods.build_ar import build_ar
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import ArOptions, Level, WebOptions
from vitrine.render.camera import Camera
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.render_image import render_image

NODE_MODULES = Path(__file__).resolve().parents[2] / "web" / "node_modules"
SIZE_PX = 512

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (NODE_MODULES / "three").is_dir(), reason="no three.js (`make setup` brings it)"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def render_three(browse: Any, tmp_path: Path) -> Iterator[Callable[..., npt.NDArray[np.uint8]]]:
    """`render_three(name, glb, camera)` renders a GLB with three.js: (SIZE_PX, SIZE_PX, 4) uint8.

    With `lit`, a directional light shines from above the camera.
    """
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    shutil.copy(Path(__file__).parent / "three_page.html", tmp_path / "index.html")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    page = browse(f"http://127.0.0.1:{server.server_port}/index.html")
    browse.until(page, "typeof window.renderModel === 'function'")

    def render(name: str, glb: bytes, camera: Camera, *, lit: bool = False) -> npt.NDArray[np.uint8]:
        (tmp_path / f"{name}.glb").write_bytes(glb)
        view = {key: getattr(camera, key).tolist() for key in ("right", "up", "eye")}
        view |= {"back": (-camera.forward).tolist(), "halfHeight": camera.half_height_m}
        view["light"] = (camera.up - camera.forward).tolist() if lit else None
        url = page.evaluate("([...given]) => window.renderModel(...given)", [f"/{name}.glb", view, SIZE_PX])
        png = base64.b64decode(url.partition(",")[2])
        if folder := os.environ.get("VITRINE_SCREENSHOTS"):
            (Path(folder) / f"three-{name}.png").write_bytes(png)
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))

    yield render
    assert browse.errors == []
    server.shutdown()
    server.server_close()


def compare(rendering: npt.NDArray[np.uint8], model: Model, camera: Camera) -> tuple[float, float]:
    """Silhouette IoU of three.js's image with Vitrine's, and the mean difference of chromaticity, 0…1."""
    ours = render_image(model, camera, SIZE_PX)
    theirs = rendering[..., 3] > 127
    iou = (theirs & ours.mask).sum() / (theirs | ours.mask).sum()
    both = theirs & ours.mask
    a, b = (p[both][:, :3].astype(float) for p in (rendering, ours.rgba))
    chroma = [p / np.maximum(p.sum(axis=1, keepdims=True), 1) for p in (a, b)]
    return float(iou), float(np.abs(chroma[0] - chroma[1]).mean())


def test_every_level_and_the_ar_file_of_a_real_model(shared_models: Path, render_three: Any) -> None:
    glb = (shared_models / "backpack_150k.glb").read_bytes()
    ladder = (Level(triangles=40_000, texture_px=1024), Level(triangles=2_500, texture_px=256))
    files = [*build_lods(glb, ladder, WebOptions()), build_ar(glb, ArOptions())]
    for number, file in enumerate(files):
        model = read_glb(file.data)
        for camera in (twelve_viewpoints(*model.bounds)[0], twelve_viewpoints(*model.bounds)[5]):
            iou, hue = compare(render_three(f"{file.role}-{number}", file.data, camera), model, camera)
            assert iou >= 0.98, file.role
            assert hue < 0.03, file.role


def test_normal_maps_tangents_and_vertex_colours(shared_models: Path, render_three: Any) -> None:
    for name in ("modern_sofa", "modern_armchair", "mechanical_keyboard"):
        glb = (shared_models / f"{name}.glb").read_bytes()
        (file,) = build_lods(glb, (Level(triangles=100_000, texture_px=512),), WebOptions())
        model = read_glb(file.data)
        camera = twelve_viewpoints(*model.bounds)[4]
        iou, _ = compare(render_three(name, file.data, camera), model, camera)
        assert iou >= 0.98, name


def test_rebaked_levels_shade_like_their_source(shared_models: Path, render_three: Any) -> None:
    glb = (shared_models / "boots_500k.glb").read_bytes()
    (file,) = build_lods(glb, (Level(triangles=600, texture_px=256),), WebOptions())
    assert "LOD_REBAKED" in {finding.code for finding in file.findings}
    model = read_glb(file.data)
    flat = replace(
        model,
        meshes=tuple(replace(mesh, tangents=None) for mesh in model.meshes),
        materials=tuple(replace(material, normal=None) for material in model.materials),
    )
    for view in (4, 7):
        camera = twelve_viewpoints(*model.bounds)[view]
        files = {"source": glb, "new": file.data, "flat": write_glb(flat)}
        images = [render_three(f"{name}-{view}", data, camera, lit=True) for name, data in files.items()]
        inside = np.all([rendering[..., 3] > 127 for rendering in images], axis=0)
        source, new, bare = (rendering[inside].astype(float) for rendering in images)
        # With a flipped or mirrored normal map the difference would be larger than without one.
        assert np.abs(source - new).mean() < 0.8 * np.abs(source - bare).mean()


def test_compressed_and_plain_files_render_the_same(globe: Model, render_three: Any) -> None:
    plain = write_glb(globe)
    (file,) = build_lods(plain, (Level(triangles=100_000, texture_px=256),), WebOptions(webp_quality=100))
    camera = twelve_viewpoints(*globe.bounds)[4]
    a, b = (
        render_three(name, data, camera).astype(float)
        for name, data in (("plain", plain), ("web", file.data))
    )
    assert np.abs(a - b).mean() < 1


VARIANTS = {
    "meshopt": {},
    "draco": {"compression": "draco"},
    "ktx2": {"texture_format": "ktx2"},
    "draco-ktx2": {"compression": "draco", "texture_format": "ktx2"},
    "fine": {"position_bits": 16, "normal_bits": 16, "uv_bits": 16},
}


@pytest.mark.usefixtures("basisu")
def test_variants_of_a_real_model_render_the_same(shared_models: Path, render_three: Any) -> None:
    """Every compression, compared with Vitrine's image of the meshopt variant and with three.js's."""
    glb = (shared_models / "backpack_150k.glb").read_bytes()
    level, renderings = (Level(triangles=20_000, texture_px=256),), {}
    for name, options in VARIANTS.items():
        (file,) = build_lods(glb, level, WebOptions.model_validate(options))
        if name == "meshopt":
            ours = read_glb(file.data)
            camera = twelve_viewpoints(*ours.bounds)[4]
        rendering = render_three(name, file.data, camera)
        iou, hue = compare(rendering, ours, camera)
        assert iou >= 0.98, name
        assert hue < 0.03, name
        renderings[name] = rendering.astype(float)
    for name, rendering in renderings.items():
        assert np.abs(rendering - renderings["meshopt"]).mean() < 1.5, name


def test_draco_files_render_the_same(globe: Model, render_three: Any) -> None:
    level = (Level(triangles=4_000, texture_px=256),)
    renderings = []
    for name in ("draco", "meshopt"):
        options = WebOptions.model_validate({"compression": name})
        (file,) = build_lods(write_glb(globe), level, options)
        renderings.append(render_three(name, file.data, twelve_viewpoints(*globe.bounds)[4]).astype(float))
    assert np.abs(renderings[0] - renderings[1]).mean() < 1
