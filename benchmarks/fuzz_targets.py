"""What is fuzzed: seeds of each parser, and a call that may raise the library's own errors and no others."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from benchmarks import fuzz_hooks
from benchmarks.hostile_models import INDICES, TRIANGLE, glb, png, textured, triangle


class Target(NamedTuple):
    """A parser under test."""

    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], object]


def ball(rings: int = 8) -> Any:
    """Return the model of a textured sphere, of 4 rings² triangles."""
    from vitrine.gltf import Material, Mesh, Model, Texture

    v, u = np.meshgrid(np.linspace(0, 1, rings + 1), np.linspace(0, 1, 2 * rings + 1), indexing="ij")
    around = np.where(u == 1, 0, u) * 2 * np.pi
    normals = np.stack(
        [np.sin(v * np.pi) * np.sin(around), np.cos(v * np.pi), np.sin(v * np.pi) * np.cos(around)], -1
    )
    grid = np.arange(v.size).reshape(v.shape)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    triangles = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, d), (b, c, d))])
    flat = normals.reshape(-1, 3).astype(np.float32)
    image = io.BytesIO()
    Image.fromarray((flat[:64].repeat(64, 0).reshape(64, 64, 3) * 120 + 120).astype(np.uint8)).save(
        image, "PNG"
    )
    mesh = Mesh(
        flat, triangles.astype(np.uint32), flat, np.stack([u, v], -1).reshape(-1, 2).astype(np.float32)
    )
    return Model((mesh,), (Material(base_color=Texture(image.getvalue(), "image/png")),))


def models() -> list[bytes]:
    """Three small valid GLBs: plain, compressed with quantization, and one with a scene of several nodes."""
    from vitrine.gltf import write_glb
    from vitrine.gltf.writer.quantization import QuantizationBits
    from vitrine.gltf.writer.write_web_glb import write_web_glb

    sphere = ball()
    nodes = [{"children": [1, 2]}, {"mesh": 0, "scale": [2, 2, 2]}, {"mesh": 0, "rotation": [0, 0, 1, 0]}]
    return [
        write_glb(sphere),
        write_web_glb(sphere, QuantizationBits(14, 8, 12)),
        glb(triangle(nodes=nodes), TRIANGLE + INDICES),
    ]


def _read_model(data: bytes) -> None:
    from vitrine.gltf import read_glb

    read_glb(data)


def _validate(data: bytes) -> None:
    from vitrine.gltf import validate

    validate(data)


def inspect_and_optimize(data: bytes) -> None:
    """Validate, read, repair, and build a level of detail and the AR file, as `optimize` does."""
    from vitrine.gltf import validate
    from vitrine.lods.build_ar import build_ar
    from vitrine.lods.build_lods import build_lods
    from vitrine.recipe import ArOptions, Level, RepairOptions, WebOptions
    from vitrine.repair.repair_model import repair_model

    validate(data)
    repaired, _ = repair_model(data, RepairOptions(), None)
    build_lods(repaired, (Level(triangles=60, texture_px=32),), WebOptions(rebake=False), jobs=1)
    build_ar(repaired, ArOptions(triangles=60, texture_px=32), jobs=1)


def photos() -> list[bytes]:
    """A small photo in each format."""
    y, x = np.mgrid[:48, :64]
    rgb = np.dstack([x * 4, y * 5, 255 - x]).astype(np.uint8)
    made = []
    for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"):
        out = io.BytesIO()
        Image.fromarray(rgb).save(out, form)
        made.append(out.getvalue())
    for pixels, form in (((x * 900).astype(np.uint16), "PNG"), (x.astype(np.float32), "TIFF")):
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, form)
        made.append(out.getvalue())
    return [*made, png(32, 32, kind=6), png(16, 16, depth=16)]


def _decode_photo(data: bytes) -> None:
    from vitrine.photos.decoding.decode import decode
    from vitrine.recipe import PhotoOptions

    decode(data, "photo", PhotoOptions())


def _answers() -> list[bytes]:
    url = "https://cdn.example/a.glb?sig=1"
    done = {"status": "completed", "progress": 1.0, "data": {"outputs": [{"url": url}]}, "cost": "0.249"}
    return [
        json.dumps(each).encode()
        for each in (
            {"job_id": "a", "status": "completed", "model_glb_url": url, "settings": {"resolution": 1024}},
            {"status": "failed", "error": {"message": "no", "code": 3}},
            {"state": {"state": "IN_PROGRESS"}, "progress": "40%"},
            done,
            {
                "output": ["data:model/gltf-binary;base64,Z2xURg=="],
                "status": "SUCCEEDED",
                "usage": {"cost": 1},
            },
        )
    ]


def _read_status(provider: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        from vitrine.models import Job
        from vitrine.providers import empiriolabs, pixazo
        from vitrine.providers.answers.statuses import read_status
        from vitrine.providers.http.response import Response

        answer = Response(200, data)
        document = answer.json()
        if document is None:
            assert len(answer.message) <= 201
            return
        job = Job(key="k", provider=provider, request_id="r", submitted_at=datetime.now(UTC))
        fields = (empiriolabs if provider == "empiriolabs" else pixazo).FIELDS
        read_status(document, job, account=provider, fields=fields)

    return read


def _csv() -> list[bytes]:
    lines = (
        "id,title,photo,height,unit",
        "mug,Mug,mug.jpg,9.6,cm",
        '"a,b","say ""hi""",a.jpg|b.jpg,1 1/2,in',
    )
    text = "\n".join(lines) + "\n"
    semicolons = "sep=;\n" + text.replace(",", ";")
    return [text.encode(), semicolons.encode("utf-16"), text.replace(",", "\t").encode("cp1252")]


def _json() -> list[bytes]:
    size = {"height": 3, "unit": "in"}
    row = {"id": "mug", "title": "Mug", "images": ["a.jpg", {"src": "b.jpg"}], "dimensions": size}
    line = json.dumps(row).encode()
    return [b"[" + line + b"," + line + b"]", line + b"\n" + line, b'{"products":[' + line + b"]}"]


def _workbook() -> list[bytes]:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "title", "photo", "height"])
    sheet.append(["mug", "Mug", "mug.jpg", 9.6])
    out = io.BytesIO()
    book.save(out)
    return [out.getvalue()]


def _read_feed(data: bytes) -> None:
    from vitrine.feeds import read_feed

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(data)
        read_feed(path)


def _exports() -> list[bytes]:
    """One feed of each format and dialect that shops export."""
    from tests.fixtures.exports.all_exports import EXPORTS

    return [export.data for export in EXPORTS if len(export.data) < 50_000]


def _recipes() -> list[bytes]:
    recipe = {"deadline_s": 60, "ladder": [{"triangles": 9000, "texture_px": 512}]}
    toml = "deadline_s = 60\n[[ladder]]\ntriangles = 9000\ntexture_px = 512\n"
    yaml = "deadline_s: 60\nladder: [{triangles: 9000, texture_px: 512}]\n"
    return [b"json\0" + json.dumps(recipe).encode(), b"toml\0" + toml.encode(), b"yaml\0" + yaml.encode()]


def _load_recipe(data: bytes) -> None:
    from vitrine.recipe import Recipe

    suffix, _, text = data.partition(b"\0")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"recipe.{suffix.decode('latin1') if suffix.isalnum() else 'json'}"
        path.write_bytes(text)
        Recipe.load(path)


def _read_shop_answer(data: bytes) -> None:
    from httpx import Headers

    from vitrine.shops.http import Answer

    answer = Answer(200, Headers(), data)
    answer.json()
    assert len(answer.text) <= 300


TARGETS: dict[str, Target] = {
    "validate": Target(models, _validate),
    "read_glb": Target(lambda: [*models(), textured(png(8, 8))], _read_model),
    "photo": Target(photos, _decode_photo),
    "status-empiriolabs": Target(_answers, _read_status("empiriolabs")),
    "status-pixazo": Target(_answers, _read_status("pixazo")),
    "feed-csv": Target(_csv, _read_feed),
    "feed-json": Target(_json, _read_feed),
    "feed-workbook": Target(_workbook, _read_feed),
    "feed-exports": Target(_exports, _read_feed),
    "shop-answer": Target(_answers, _read_shop_answer),
    "recipe": Target(_recipes, _load_recipe),
    "hooks": Target(fuzz_hooks.requests, fuzz_hooks.send_request),
    "webhooks": Target(fuzz_hooks.webhooks, fuzz_hooks.send_webhook),
    "bit-flips": Target(models, inspect_and_optimize),
}
