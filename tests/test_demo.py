"""`make demo` on an empty machine: six products, valid files, pages that load, nothing bought twice.

The recipe is a small one, as the steps are the same and take a fifth of the time.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitrine.gltf.container import read_container
from vitrine.publishing.pages.serve import serve_folder

SMALL = """
generation = { decimation_target = 20_000, texture_size = 1024 }
ladder = [{ triangles = 8_000, texture_px = 512 }, { triangles = 2_000, texture_px = 256 }]
ar = { triangles = 8_000, texture_px = 512 }
poster = { size_px = 256 }
"""
LEVELS = 2
PRODUCTS = {"mug", "vase", "stool", "lamp", "kettle", "radio"}


OPTIONS = ["--to", "demo", "--recipe", "small.toml"]


def environment() -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VITRINE_", "PREFECT_"))}
    return {**inherited, "VITRINE_SERVER_IDLE_S": "60"}  # the second demo uses the first one's server


def demo(folder: Path) -> str:
    command = Path(sys.executable).with_name("vitrine")
    done = subprocess.run(
        [command, "demo", "--no-serve", *OPTIONS],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The published folder, and what the command said."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "small.toml").write_text(SMALL)
    said = demo(folder)
    return folder / "demo" / "public", said


def releases(public: Path) -> list[dict[str, Any]]:
    pointers = [json.loads(path.read_text()) for path in public.glob("products/*/current.json")]
    return [json.loads((public / pointer["manifest"]).read_text()) for pointer in pointers]


def files(public: Path, *roles: str) -> list[Path]:
    return [
        public / file["key"]
        for release in releases(public)
        for file in release["files"]
        if file["role"].startswith(roles)
    ]


def test_six_products_are_published(shown: tuple[Path, str]) -> None:
    public, said = shown
    assert {release["product"]["id"] for release in releases(public)} == PRODUCTS
    assert "bought 6 for" in said
    assert "sandbox dollars" in said


def test_every_model_is_valid(
    shown: tuple[Path, str], khronos_validate: Callable[[Iterable[Path]], list[dict[str, Any]]]
) -> None:
    reports = khronos_validate(files(shown[0], "web", "ar"))
    assert len(reports) == len(PRODUCTS) * (LEVELS + 1)
    assert [r for r in reports if r["errors"] or r["warnings"]] == []


def test_ar_files_require_nothing_and_are_small(shown: tuple[Path, str]) -> None:
    for path in files(shown[0], "ar"):
        assert "extensionsRequired" not in read_container(path.read_bytes()).document
        assert path.stat().st_size <= 5_000_000


def test_the_demo_prints_the_address_of_its_pages(shown: tuple[Path, str]) -> None:
    public, _ = shown
    command = [Path(sys.executable).with_name("vitrine"), "serve", str(public), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        line = next(line for line in served.stdout if line.startswith("open "))
        found = re.fullmatch(r"open (http://127\.0\.0\.1:\d+)   \(Ctrl-C stops\)\n", line)
        assert found, line
        assert "<title>" in httpx.get(found[1], follow_redirects=True).text
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=30) == 0
        assert served.stderr is not None
        assert served.stderr.read() == ""


def test_a_second_demo_buys_nothing(shown: tuple[Path, str]) -> None:
    """Before the shop's demo, which publishes the same products with the shop's data into the same folder."""
    public, _ = shown
    before = {path: path.stat().st_mtime_ns for path in public.rglob("releases/*.json")}
    said = demo(public.parents[1])
    assert "bought nothing; 6 already bought" in said
    assert {path: path.stat().st_mtime_ns for path in public.rglob("releases/*.json")} == before


@pytest.mark.browser
def test_the_products_of_a_shop_show_their_models(shown: tuple[Path, str], browse: Any) -> None:
    """`vitrine demo --shop`: the shop's export goes in, its product pages show 3D, and Ctrl-C ends all."""
    command = [Path(sys.executable).with_name("vitrine"), "demo", "--shop", "--port", "0", *OPTIONS]
    with (
        subprocess.Popen(
            command, cwd=shown[0].parent.parent, env=environment(), stdout=subprocess.PIPE, text=True
        ) as running,
        ExitStack() as leaving,
    ):
        leaving.callback(running.kill)  # or a failed assertion would wait for a server that goes on
        assert running.stdout is not None
        said = ""
        for line in running.stdout:
            said += line
            if line.startswith("open "):
                break
        found = re.search(r"the shop: (http://127\.0\.0\.1:\d+)\n", said)
        assert found, said
        assert "products_export.csv: Shopify export, 6 products, 6 photos" in said
        assert "bought nothing; 6 already bought" in said
        products = httpx.get(f"{found[1]}/sandbox/shop").json()["products"]
        assert {*products} == PRODUCTS
        for one in products.values():
            assert [each["kind"] for each in one["media"]] == ["IMAGE", "MODEL_3D"]
        page = browse(f"{found[1]}/products/mug")
        browse.until(page, "document.querySelector('model-viewer')?.loaded === true")
        box = page.locator("model-viewer").bounding_box()
        assert box["width"] > 500
        assert box["height"] == pytest.approx(box["width"], abs=1)
        page.close()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(found[1])
    assert browse.errors == []


@pytest.mark.browser
def test_the_pages_draw(shown: tuple[Path, str], browse: Any) -> None:
    with serve_folder(shown[0]) as served:
        catalogue = browse(f"{served.url}/index.html")
        browse.until(catalogue, "[...document.images].filter(i => i.complete && i.naturalWidth).length >= 6")
        page = browse(f"{served.url}/products/mug/index.html")
        browse.until(page, "document.querySelector('model-viewer')?.loaded === true")
    assert browse.errors == []
