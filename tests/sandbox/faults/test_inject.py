"""Every kind of fault over real sockets, and what was sold meanwhile."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import httpx
import pytest

KEY = {"x-api-key": "sk-1234"}


def fault(**fields) -> dict[str, str]:
    return KEY | {"X-Sandbox-Fault": json.dumps(fields)}


def sold(client) -> int:
    return client.get("/sandbox/sales").json()["count"]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 409, 413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("accepted", [False, True])
def test_any_status_before_or_after_the_sale(plain, order, status, accepted, submit):
    before = sold(plain)
    answer = submit(plain, order, fault(kind="answer", status=status, accepted=accepted))
    assert answer.status_code == status
    assert answer.json()["error"]["code"]
    assert sold(plain) == before + accepted


def test_error_bodies_and_retry_after(sandbox, order, submit):
    client = sandbox()
    answer = submit(client, order, fault(kind="answer", status=503, body="html", retry_after_s=7))
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-type"].startswith("text/html")
    assert "503" in answer.text
    assert submit(client, order, fault(kind="answer", status=502, body="text")).text.startswith("upstream")
    assert submit(client, order, fault(kind="answer", status=500, body="empty")).content == b""
    odd = submit(
        client, order, fault(kind="answer", status=429, retry_after_s="Fri, 31 Dec 2032 23:59:59 GMT")
    )
    assert odd.headers["retry-after"].startswith("Fri")
    assert sold(client) == 0


@pytest.mark.parametrize(
    ("fields", "error", "sales"),
    [
        ({"kind": "drop"}, httpx.RemoteProtocolError, 0),
        ({"kind": "drop", "accepted": True}, httpx.RemoteProtocolError, 1),
        ({"kind": "reset"}, (httpx.ReadError, httpx.RemoteProtocolError), 1),
        ({"kind": "stall", "delay_s": 0.1}, httpx.RemoteProtocolError, 0),
        ({"kind": "stall", "delay_s": 0.1, "accepted": True}, httpx.RemoteProtocolError, 1),
    ],
)
def test_aborted_connections(plain, order, fields, error, sales):
    before = sold(plain)
    with pytest.raises(error):
        plain.post("/v1/3d/generations", json=order, headers=fault(**fields))
    assert sold(plain) == before + sales


@pytest.mark.parametrize("accepted", [False, True])
def test_a_stalled_response_takes_its_delay(sandbox, order, accepted):
    client = sandbox()
    start = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(
            "/v1/3d/generations", json=order, headers=fault(kind="stall", delay_s=0.5, accepted=accepted)
        )
    assert time.monotonic() - start >= 0.5
    assert sold(client) == accepted


def test_slow_malformed_and_anonymous_responses(sandbox, order, submit):
    client = sandbox()
    start = time.monotonic()
    assert submit(client, order, fault(kind="slow", delay_s=0.3)).status_code == 200
    assert time.monotonic() - start >= 0.3
    garbage = submit(client, order, fault(kind="garbage"))
    assert garbage.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        garbage.json()
    anonymous = submit(client, order, fault(kind="no-id"))
    assert set(anonymous.json()) == {"status", "created_at"}
    assert sold(client) == 3


def test_job_faults(sandbox, order, submit):
    client = sandbox()

    def job(**fields):
        path = submit(client, order, fault(**fields)).json()["poll_url"]
        return path, client.get(path, headers=KEY)

    assert job(kind="lose-job")[1].status_code == 404
    assert job(kind="stuck-job")[1].json()["status"] == "processing"
    assert job(kind="cancel-job")[1].json()["status"] == "cancelled"
    path, first = job(kind="odd-status", status_word="PARKED")
    assert first.json()["status"] == "PARKED"
    assert client.get(path, headers=KEY).json()["status"] == "completed"
    expired = job(kind="expire-links")[1].json()["result"]["data"][0]["url"]
    assert client.get(expired).status_code == 403
    dead = job(kind="dead-link")[1].json()["result"]["data"][0]["url"]
    assert client.get(dead).status_code == 404
    cut = job(kind="truncate-job")[1].json()["result"]["data"][0]["url"]
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.get(cut)
    assert sold(client) == 7


def test_a_clock_that_is_ahead(sandbox, order, submit):
    client = sandbox(clock_skew_s=7200)
    created = datetime.fromisoformat(submit(client, order).json()["created_at"])
    ahead = (created - datetime.now(UTC)).total_seconds()
    assert 7190 < ahead < 7201


def test_a_crash_after_the_sale_keeps_it_in_the_log(order, tmp_path, submit, start_process):
    options = ("--engine", "stub", "--book", str(tmp_path / "sales.jsonl"))
    process, client = start_process(*options)
    submit(client, order)
    with pytest.raises(httpx.RemoteProtocolError):
        submit(client, order, fault(kind="crash", accepted=True))
    assert process.wait(20) == 70
    _, client = start_process(*options)
    assert sold(client) == 2
    jobs = client.get("/v1/jobs", headers=KEY).json()["data"]
    assert [job["status"] for job in jobs] == ["completed", "completed"]
    assert client.get(jobs[0]["result"]["data"][0]["url"]).content[:4] == b"glTF"


def test_a_fault_advances_the_clock(sandbox, order, submit):
    client = sandbox()
    answer = submit(client, order, fault(kind="skew-clock", delay_s=900))
    assert answer.status_code == 200
    ahead = (datetime.fromisoformat(answer.json()["created_at"]) - datetime.now(UTC)).total_seconds()
    assert 890 < ahead < 901
    assert sold(client) == 1


def test_a_response_is_slow_after_the_sale(sandbox, order):
    client = sandbox()
    slow = fault(kind="slow", delay_s=30, accepted=True)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/v1/3d/generations", json=order, headers=KEY | slow, timeout=httpx.Timeout(20, read=0.5))
    deadline = time.monotonic() + 20
    while sold(client) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sold(client) == 1
