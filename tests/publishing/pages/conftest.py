"""A tiny shop: red tori, published into a folder and served."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.gltf.writer.write_web_glb import write_web_glb
from vitrine.models import Asset, AssetFile, Dimensions, Finding, Product
from vitrine.publishing.manifest import ReleaseManifest, manifest_of
from vitrine.publishing.pages.serve import FolderServer, serve_folder
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

RING = Product(
    id="ring",
    title='Ring "A&B" <img src=x onerror=alert(1)>',
    photos=("ring.jpg",),
    dimensions=Dimensions(width=30, unit="cm"),
    category="Tori </script>",
)
CAFE = Product(id="cafe", title="Café table", photos=("cafe.jpg",))
LEVELS = ((64, 2048), (24, 512), (10, 256))
"""(segments, texture_px) of the web files."""


def picture(color: str, form: str, px: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (px, px), color).save(out, form)
    return out.getvalue()


def torus(segments: int, texture: Texture) -> Model:
    """A torus 30 cm wide that lies on the ground, `2 * segments * segments` triangles."""
    turn = np.linspace(0, 2 * np.pi, segments + 1)
    u, v = (grid.ravel() for grid in np.meshgrid(turn, turn))
    normals = np.stack([np.cos(v) * np.cos(u), np.sin(v), np.cos(v) * np.sin(u)], 1)
    positions = np.stack([0.1 * np.cos(u), np.full_like(u, 0.05), 0.1 * np.sin(u)], 1) + 0.05 * normals
    cell = np.arange(segments)[:, None] * (segments + 1) + np.arange(segments)
    right, up = cell + 1, cell + segments + 1
    triangles = np.stack([cell, up, right, right, up, up + 1], -1).reshape(-1, 3)
    mesh = Mesh(
        positions=positions.astype(np.float32),
        triangles=triangles.astype(np.uint32),
        normals=normals.astype(np.float32),
        uvs=np.stack([u, v], 1).astype(np.float32) / np.float32(2 * np.pi),
    )
    return Model((mesh,), (Material(base_color=texture, metallic_factor=0.0),))


def asset_of(product: Product, store: WorkStore) -> Asset:
    red_webp = Texture(picture("#e00000", "WEBP"), "image/webp")
    red_png = Texture(picture("#e00000", "PNG"), "image/png")
    files = []
    for number, (segments, px) in enumerate(LEVELS):
        data = write_web_glb(torus(segments, red_webp), QuantizationBits(position=14, normal=8, uv=12))
        files.append(
            AssetFile(
                role=f"web-lod{number}",
                blob=store.put(data, "model/gltf-binary"),
                triangles=2 * segments**2,
                texture_px=px,
            )
        )
    plain = write_glb(torus(40, red_png))
    files += [
        AssetFile(role="ar", blob=store.put(plain, "model/gltf-binary"), triangles=3200, texture_px=64),
        AssetFile(role="poster", blob=store.put(picture("#2040ff", "WEBP", 512), "image/webp")),
        AssetFile(role="photo", blob=store.put(picture("#20c040", "PNG", 256), "image/png")),
    ]
    return Asset(
        product=product,
        files=tuple(files),
        size_m=(0.3, 0.1, 0.3),
        findings=(
            Finding(code="SMALL_PARTS_REMOVED", severity="info", message="3 small loose parts removed"),
            Finding(code="photo.blurred", severity="warning", message="a <b>little</b> blurred"),
        ),
        provider="sandbox",
        cost_usd="0.35",
    )


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> ReleaseManifest:
    """What would be released of the ring."""
    folder = tmp_path_factory.mktemp("ring")
    return manifest_of(asset_of(RING, WorkStore(LocalBucket(folder / "work"), folder / "cache")))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderServer]:
    """Two products and a catalogue, served."""
    folder = tmp_path_factory.mktemp("shop")
    store = WorkStore(LocalBucket(folder / "work"), folder / "cache")
    bucket = LocalBucket(folder / "public")
    releases = [publish_release(asset_of(product, store), store, bucket) for product in (RING, CAFE)]
    publish_catalog(bucket, releases, title="The <Shop>")
    with serve_folder(folder / "public") as server:
        yield server
