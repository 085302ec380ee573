"""From a change in a shop or a bucket to the model in the shop: hooks, Prefect, a worker and a shop."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.deployed import LIMIT_S, QUICK
from tests.fixtures.shop_services import BUCKET, INGEST, UNPUBLISH, ShopServices
from vitrine.models import slug_of

pytestmark = pytest.mark.server
UPDATES = 49


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def models(services: ShopServices, handle: str) -> list[str]:
    return [one["filename"] for one in services.product(handle)["media"] if one["kind"] == "MODEL_3D"]


def test_fifty_reports_are_one_run_and_one_model_and_a_deletion_takes_it_back(
    shop_services: ShopServices, draw_photo: Callable[[Path], Path]
) -> None:
    services, deployed = shop_services, shop_services.deployed
    deployed.change(INGEST, recipe={**QUICK, "shop": "block:shopify-shop/demo"})
    draw_photo(services.photos / "pitcher.png")
    made = {"handle": "pitcher", "title": "Pitcher", "images": [f"{services.photos_url}/pitcher.png"]}
    told = [httpx.post(f"{services.shop_url}/sandbox/shop/products", json=made).json()["told"]]
    product = f"{services.shop_url}/sandbox/shop/products/pitcher"
    titles = [f"Pitcher {number}" for number in range(UPDATES)]
    told += [httpx.patch(product, json={"title": title}).json()["told"] for title in titles]
    assert told == [200] * (UPDATES + 1)
    forged = {"id": 1, "handle": "intruder", "title": "Intruder", "images": made["images"]}
    headers = {"X-Shopify-Hmac-SHA256": "Zm9yZ2Vk", "X-Shopify-Topic": "products/update"}
    answer = httpx.post(f"{services.hooks_url}/shops/shopify", json=forged, headers=headers)
    assert answer.status_code == 401

    run = services.ended(INGEST, "pitcher")
    assert run["state"]["message"] == "published", deployed.logs(run)
    assert run["parameters"]["product"]["title"] == titles[-1]
    assert [one.startswith("pitcher-vitrine-") for one in models(services, "pitcher")] == [True]
    assert services.runs_of(INGEST, "intruder") == []
    check_now(services)
    until(lambda: not kinds_sent(services, "pitcher"), "the run was not looked for")
    assert services.runs_of(INGEST, "pitcher") == [run]

    (automation,) = [
        one
        for one in deployed.ask("POST", "/automations/filter", {})
        if one["name"] == "Vitrine: unpublish a product that was removed"
    ]
    deployed.ask("PATCH", f"/automations/{automation['id']}", {"enabled": False})
    assert httpx.delete(product).json()["told"] == 200
    until(lambda: kinds_sent(services, "pitcher") == ["removed"], "the removal was not sent")
    assert services.runs_of(UNPUBLISH, "pitcher") == []
    deployed.ask("PATCH", f"/automations/{automation['id']}", {"enabled": True})
    assert deployed.published("pitcher")
    check_now(services)
    run = services.ended(UNPUBLISH, "pitcher")
    assert run["state"]["message"] == "pitcher is withdrawn", deployed.logs(run)
    assert not deployed.published("pitcher")


def kinds_sent(services: ShopServices, product: str) -> list[str]:
    """The events about a product that Prefect has, and whose runs hooks has not looked for."""
    with closing(sqlite3.connect(services.home / "ledger.sqlite3")) as ledger:
        rows = ledger.execute(
            "SELECT event FROM hook_events_sent WHERE product_id = ?", (product,)
        ).fetchall()
    return [json.loads(event)["event"]["kind"] for (event,) in rows]


def check_now(services: ShopServices) -> None:
    """Let hooks look now for the runs of sent events, and not a minute after it has sent them."""
    with closing(sqlite3.connect(services.home / "ledger.sqlite3", timeout=30)) as ledger, ledger:
        ledger.execute("UPDATE hook_events_sent SET check_at = '2026-01-01 00:00:00.000000'")


def test_what_was_reported_while_prefect_was_away_is_converted(
    shop_services: ShopServices, draw_photo: Callable[[Path], Path]
) -> None:
    """A photo in a bucket, reported three times, and a product of WooCommerce; both are in the shop."""
    services, deployed = shop_services, shop_services.deployed
    deployed.change(INGEST, recipe={**QUICK, "shop": "block:woocommerce-shop/demo"})
    for handle, sku in (("red-bowl", "red_bowl"), ("beaker", "BEAKER-1")):
        made = {"handle": handle, "title": handle, "sku": sku}
        httpx.post(f"{services.shop_url}/sandbox/shop/products", json=made)
        draw_photo(services.photos / f"{sku}.png")
    stored = {"bucket": {"name": BUCKET}, "object": {"key": "in/red_bowl.png"}}
    photo = {"src": f"{services.photos_url}/BEAKER-1.png"}
    beaker: dict[str, Any] = {"id": 700, "sku": "BEAKER-1", "name": "Beaker", "images": [photo]}
    services.s3.upload_file(str(services.photos / "red_bowl.png"), BUCKET, "in/red_bowl.png")
    with services.without_prefect():
        assert services.bucket({"id": "e1", "detail-type": "Object Created", "detail": stored}) == 200
        assert services.bucket({"Records": [{"s3": stored, "eventName": "ObjectCreated:Put"}]}) == 200
        r2 = {"action": "PutObject", "bucket": BUCKET, "object": stored["object"]}
        assert services.bucket({"messages": [{"body": r2}]}) == 200
        assert services.woocommerce(beaker | {"name": "Forged"}, "product.updated", secret="another") == 401
        assert services.woocommerce(beaker, "product.updated") == 200
        log = services.home / "hooks.log"
        until(lambda: "events wait on disk" in log.read_text(), "hooks has not tried")

    for handle, sku in (("red-bowl", "red_bowl"), ("beaker", "BEAKER-1")):
        run = services.ended(INGEST, sku)
        assert run["state"]["message"] == "published", deployed.logs(run)
        assert deployed.published(slug_of(sku))
        glb = services.product(handle)["meta"]["vitrine_glb"]
        assert httpx.get(glb).content.startswith(b"glTF")
