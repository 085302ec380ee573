"""Orders, jobs and their expiry, over HTTP."""

from __future__ import annotations

import json
import time

import httpx
import pytest

KEY = {"Authorization": "Bearer sk-1234"}
CRASH = {"X-Sandbox-Fault": '{"kind": "crash", "accepted": true}'}


def test_an_order_above_the_balance_gets_402(sandbox, order, submit):
    client = sandbox(wallets_usd={"sk-1234": "0.50"})
    assert [submit(client, order).status_code for _ in range(3)] == [200, 200, 402]
    assert submit(client, order).json()["error"]["code"] == "insufficient_credits"
    assert submit(client, order, resolution="512").status_code == 402
    assert client.get("/sandbox/sales").json()["total_usd"] == "0.498"


def test_jobs_belong_to_their_key_and_expire_after_an_hour(sandbox, order, submit):
    client = sandbox()
    path = submit(client, order).json()["poll_url"]
    assert client.get(path, headers={"x-api-key": "other"}).status_code == 404
    client.post("/sandbox/clock", json={"advance_s": 3599})
    assert client.get(path, headers=KEY).json()["status"] == "completed"
    client.post("/sandbox/clock", json={"advance_s": 2})
    answer = client.get(path, headers=KEY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_not_found")
    assert client.get("/v1/jobs", headers=KEY).json()["data"] == []
    assert client.get("/v1/jobs/job_unknown", headers=KEY).status_code == 404


def test_a_job_is_queued_then_processed_by_the_clock(sandbox, order, submit):
    client = sandbox(queue_s=100, latency_s=1000)
    path = submit(client, order).json()["poll_url"]
    seen = []
    for advance in (0, 99, 2, 499, 505):
        client.post("/sandbox/clock", json={"advance_s": advance})
        job = client.get(path, headers=KEY).json()
        seen.append((job["status"], round(job["progress"], 1)))
    assert seen == [
        ("queued", 0), ("queued", 0), ("processing", 0), ("processing", 0.5), ("completed", 1),
    ]  # fmt: skip


def test_a_photo_without_a_subject_fails_the_job(sandbox, order, submit):
    client = sandbox(engine="preview")
    path = submit(client, order).json()["poll_url"]
    deadline = time.monotonic() + 20
    while (job := client.get(path, headers=KEY).json())["status"] in {"queued", "processing"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "failed"
    assert "solid" in job["error"]["message"]


def test_one_job_is_queued_for_longer(sandbox, order, submit):
    client = sandbox()
    client.post("/sandbox/faults", json={"kind": "slow-queue", "delay_s": 600})
    slow, quick = (submit(client, order).json()["poll_url"] for _ in range(2))
    assert [client.get(job, headers=KEY).json()["status"] for job in (slow, quick)] == ["queued", "completed"]
    client.post("/sandbox/clock", json={"advance_s": 601})
    assert client.get(slow, headers=KEY).json()["status"] == "completed"


def test_1536_is_generated_at_1024_without_a_report(sandbox, order, submit):
    client = sandbox(downgrade_1536=True)
    answer = submit(client, order | {"resolution": "1536"})
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert "1024" not in json.dumps(job)
    (sale,) = client.get("/sandbox/sales").json()["sales"]
    assert sale["price_usd"] == "0.499"
    assert sale["settings"]["resolution"] == "1536"


def test_a_crash_before_the_model_is_generated_only_delays_it(cup, data_uri, tmp_path, submit, start_process):
    options = ("--book", str(tmp_path / "sales.jsonl"))
    order = {
        "model": "trellis-2-4b",
        "image": data_uri(cup),
        "decimation_target": 10_000,
        "texture_size": "1024",
    }
    process, client = start_process(*options)
    with pytest.raises(httpx.RemoteProtocolError):
        submit(client, order, KEY | CRASH)
    assert process.wait(20) == 70
    _, client = start_process(*options)
    deadline = time.monotonic() + 60
    while (job := client.get("/v1/jobs", headers=KEY).json()["data"][0])["status"] != "completed":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert client.get(job["result"]["data"][0]["url"]).content[:4] == b"glTF"
