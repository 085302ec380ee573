"""Pixazo's protocol as its documentation describes it, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vitrine.sandbox.jobs.stub_model import STUB_GLB

SUBMIT = "/trellis-2-image-to-3d/v1/trellis-2-image-to-3d-request"
KEY = {"Ocp-Apim-Subscription-Key": "pk-5678"}


def submit(client, photo, headers=KEY, **more):
    return client.post(SUBMIT, json={"image_url": photo, **more}, headers=headers)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict]]]:
    """The URL of a webhook, and the bodies that were posted to it."""
    posted: list[dict] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", posted
    server.shutdown()
    thread.join(5)


def test_an_order_is_completed_after_fetching_its_photo(sandbox, photo_server, cup):
    client = sandbox(engine="preview")
    answer = submit(client, photo_server, decimation_target=10_000, texture_size=1024)
    assert answer.status_code == 202
    receipt = answer.json()
    assert set(receipt) == {"request_id", "status", "polling_url"}
    assert receipt["request_id"].startswith("trellis-2-image-to-3d_")
    assert receipt["status"] == "QUEUED"
    assert receipt["polling_url"] == f"{client.base_url}/v2/requests/status/{receipt['request_id']}"
    deadline = time.monotonic() + 20
    while (body := client.get(receipt["polling_url"], headers=KEY).json())["status"] != "COMPLETED":
        assert body["status"] in {"QUEUED", "PROCESSING"}
        assert body["output"] is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert set(body) == {
        "request_id", "status", "model_id", "error", "output", "created_at", "updated_at", "completed_at",
    }  # fmt: skip
    assert body["model_id"] == "trellis-2-image-to-3d"
    assert body["output"]["media_type"] == "application/octet-stream"
    (url,) = body["output"]["media_url"]
    assert url.partition("?")[0].endswith("/output.ext")
    model = client.get(url)
    assert model.headers["content-type"] == "application/octet-stream"
    assert model.content[:4] == b"glTF"
    (sale,) = client.get("/sandbox/sales").json()["sales"]
    assert sale["image_sha256"] == hashlib.sha256(cup).hexdigest()
    assert sale["settings"] == {"decimation_target": 10_000, "texture_size": 1024}
    assert (sale["provider"], sale["account"], sale["price_usd"]) == ("pixazo", "5678", "0.35")
    assert sale["request_id"] == receipt["request_id"]


def test_two_runs_give_different_models(sandbox, photo_server):
    client = sandbox(engine="preview")
    files = []
    for _ in range(2):
        path = submit(client, photo_server, decimation_target=10_000, texture_size=1024).json()["polling_url"]
        deadline = time.monotonic() + 20
        while (body := client.get(path, headers=KEY).json())["status"] != "COMPLETED":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        files.append(client.get(body["output"]["media_url"][0]).content)
    assert files[0] != files[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("resolution", "1024"),
        ("resolution", 2048),
        ("texture_size", "2048"),
        ("ss_sampling_steps", 12.5),
        ("ss_guidance_strength", "7.5"),
        ("decimation_target", 10),
        ("remesh", "true"),
        ("remesh_band", True),
        ("image_url", "data:image/png;base64,AAAA"),
        ("image_url", "http://127.0.0.1:9/nobody-listens.png"),
        ("image_url", ""),
    ],
)
def test_invalid_fields_get_400_and_are_not_sold(plain, photo_server, field, value):
    answer = submit(plain, photo_server, **{field: value})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "message"}
    assert plain.get("/sandbox/sales").json()["count"] == 0


def test_keys_wallets_and_unknown_requests(sandbox, photo_server):
    client = sandbox(keys=["pk-5678"], wallets_usd={"pk-5678": "0.40"})
    for headers in ({}, {"Ocp-Apim-Subscription-Key": "nobody"}, {"Authorization": "Bearer pk-5678"}):
        answer = submit(client, photo_server, headers)
        assert answer.status_code == 401
        assert set(answer.json()) == {"statusCode", "message"}
    assert submit(client, photo_server, resolution=1536).status_code == 202
    answer = submit(client, photo_server, resolution=512)
    assert answer.status_code == 402
    assert answer.json() == {
        "error": "Insufficient Balance",
        "message": "Your wallet does not have enough balance.",
    }
    assert client.get("/v2/requests/status/nothing", headers=KEY).status_code == 404


def test_unknown_fields_pass_or_are_refused_by_setting(sandbox, photo_server):
    assert submit(sandbox(), photo_server, seed=1).status_code == 202
    strict = sandbox(pixazo={"refuse_unknown_fields": True, "gateway_errors": True})
    answer = submit(strict, photo_server, seed=1)
    assert answer.json() == {"statusCode": 400, "message": "seed: unknown field"}


def test_media_url_as_a_string_and_statuses_in_lower_case(sandbox, photo_server):
    client = sandbox(pixazo={"media_url": "string", "lower_case_status": True})
    body = client.get(submit(client, photo_server).json()["polling_url"], headers=KEY).json()
    assert body["status"] == "completed"
    assert client.get(body["output"]["media_url"]).content == STUB_GLB


def test_system_errors_are_refunded_and_failed_jobs_are_not(sandbox, photo_server):
    client = sandbox()
    for kind, word in (("error-job", "ERROR"), ("fail-job", "FAILED")):
        headers = KEY | {"X-Sandbox-Fault": json.dumps({"kind": kind})}
        body = client.get(submit(client, photo_server, headers).json()["polling_url"], headers=KEY).json()
        assert body["status"] == word
        assert isinstance(body["error"], str)
        assert body["output"] is None
    sales = client.get("/sandbox/sales").json()
    assert [sale["refunded"] for sale in sales["sales"]] == [True, False]
    assert (sales["count"], sales["total_usd"]) == (2, "0.35")


def test_the_webhook_receives_the_status_object(sandbox, photo_server, listener):
    url, posted = listener
    client = sandbox(latency_s=0.3)
    receipt = submit(client, photo_server, KEY | {"X-Webhook-URL": url}).json()
    deadline = time.monotonic() + 10
    while not posted and time.monotonic() < deadline:
        time.sleep(0.02)
    body = client.get(receipt["polling_url"], headers=KEY).json()
    posted[0].pop("updated_at"), body.pop("updated_at")
    links = [posted[0].pop("output"), body.pop("output")]
    assert posted[0] == body
    assert client.get(links[0]["media_url"][0]).content == STUB_GLB


def test_webhooks_are_posted_early_and_five_times(sandbox, photo_server, listener):
    url, posted = listener
    client = sandbox(latency_s=0.2)
    for kind in ("early-webhook", "repeat-webhook"):
        headers = KEY | {"X-Webhook-URL": url, "X-Sandbox-Fault": json.dumps({"kind": kind})}
        submit(client, photo_server, headers)
    deadline = time.monotonic() + 10
    while len(posted) < 7 and time.monotonic() < deadline:
        time.sleep(0.02)
    words = sorted(body["status"] for body in posted)
    assert words == ["COMPLETED"] * 6 + ["PROCESSING"]


@pytest.mark.parametrize(("status", "title"), [(402, "Insufficient Balance"), (500, "Internal Server Error")])
def test_default_errors_have_pixazos_form(plain, photo_server, status, title):
    headers = {"Ocp-Apim-Subscription-Key": "pk-1"} | {
        "X-Sandbox-Fault": json.dumps({"kind": "answer", "status": status})
    }
    path = "/trellis-2-image-to-3d/v1/trellis-2-image-to-3d-request"
    answer = plain.post(path, json={"image_url": photo_server}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, title)
