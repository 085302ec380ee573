"""The review page over HTTP: who may decide, and what is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.assets import CHAIR, asset_of
from vitrine.publishing.releases import read_release
from vitrine.reviews.app import create_app
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.queue import ReviewItem
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore


@pytest.fixture
def desk(tmp_path: Path) -> ReviewDesk:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    desk = ReviewDesk(store, LocalBucket(tmp_path / "public"), "Ada")
    desk.queue.hold(
        ReviewItem(
            product=CHAIR,
            reasons=("<b>another</b> shape",),
            asset=asset_of(store, b"m"),
            sheet=store.put(b"sheet", "image/webp"),
            to="public",
            held_at=datetime.now(UTC),
        )
    )
    return desk


def test_only_the_page_decides_and_only_this_machine_reads_it(desk: ReviewDesk, serve_app: Any) -> None:
    with serve_app(create_app(desk)) as url:
        listed = httpx.get(f"{url}/items").json()
        (item,) = listed["items"]
        assert (listed["by"], item["id"], item["reasons"]) == ("Ada", CHAIR.id, ["<b>another</b> shape"])
        assert httpx.get(url + item["pictures"]["sheet"]).content == b"sheet"
        assert httpx.get(f"{url}/pictures/{item['slug']}/web-lod0").status_code == 404
        assert httpx.get(f"{url}/items", headers={"Host": "evil.example"}).status_code == 400

        decide = f"{url}/items/{item['slug']}?action=approved"
        assert httpx.post(decide).status_code == 403
        assert httpx.post(decide, headers={"X-Review-Token": "x"}).status_code == 403
        own = {"X-Review-Token": listed["token"]}
        assert httpx.post(f"{url}/items/{item['slug']}?action=x", headers=own).status_code == 422
        assert "published" in httpx.post(decide, headers=own).json()["said"]
        assert read_release(desk.bucket, CHAIR.slug).product.id == CHAIR.id
        assert "was approved by Ada" in httpx.post(decide, headers=own).json()["error"]


def test_pages_ask_nobody_else(desk: ReviewDesk, serve_app: Any) -> None:
    with serve_app(create_app(desk)) as url:
        for path in ("/", "/review.js", "/review.css"):
            answer = httpx.get(url + path)
            assert answer.status_code == 200
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "http://" not in answer.text
            assert "https://" not in answer.text
