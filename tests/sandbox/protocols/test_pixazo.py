"""Pixazo's protocol as its documentation has it, over real HTTP."""

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
    """A webhook's address, and what was posted there."""
    heard: list[dict] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", heard
    server.shutdown()
    thread.join(5)


def test_happy_path_fetches_the_photo_itself(sandbox, photo_server, cup):
    client = sandbox(engine="preview")
    answer = submit(client, photo_server, decimation_target=10_000, texture_size=1024)
    assert answer.status_code == 202
    receipt = answer.json()
    assert set(receipt) == {"request_id", "status", "polling_url"}
    assert receipt["request_id"].startswith("trellis-2-image-to-3d_")
    assert receipt["status"] == "QUEUED"
    assert receipt["polling_url"] == f"{client.base_url}/v2/requests/status/{receipt['request_id']}"
    deadline = time.monotonic() + 20
    while (said := client.get(receipt["polling_url"], headers=KEY).json())["status"] != "COMPLETED":
        assert said["status"] in {"QUEUED", "PROCESSING"}
        assert said["output"] is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert set(said) == {
        "request_id", "status", "model_id", "error", "output", "created_at", "updated_at", "completed_at",
    }  # fmt: skip
    assert said["model_id"] == "trellis-2-image-to-3d"
    assert said["output"]["media_type"] == "application/octet-stream"
    (url,) = said["output"]["media_url"]
    assert url.partition("?")[0].endswith("/output.ext")
    model = client.get(url)
    assert model.headers["content-type"] == "application/octet-stream"
    assert model.content[:4] == b"glTF"
    (sale,) = client.get("/sandbox/sales").json()["sales"]
    assert sale["image_sha256"] == hashlib.sha256(cup).hexdigest()
    assert sale["settings"] == {"decimation_target": 10_000, "texture_size": 1024}
    assert (sale["provider"], sale["account"], sale["price_usd"]) == ("pixazo", "5678", "0.35")
    assert sale["request_id"] == receipt["request_id"]


def test_no_two_runs_are_alike(sandbox, photo_server):
    client = sandbox(engine="preview")
    files = []
    for _ in range(2):
        path = submit(client, photo_server, decimation_target=10_000, texture_size=1024).json()["polling_url"]
        deadline = time.monotonic() + 20
        while (said := client.get(path, headers=KEY).json())["status"] != "COMPLETED":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        files.append(client.get(said["output"]["media_url"][0]).content)
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
def test_what_is_wrong_is_400_and_not_sold(plain, photo_server, field, value):
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


def test_media_url_as_a_bare_string_and_statuses_in_lower_case(sandbox, photo_server):
    client = sandbox(pixazo={"media_url": "string", "lower_case_status": True})
    said = client.get(submit(client, photo_server).json()["polling_url"], headers=KEY).json()
    assert said["status"] == "completed"
    assert client.get(said["output"]["media_url"]).content == STUB_GLB


def test_system_errors_are_refunded_and_failures_are_not(sandbox, photo_server):
    client = sandbox()
    for kind, word in (("error-job", "ERROR"), ("fail-job", "FAILED")):
        headers = KEY | {"X-Sandbox-Fault": json.dumps({"kind": kind})}
        said = client.get(submit(client, photo_server, headers).json()["polling_url"], headers=KEY).json()
        assert said["status"] == word
        assert isinstance(said["error"], str)
        assert said["output"] is None
    sales = client.get("/sandbox/sales").json()
    assert [sale["refunded"] for sale in sales["sales"]] == [True, False]
    assert (sales["count"], sales["total_usd"]) == (2, "0.35")


def test_the_webhook_gets_the_status_object(sandbox, photo_server, listener):
    url, heard = listener
    client = sandbox(latency_s=0.3)
    receipt = submit(client, photo_server, KEY | {"X-Webhook-URL": url}).json()
    deadline = time.monotonic() + 10
    while not heard and time.monotonic() < deadline:
        time.sleep(0.02)
    said = client.get(receipt["polling_url"], headers=KEY).json()
    heard[0].pop("updated_at"), said.pop("updated_at")
    links = [heard[0].pop("output"), said.pop("output")]
    assert heard[0] == said
    assert client.get(links[0]["media_url"][0]).content == STUB_GLB


def test_webhooks_come_early_and_five_times(sandbox, photo_server, listener):
    url, heard = listener
    client = sandbox(latency_s=0.2)
    for kind in ("early-webhook", "repeat-webhook"):
        headers = KEY | {"X-Webhook-URL": url, "X-Sandbox-Fault": json.dumps({"kind": kind})}
        submit(client, photo_server, headers)
    deadline = time.monotonic() + 10
    while len(heard) < 7 and time.monotonic() < deadline:
        time.sleep(0.02)
    words = sorted(said["status"] for said in heard)
    assert words == ["COMPLETED"] * 6 + ["PROCESSING"]
