"""Everything that can go wrong, on demand, over real sockets: and what was sold meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import pytest

KEY = {"x-api-key": "sk-1234"}


@pytest.fixture
def order(data_uri, dot):
    return {"model": "trellis-2-4b", "image": data_uri(dot)}


def fault(**fields) -> dict[str, str]:
    return KEY | {"X-Sandbox-Fault": json.dumps(fields)}


def submit(client, order, headers=KEY):
    return client.post("/v1/3d/generations", json=order, headers=headers)


def sold(client) -> int:
    return client.get("/sandbox/sales").json()["count"]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 409, 413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("accepted", [False, True])
def test_any_status_before_or_after_the_sale(plain, order, status, accepted):
    before = sold(plain)
    answer = submit(plain, order, fault(kind="answer", status=status, accepted=accepted))
    assert answer.status_code == status
    assert answer.json()["error"]["code"]
    assert sold(plain) == before + accepted


def test_answers_in_other_words_and_with_retry_after(sandbox, order):
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
        ({"kind": "stall", "delay_s": 1}, httpx.ReadTimeout, 0),
        ({"kind": "stall", "delay_s": 1, "accepted": True}, httpx.ReadTimeout, 1),
    ],
)
def test_connections_that_break(plain, order, fields, error, sales):
    before = sold(plain)
    with pytest.raises(error):
        plain.post("/v1/3d/generations", json=order, headers=fault(**fields), timeout=0.4)
    assert sold(plain) == before + sales


def test_slow_garbage_and_no_id(sandbox, order):
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


def test_faults_of_jobs(sandbox, order):
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


def test_downloads_break_once_and_then_work(sandbox, order):
    client = sandbox()
    path = submit(client, order).json()["poll_url"]
    url = client.get(path, headers=KEY).json()["result"]["data"][0]["url"]
    faults = [
        {"kind": "truncate", "on": "download"},
        {"kind": "answer", "status": 503, "on": "download"},
        {"kind": "expired-link", "on": "download"},
        {"kind": "garbage", "on": "download"},
    ]
    client.post("/sandbox/faults", json=faults)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.get(url)
    assert [client.get(url).status_code for _ in range(2)] == [503, 403]
    assert client.get(url).content[:4] != b"glTF"
    assert client.get(url).content[:4] == b"glTF"


def test_the_queue_is_taken_in_order_by_place_provider_and_number(sandbox, order):
    client = sandbox(
        faults=[
            {"kind": "answer", "status": 500, "provider": "pixazo"},
            {"kind": "answer", "status": 503, "times": 2, "after": 1},
            {"kind": "answer", "status": 502, "on": "status"},
        ]
    )
    assert [submit(client, order).status_code for _ in range(4)] == [200, 503, 503, 200]
    path = client.get("/v1/jobs", headers=KEY)
    assert path.status_code == 502
    assert [f["provider"] for f in client.get("/sandbox/faults").json()["pending"]] == ["pixazo"]
    assert client.delete("/sandbox/faults").json() == {"pending": []}


def test_a_fault_that_makes_no_sense_is_told_so(sandbox, order):
    client = sandbox()
    assert "kind: Input should be" in submit(client, order, fault(kind="explode")).json()["error"]["message"]
    assert client.post("/sandbox/faults", content=b"nonsense").status_code == 400
    assert sold(client) == 0


def test_1536_is_silently_made_at_1024(sandbox, order):
    client = sandbox(downgrade_1536=True)
    answer = submit(client, order | {"resolution": "1536"})
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert "1024" not in json.dumps(job)
    (sale,) = client.get("/sandbox/sales").json()["sales"]
    assert sale["price_usd"] == "0.499"
    assert sale["settings"]["resolution"] == "1536"


@pytest.mark.parametrize(("status", "says"), [(402, "Insufficient Balance"), (500, "Internal Server Error")])
def test_pixazo_has_its_own_words(plain, photo_server, status, says):
    headers = {"Ocp-Apim-Subscription-Key": "pk-1"} | fault(kind="answer", status=status)
    path = "/trellis-2-image-to-3d/v1/trellis-2-image-to-3d-request"
    answer = plain.post(path, json={"image_url": photo_server}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, says)


def test_a_clock_that_is_ahead(sandbox, order):
    client = sandbox(clock_skew_s=7200)
    created = datetime.fromisoformat(submit(client, order).json()["created_at"])
    ahead = (created - datetime.now(UTC)).total_seconds()
    assert 7190 < ahead < 7201


def test_a_crash_before_the_model_is_made_only_delays_it(cup, data_uri, tmp_path):
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--book", str(tmp_path / "book")]
    body = {
        "model": "trellis-2-4b",
        "image": data_uri(cup),
        "decimation_target": 10_000,
        "texture_size": "1024",
    }
    for run in ("crashes", "recovers"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert process.stdout is not None
            with httpx.Client(base_url=process.stdout.readline().split()[-1], timeout=20) as client:
                if run == "crashes":
                    with pytest.raises(httpx.RemoteProtocolError):
                        submit(client, body, fault(kind="crash", accepted=True))
                    assert process.wait(10) == 70
                    continue
                deadline = time.monotonic() + 30
                while (job := client.get("/v1/jobs", headers=KEY).json()["data"][0])["status"] != "completed":
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                assert client.get(job["result"]["data"][0]["url"]).content[:4] == b"glTF"
        finally:
            process.terminate()
            process.wait(10)


def test_a_crash_after_the_sale_leaves_it_in_the_book(order, tmp_path):
    book = tmp_path / "sales.jsonl"
    command = [
        sys.executable,
        "-m",
        "vitrine.sandbox",
        "--port",
        "0",
        "--engine",
        "stub",
        "--book",
        str(book),
    ]

    def start() -> tuple[subprocess.Popen[str], httpx.Client]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("vitrine sandbox listening on http://127.0.0.1:")
        return process, httpx.Client(base_url=line.split()[-1])

    process, client = start()
    submit(client, order)
    with pytest.raises(httpx.RemoteProtocolError):
        submit(client, order, fault(kind="crash", accepted=True))
    assert process.wait(10) == 70
    process, client = start()
    try:
        assert sold(client) == 2
        jobs = client.get("/v1/jobs", headers=KEY).json()["data"]
        assert [job["status"] for job in jobs] == ["completed", "completed"]
        assert client.get(jobs[0]["result"]["data"][0]["url"]).content[:4] == b"glTF"
    finally:
        process.terminate()
        process.wait(10)


def test_the_clock_goes_ahead_on_demand(sandbox, order):
    client = sandbox()
    answer = submit(client, order, fault(kind="skew-clock", delay_s=900))
    assert answer.status_code == 200
    ahead = (datetime.fromisoformat(answer.json()["created_at"]) - datetime.now(UTC)).total_seconds()
    assert 890 < ahead < 901
    assert sold(client) == 1


def test_an_answer_is_slow_after_the_sale(sandbox, order):
    client = sandbox()
    slow = fault(kind="slow", delay_s=30, accepted=True)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/v1/3d/generations", json=order, headers=KEY | slow, timeout=0.5)
    assert sold(client) == 1
