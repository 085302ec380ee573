"""One real catalogue run over hostile photos, lines and models: each fails by name, its neighbours publish.

What the run wrote is then searched for the secrets that it was given.
"""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.hostile_models import MODELS
from benchmarks.hostile_photos import PHOTOS
from tests.fixtures.meshes import sphere
from vitrine.gltf import Model, write_glb
from vitrine.plain_text import visible

pytestmark = pytest.mark.server

KEY = "sk-live-0123456789abcdef"
SECRETS = (KEY, "hunter2pass", "f00dfeedSIGNATURE", "t0kenInQuery", "resultSIGNATURE77")
BROKEN = (
    *("accessor-without-view", "textures-8192-many", "nodes-50000-deep", "nodes-in-a-circle"),
    *("instances-300000", "meshopt-4-GB", "draco-4-billion-faces", "json-deep", "index-out-of-range"),
    *(
        "positions-of-1e38",
        "nulls-everywhere",
        "strings-for-numbers",
        "view-beyond-the-buffer",
        "image-in-another-file",
    ),
)
"""One of each kind; `tests/gltf/test_limits.py` has all of them."""
LINES = {
    "outside": "../outside.png",
    "absolute": "/etc/hostname",
    "home": "~/.ssh/id_rsa",
    "bucket": "s3://private/a.jpg",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "decimal": "http://2130706433/a.jpg",
    "hexadecimal": "http://0x7f000001/a.jpg",
    "mapped": "http://[::ffff:127.0.0.1]/a.jpg",
    "private": "http://10.0.0.1/a.jpg",
    "file-url": "file:///etc/hostname",
}
RECIPE = """
ladder = [{triangles = 600, texture_px = 64}]
[ar]
triangles = 600
texture_px = 64
[poster]
size_px = 64
[certify]
enabled = false
[fidelity]
enabled = false
[photo]
matte_model = "off"
"""


class Web(ThreadingHTTPServer):
    """A provider that delivers hostile models in the order of its orders, and a shop with photos."""

    def __init__(self, photo: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.photo = photo
        self.models: list[bytes] = []
        self.orders: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.orders.append(body)
        job = f"job-{len(self.server.orders) - 1}"
        self._answer(json.dumps({"job_id": job, "status": "queued", "poll_url": f"/api/jobs/{job}"}).encode())

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        number = int(path.rpartition("-")[2]) if "job-" in path else -1
        if path.startswith("/files/"):
            self._answer(self.server.models[min(number, len(self.server.models) - 1)])
        elif "job-" in path:
            url = f"{self.server.url}/files/job-{number}?X-Amz-Signature=resultSIGNATURE77"
            status = {"job_id": f"job-{number}", "status": "completed", "model_glb_url": url}
            self._answer(json.dumps(status).encode())
        elif path == "/sandbox/health":  # or a poll would wait as long as a hosted provider takes
            port = str(self.server.server_port)
            self._answer(b"{}", ("X-Vitrine-Sandbox", "1"), ("X-Vitrine-Sandbox-Port", port))
        elif path == "/photos/good.png":
            self._answer(self.server.photo)
        elif path == "/photos/gzip":
            self._answer(b"x" * 288, ("Content-Encoding", "gzip, gzip, gzip"))
        elif path == "/photos/inside":
            self._answer(b"", ("Location", "http://169.254.169.254/"), status=302)
        else:
            self._answer(b"not found", status=404)

    def _answer(self, body: bytes, *headers: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Run:
    """What the command printed, and its folders."""

    code: int
    out: str
    err: str
    folder: Path
    results: dict[str, dict[str, Any]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("hostile")
    shop = folder / "shop"
    shop.mkdir()
    (folder / "outside.png").write_bytes(drawn(300))
    web = Web(drawn(0))
    rows = ["id,title,photo"]
    for name, make in PHOTOS.items():
        (shop / f"{name}.png").write_bytes(make())
        rows.append(f"photo-{name},\x1b[31m{name},{name}.png")
    rows += [f"line-{name},{name},{address}" for name, address in LINES.items()]
    signed = f"{web.url.replace('://', '://me:hunter2pass@')}/photos"
    query = "X-Amz-Signature=f00dfeedSIGNATURE&token=t0kenInQuery"
    for name in ("gzip", "inside", "none.png", "good.png"):
        rows.append(f"url-{name[:4]},{name},{signed}/{name}?{query}")
    web.models = [write_glb(Model((sphere(12),)))]
    for name in BROKEN:
        (shop / f"model-{name}.png").write_bytes(drawn(len(web.models)))
        rows.append(f"model-{name},{name},model-{name}.png")
        web.models.append(MODELS[name]())
    (shop / "last.png").write_bytes(drawn(200))
    rows.append("last,=HYPERLINK(1),last.png")
    web.models.append(write_glb(Model((sphere(12),))))
    (shop / "feed.csv").write_text("\n".join(rows) + "\n")
    (shop / "recipe.toml").write_text(RECIPE)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VITRINE_", "PREFECT_"))}
    env = inherited | {
        "VITRINE_HOME": str(folder / "home"),
        "VITRINE_SERVER_IDLE_S": "0",
        "VITRINE_FETCH_HOSTS": f"127.0.0.1:{web.server_port}",
        "EMPIRIOLABS_API_KEY": KEY,
        "EMPIRIOLABS_BASE_URL": web.url,
        "COLUMNS": "200",
    }
    command = [
        str(Path(sys.executable).with_name("vitrine")),
        "catalog",
        "feed.csv",
        "--provider",
        "empiriolabs",
    ]
    options = ["--recipe", "recipe.toml", "--to", str(folder / "public"), "--max-failed", "1"]
    options += ["--concurrency", "1"]  # the provider delivers its models in the order of the orders
    done = subprocess.run(
        [*command, *options], cwd=shop, env=env, capture_output=True, text=True, timeout=900, check=False
    )
    web.shutdown()
    web.server_close()
    return Run(done.returncode, done.stdout, done.stderr, folder)


def drawn(number: int) -> bytes:
    """A photo of a product of its own shape and colour: products that look alike share a model."""
    chance = np.random.default_rng(number)
    image = Image.new("RGB", (700, 700), "white")
    draw = ImageDraw.Draw(image)
    angles = np.sort(chance.uniform(0, 2 * np.pi, 9))
    radii = chance.uniform(120, 290, 9)
    outline = [(350 + r * np.cos(a), 350 + r * np.sin(a)) for r, a in zip(radii, angles, strict=True)]
    draw.polygon(outline, fill=tuple(chance.integers(20, 150, 3).tolist()))
    draw.ellipse((230, 230, 470, 470), fill=tuple(chance.integers(20, 150, 3).tolist()))
    x, y = chance.integers(260, 380, 2).tolist()
    draw.rectangle((x, y, x + 60, y + 90), fill=tuple(chance.integers(20, 150, 3).tolist()))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def published(run: Run) -> set[str]:
    return {path.parent.name for path in (run.folder / "public" / "products").glob("*/current.json")}


def test_hostile_products_fail_by_name_and_their_neighbours_publish(run: Run) -> None:
    assert published(run) == {"url-good", "last"}, run.out[-3000:] + run.err[-3000:]
    assert run.code == 1
    expected = [*(f"photo-{name}" for name in PHOTOS), *(f"model-{name}" for name in BROKEN)]
    expected += ["url-gzip", "url-insi", "url-none"]
    assert len(expected) + len(LINES) >= 60
    failed = {line.partition(" ")[0] for line in run.out.splitlines() if " failed " in f"{line} "}
    assert set(expected) - failed == set()
    for name in LINES:
        assert f"line-{name}" in run.out + run.err
    assert "Traceback" not in run.out + run.err


def test_every_failure_says_what_is_wrong(run: Run) -> None:
    said = {line.partition(": ")[0]: line.partition(": ")[2] for line in run.out.splitlines() if ": " in line}
    for name in (*(f"photo-{name}" for name in PHOTOS), *(f"model-{name}" for name in BROKEN)):
        assert len(said.get(name, "")) > 15, name
        assert "unexpected" not in said[name]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_what_the_run_wrote(run: Run, secret: str) -> None:
    assert secret not in run.out + run.err
    for path in run.folder.rglob("*"):
        if not path.is_file() or path.parent.name == "shop":
            continue
        if secret == "resultSIGNATURE77" and path.name.startswith("ledger.sqlite3"):
            continue  # the ledger keeps the links of what is paid, as the provider may forget the job
        assert secret.encode() not in path.read_bytes(), path


def test_the_home_folder_is_its_owners_alone(run: Run) -> None:
    home = run.folder / "home"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_terminal_gets_no_control_character(run: Run) -> None:
    text = (run.out + run.err).replace("\n", "").replace("\t", "")
    assert visible(text) == text
