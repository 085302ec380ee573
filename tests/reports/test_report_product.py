from __future__ import annotations

import base64
import io
import re
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from vitrine.models import Asset, AssetFile, Blob, Dimensions, Fidelity, Finding, Product, Release
from vitrine.reports.report_product import report_product
from vitrine.runs import Conversion

RELEASE = Release(
    id="r1",
    product_id="mug",
    manifest_key="products/mug/releases/r1.json",
    pointer_key="products/mug/current.json",
    page_key="products/mug/index.html",
    page_url="https://shop.example/products/mug/index.html",
)


def blob(size_bytes: int, media_type: str) -> Blob:
    return Blob(sha256="0" * 64, size_bytes=size_bytes, media_type=media_type)


@pytest.fixture
def poster() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (1024, 1024), (200, 30, 30, 128)).save(out, "WEBP")
    return out.getvalue()


@pytest.fixture
def asset() -> Asset:
    return Asset(
        product=Product(id="mug", title="Mug | <b>red</b>", photos=("mug.png",)),
        files=(
            AssetFile(
                role="web-lod0",
                blob=blob(123_456, "model/gltf-binary"),
                triangles=100_000,
                texture_px=2048,
                error=0.0012,
                error_m=0.00025,
            ),
            AssetFile(role="poster", blob=blob(1_000, "image/webp"), texture_px=1024),
        ),
        findings=(
            Finding(
                code="PHOTO_SMALL", severity="warning", message="400 px\nis small", measured=400, limit=512
            ),
        ),
        size_m=(0.1, 0.095, 0.08),
        provider="empiriolabs",
        cost_usd=Decimal("0.249"),
    )


def bought(**fields: object) -> Conversion:
    return Conversion.model_validate(
        {"product_id": "mug", "status": "published", "release": RELEASE, **fields}
    )


def test_the_report_has_what_a_person_looks_for(asset: Asset, poster: bytes) -> None:
    text = report_product(asset, bought(spent_usd=Decimal("0.249")), poster)
    assert "# Mug \\| &lt;b>red&lt;/b>\n" in text
    assert "**published** · 0.249 USD at empiriolabs · size not given · release `r1`" in text
    assert f"[{RELEASE.page_url}]({RELEASE.page_url})" in text
    assert "| web-lod0 | 100,000 | 123,456 | 2048 | 0.12% | 0.25 |" in text
    assert "| warning | `PHOTO_SMALL` | 400 px is small | 400 | 512 |" in text


def test_the_poster_is_in_the_report_small(asset: Asset, poster: bytes) -> None:
    text = report_product(asset, bought(), poster)
    (data,) = re.findall(r"data:image/webp;base64,([\w+/=]+)", text)
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (256, 256)
    assert len(text) < 20_000


def test_a_held_product_shows_what_to_compare_and_what_to_do(asset: Asset, poster: bytes) -> None:
    seen = Fidelity(yaw_deg=-4, pitch_deg=10, fov_deg=20, silhouette_iou=0.612, colour_delta_e=12.3)
    held = bought(status="held", release=None, error="held for review: <another> shape")
    text = report_product(asset.model_copy(update={"fidelity": seen}), held, poster, poster)
    assert "**held** · 0.000 USD at empiriolabs · size" in text
    assert "held for review: &lt;another> shape. Vitrine has published nothing" in text
    assert "`vitrine review mug --approve` publishes it" in text
    assert (
        "outline 0.612 (IoU), colour difference 12.3 ΔE, seen from -4° beside the front and 10° above" in text
    )
    assert "Page:" not in text


def test_the_largest_contact_sheet_leaves_the_report_small(asset: Asset, poster: bytes) -> None:
    out = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (340, 460, 3), np.uint8)
    Image.fromarray(noise).resize((920, 680)).save(out, "WEBP", quality=95)
    assert len(out.getvalue()) > 200_000
    text = report_product(asset, bought(), poster, out.getvalue())
    assert len(text) < 150_000
    data = re.findall(r"data:image/webp;base64,([\w+/=]+)", text)
    assert Image.open(io.BytesIO(base64.b64decode(data[1]))).width >= 460
    kept = report_product(asset, bought(), poster, poster)
    assert base64.b64encode(poster).decode() in kept


def test_nothing_paid_is_said(asset: Asset, poster: bytes) -> None:
    text = report_product(asset, bought(reused=True), poster)
    assert "already bought from empiriolabs, nothing paid" in text


def test_the_report_has_the_size_that_the_catalogue_states(asset: Asset, poster: bytes) -> None:
    stated = asset.product.model_copy(update={"dimensions": Dimensions(height=9.6, unit="cm")})
    text = report_product(asset.model_copy(update={"product": stated}), bought(), poster)
    assert "size height 96\N{NO-BREAK SPACE}mm" in text
    assert "10.0 ×" not in text
