"""Render GLBs with three.js in headless Chromium, in the light of Vitrine's studio."""

from __future__ import annotations

import base64
import math
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.render.camera import Camera
from vitrine.render.shading.studio import Studio

NODE_MODULES = Path(__file__).resolve().parents[2] / "web" / "node_modules"
PAGE = Path(__file__).with_name("three_page.html")
LIGHT_HEIGHT_PX = 512
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class ThreeRenderer:
    """A page with three.js that renders GLBs."""

    def __init__(self, page: Any, folder: Path) -> None:
        self._page, self._folder = page, folder
        self.errors: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, said: Any) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def _write_light(self, studio: Studio) -> str:
        """Write an environment map, which the page filters once, and return its address."""
        name = f"light-{zlib.crc32(studio.axes.tobytes()):08x}.bin"
        if not (self._folder / name).exists():
            light = studio.equirectangular(LIGHT_HEIGHT_PX)
            rgba = np.dstack([light, light, light, np.ones_like(light)]).astype(np.float32)
            # three.js counts rows of a DataTexture from the bottom.
            (self._folder / name).write_bytes(np.ascontiguousarray(rgba[::-1]).tobytes())
        return f"/{name}"

    def render(self, glb: bytes, camera: Camera, size_px: int) -> npt.NDArray[np.float32]:
        """Return linear light premultiplied with alpha, (n, n, 4) float32, before tone mapping.

        The camera is a perspective one.
        """
        (self._folder / "model.glb").write_bytes(glb)
        light = self._write_light(Studio.around(camera))
        view = {key: getattr(camera, key).tolist() for key in ("right", "up", "eye")}
        assert camera.half_angle_rad is not None
        view |= {"back": (-camera.forward).tolist(), "fovDeg": math.degrees(2 * camera.half_angle_rad)}
        arguments = [f"/model.glb?{time.monotonic_ns()}", light]
        text = self._page.evaluate(
            "([...given]) => window.renderModel(...given)", [*arguments, LIGHT_HEIGHT_PX, view, size_px]
        )
        pixels = np.frombuffer(base64.b64decode(text), np.float32).reshape(size_px, size_px, 4)
        return np.ascontiguousarray(pixels[::-1])


@contextmanager
def three_renderer(browser: Any) -> Iterator[ThreeRenderer]:
    """Serve three.js from `web/node_modules` to a page of a Playwright browser."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "node_modules").symlink_to(NODE_MODULES)
        shutil.copy(PAGE, folder / "index.html")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=name))
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        renderer = ThreeRenderer(page, folder)
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        page.wait_for_function("typeof window.renderModel === 'function'")
        try:
            yield renderer
        finally:
            page.close()
            server.shutdown()
            server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium with WebGL in software. Raises `FileNotFoundError` where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("no `chromium` on PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
