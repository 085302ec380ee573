"""Fixtures every test may use."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette

SHARED = Path(__file__).resolve().parents[2] / "shared"

os.environ["VITRINE_SERVER_IDLE_S"] = "0"  # a test leaves no server behind

pytest_plugins = [
    "tests.fixtures.meshes",
    "tests.fixtures.textures",
    "tests.fixtures.ledgers",
    "tests.fixtures.buckets",
    "tests.fixtures.gateways",
    "tests.fixtures.upgrades",
    "tests.fixtures.deployed",
    "tests.fixtures.shop_services",
]


LONG = (
    "test_demo.py",
    "test_readme.py",
    "test_pages_in_browser.py",
    "test_kills.py",
    "test_deployed.py",
    "test_shop_events.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process is left alone with one in the end."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(autouse=True)
def _forget_loaded_blocks() -> None:
    """A test loads the blocks that it has saved, none that an earlier one has loaded."""
    if "blocks.resolve" in sys.modules:
        sys.modules["blocks.resolve"]._loaded.clear()


WITHOUT_SHARED = "no ../shared/"
"""What the reason of a skip starts with, where it is skipped for want of the real photos or models."""


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{WITHOUT_SHARED}{name}")
    return folder


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped because the real photos or models are not there."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    )
    missing = {reason: n for reason, n in sorted(reasons.items()) if reason.startswith(WITHOUT_SHARED)}
    if missing:
        folders = ", ".join(f"{n} ({reason})" for reason, n in missing.items())
        line = f"{sum(missing.values())} tests on real photos and models were skipped: {folders}"
        terminalreporter.write_line(line, yellow=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def _servers_of_tests() -> Iterator[None]:
    """Allow what tests serve on this machine, which nobody may name otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINE_FETCH_HOSTS", "127.0.0.0/8,::1,localhost")
        yield


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """Real product photos: `cutout/*.webp` and `studio/*.png`."""
    return _folder("photos")


@pytest.fixture(scope="session")
def shared_models() -> Path:
    """Real and TRELLIS.2-shaped models, `*.glb`."""
    return _folder("models")


@pytest.fixture(scope="session")
def khronos_validate() -> Callable[[Iterable[Path]], list[dict[str, Any]]]:
    """The Khronos glTF validator: paths in, one `{path, errors, warnings, messages, …}` for each, in order.

    One process for all paths, so hand it many at a time.
    """
    web = Path(__file__).resolve().parents[1] / "web"
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (web / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("no node, or no gltf-validator in web/node_modules (`make setup` brings both)")

    def validate(paths: Iterable[Path]) -> list[dict[str, Any]]:
        command = [node, str(web / "validate.mjs"), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return validate


@contextmanager
def _served(app: Starlette) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)
    listener.close()


@pytest.fixture(scope="session")
def serve_app() -> Callable[[Starlette], AbstractContextManager[str]]:
    """`with serve_app(app) as url:` serves an application over real HTTP, in a thread of its own."""
    return _served


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Prefect server on loopback, one for all test processes, drained at the end."""
    from deployments.server import local_server

    base = tmp_path_factory.getbasetemp()
    with local_server(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `VITRINE_HOME` of the test's own: an empty ledger, an empty work store."""
    folder = tmp_path / "home"
    monkeypatch.setenv("VITRINE_HOME", str(folder))
    return folder


class Browse:
    """Opens pages in Chromium and notes what goes wrong in them: `errors` must be empty in the end."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.errors: list[str] = []

    def __call__(self, url: str, *, width: int = 1280, height: int = 900, **context: Any) -> Any:
        """A page of its own context, at `url`; `context` is what Playwright's `new_context` takes."""
        page = self.browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", self._note_failure)
        page.goto(url)
        return page

    def _note_failure(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left
            self.errors.append(f"{request.url}: {request.failure}")

    @staticmethod
    def until(page: Any, condition: str, timeout_s: float = 60) -> None:
        """Wait until a JavaScript expression is true; Playwright's own wait needs `eval`."""
        end = time.monotonic() + timeout_s
        while not page.evaluate(condition):
            assert time.monotonic() < end, f"still not after {timeout_s} s: {condition}"
            page.wait_for_timeout(50)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium with WebGL in software.

    For modules without async tests: Playwright holds the thread's event loop while the browser is open.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--enable-unsafe-swiftshader",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any) -> Iterator[Browse]:
    """`browse(url)` opens a page; `browse.errors` are all its console errors and failed requests."""
    browse = Browse(chromium)
    yield browse
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """A real `vitrine.sandbox` process with its own engine; every test's purchases go to one book."""
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--parent-pid", str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "listening on " in line:
                yield line.rsplit(" ", 1)[-1].strip()
                break
        else:
            raise AssertionError(f"the sandbox did not start: {said}")
        process.terminate()


@pytest.fixture(scope="session")
def draw_photo() -> Callable[[Path], Path]:
    """Draw a product photo, cut out, unlike those of other names: `draw_photo(folder / "mug.png")`."""

    def draw(path: Path) -> Path:
        hue = zlib.crc32(path.stem.encode())
        image = Image.new("RGBA", (640, 640))
        pen = ImageDraw.Draw(image)
        pen.ellipse((360, 200, 580, 460), outline=(hue % 200, 90, 60, 255), width=40)
        pen.rounded_rectangle((120, 110, 460, 540), 60, fill=(hue % 200, hue // 256 % 200, 120, 255))
        for y in range(130, 530, 40):
            pen.line((130, y, 450, y + hue % 17), fill=(240, 230, 210, 255), width=9)
        image.save(path)
        return path

    return draw
