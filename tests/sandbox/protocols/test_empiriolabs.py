"""EmpirioLabs' protocol as its documentation has it, over real HTTP."""

from __future__ import annotations

import base64
import json
import time

import pytest

from vitrine.sandbox.jobs.stub_model import STUB_GLB

KEY = {"Authorization": "Bearer sk-1234"}


@pytest.fixture
def order(data_uri, dot):
    return {"model": "trellis-2-4b", "image": data_uri(dot)}


def submit(client, order, headers=KEY, **more):
    return client.post("/v1/3d/generations", json=order | more, headers=headers)


def test_happy_path_with_the_real_engine(sandbox, cup, data_uri):
    client = sandbox(engine="preview")
    body = {"model": "trellis-2-4b", "image": data_uri(cup), "decimation_target": 10_000}
    answer = submit(client, body, texture_size="1024")
    assert answer.status_code == 200
    receipt = answer.json()
    assert set(receipt) == {"job_id", "status", "poll_url", "created_at"}
    assert receipt["status"] == "queued"
    assert receipt["poll_url"] == f"/v1/jobs/{receipt['job_id']}"
    deadline = time.monotonic() + 20
    while (job := client.get(receipt["poll_url"], headers=KEY).json())["status"] != "completed":
        assert job["status"] in {"queued", "processing"}
        assert 0 <= job["progress"] < 1
        assert job["result"] is job["error"] is job["completed_at"] is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert set(job) == {"job_id", "status", "progress", "created_at", "completed_at", "result", "error"}
    assert job["progress"] == 1
    (file,) = job["result"]["data"]
    assert file["content_type"] == "model/gltf-binary"
    model = client.get(file["url"])
    assert model.headers["content-type"] == "model/gltf-binary"
    assert model.content[:4] == b"glTF"
    assert int.from_bytes(model.content[8:12], "little") == len(model.content)


def test_either_header_carries_the_key_and_neither_is_401(sandbox, order):
    client = sandbox()
    assert submit(client, order, {"x-api-key": "sk-1"}).status_code == 200
    for headers, code in (({}, "missing_api_key"), ({"Authorization": "Basic abc"}, "missing_api_key")):
        answer = submit(client, order, headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    strict = sandbox(keys=["sk-good"])
    answer = submit(strict, order)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
    assert set(answer.json()["error"]) == {"message", "type", "code"}
    assert strict.get("/sandbox/sales").json()["count"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("resolution", 1024),
        ("resolution", "2048"),
        ("texture_size", 2048),
        ("pipeline_type", "1024"),
        ("seed", -1),
        ("seed", 2**31),
        ("seed", 1.5),
        ("seed", True),
        ("preprocess_image", "yes"),
        ("max_num_tokens", 1023),
        ("ss_sampling_steps", 0),
        ("ss_sampling_steps", 65),
        ("shape_slat_guidance_strength", 20.1),
        ("tex_slat_guidance_interval_end", 1.01),
        ("decimation_target", 9_999),
        ("decimation_target", 1_000_001),
        ("remesh", 1),
        ("response_format", "file"),
        ("image", "data:text/plain;base64,AAAA"),
        ("image", "data:image/png;base64,not base64!"),
        ("image", "ftp://example.com/a.png"),
    ],
)
def test_what_is_out_of_range_is_400_and_not_sold(plain, order, field, value):
    answer = submit(plain, order, **{field: value})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert plain.get("/sandbox/sales").json()["count"] == 0


def test_unknown_fields_pass_and_unknown_models_do_not(sandbox, order):
    client = sandbox()
    assert submit(client, order, some_future_field={"a": 1}).status_code == 200
    answer = submit(client, order, model="trellis-3")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert submit(client, {"model": "trellis-2-4b", "prompt": "a chair"}).status_code == 400
    assert client.post("/v1/3d/generations", content=b"{", headers=KEY).status_code == 400


def test_prices_follow_the_resolution_and_usage_lists_them(sandbox, order):
    client = sandbox()
    for resolution in ("512", "1024", "1536"):
        submit(client, order, resolution=resolution)
    submit(client, order, pipeline_type="512")
    sales = client.get("/sandbox/sales").json()
    assert [sale["price_usd"] for sale in sales["sales"]] == ["0.025", "0.249", "0.499", "0.025"]
    assert sales["total_usd"] == "0.798"
    assert sales["sales"][0]["account"] == "1234"
    usage = client.get("/v1/account/usage", headers=KEY).json()
    assert [charge["amount_usd"] for charge in usage["data"]] == [0.025, 0.499, 0.249, 0.025]
    assert usage["total_usd"] == 0.798
    assert client.get("/v1/account/usage", headers={"x-api-key": "other"}).json()["data"] == []
    live = client.get("/v1/models/trellis-2-4b", headers=KEY).json()
    assert live["pricing"]["resolution"] == {"512": 0.025, "1024": 0.249, "1536": 0.499}
    assert live["parameters"]["seed"] == {
        "type": "integer", "minimum": 0, "maximum": 2147483647, "default": 42,
    }  # fmt: skip


def test_a_wallet_runs_dry_with_402(sandbox, order):
    client = sandbox(wallets_usd={"sk-1234": "0.50"})
    assert [submit(client, order).status_code for _ in range(3)] == [200, 200, 402]
    assert submit(client, order).json()["error"]["code"] == "insufficient_credits"
    assert submit(client, order, resolution="512").status_code == 402
    assert client.get("/sandbox/sales").json()["total_usd"] == "0.498"


def test_jobs_belong_to_their_key_and_are_forgotten_after_an_hour(sandbox, order):
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


def test_result_links_need_no_key_and_end_after_seven_days(sandbox, order):
    client = sandbox()
    path = submit(client, order).json()["poll_url"]
    url = client.get(path, headers=KEY).json()["result"]["data"][0]["url"]
    assert client.get(url).content == STUB_GLB
    assert client.get(url.replace("expires=1", "expires=2")).status_code == 403
    client.get(url, headers=KEY)
    assert client.get("/sandbox/requests").json()["downloads_with_key"] == 1
    client.post("/sandbox/clock", json={"advance_s": 7 * 86400 + 1})
    assert client.get(url).status_code == 403


def test_base64_on_request(sandbox, order):
    client = sandbox()
    path = submit(client, order, response_format="b64_json").json()["poll_url"]
    (file,) = client.get(path, headers=KEY).json()["result"]["data"]
    assert base64.b64decode(file["b64_json"]) == STUB_GLB
    assert "url" not in file


def test_queue_and_latency_by_the_clock(sandbox, order):
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


def test_list_is_newest_first_filtered_and_limited(sandbox, order):
    client = sandbox(latency_s=50)
    first = submit(client, order, seed=1).json()["job_id"]
    client.post("/sandbox/clock", json={"advance_s": 60})
    rest = [submit(client, order, seed=seed).json()["job_id"] for seed in (2, 3)]
    listed = client.get("/v1/jobs?limit=2", headers=KEY).json()["data"]
    assert [job["job_id"] for job in listed] == rest[::-1]
    assert listed[0]["input"] == {"model": "trellis-2-4b", "seed": 3}
    done = client.get("/v1/jobs?status=completed", headers=KEY).json()["data"]
    assert [job["job_id"] for job in done] == [first]
    assert client.get("/v1/jobs?limit=101", headers=KEY).status_code == 400
    assert client.get("/v1/jobs?status=done", headers=KEY).status_code == 400


def test_rate_limit_counts_polls_and_says_when(sandbox, order):
    client = sandbox(rate_limit_per_minute=3)
    path = submit(client, order).json()["poll_url"]
    codes = [client.get(path, headers=KEY).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    answer = client.get(path, headers=KEY)
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    assert 55 <= int(answer.headers["retry-after"]) <= 60
    assert client.get(path, headers={"x-api-key": "other"}).status_code == 404
    client.post("/sandbox/clock", json={"advance_s": 61})
    assert client.get(path, headers=KEY).status_code == 200


@pytest.mark.parametrize(
    ("reading", "status", "where"),
    [
        ({"result": "output"}, "completed", ("output", "models")),
        ({"result": "models", "statuses": "observed"}, "succeeded", ("data", "models")),
        ({"statuses": "upper"}, "COMPLETED", ("result", "data")),
    ],
)
def test_other_readings_of_an_answer(sandbox, order, reading, status, where):
    client = sandbox(empiriolabs={"poll_url": "absolute", "accepted_status": 202} | reading)
    answer = submit(client, order)
    assert answer.status_code == 202
    assert answer.json()["poll_url"].startswith("http://127.0.0.1:")
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert job["status"] == status
    assert job[where[0]][where[1]][0]["url"]


@pytest.mark.parametrize(("form", "expected"), [("string", str), ("object", dict), ("message", type(None))])
def test_failed_jobs_word_their_error_in_three_ways(sandbox, order, form, expected):
    client = sandbox(failure_rate=1, empiriolabs={"error": form})
    job = client.get(submit(client, order).json()["poll_url"], headers=KEY).json()
    assert job["status"] == "failed"
    assert isinstance(job["error"], expected)
    assert "out of memory" in json.dumps(job)
    assert job["result"] is None


def test_a_photo_with_nothing_in_it_is_a_failed_job(sandbox, order):
    client = sandbox(engine="preview")
    path = submit(client, order).json()["poll_url"]
    deadline = time.monotonic() + 20
    while (job := client.get(path, headers=KEY).json())["status"] in {"queued", "processing"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "failed"
    assert "solid" in job["error"]["message"]


def test_cancelled_jobs_stay_charged(sandbox, order):
    client = sandbox(latency_s=1000)
    path = submit(client, order).json()["poll_url"]
    assert client.post(f"{path}/cancel", headers=KEY).json()["status"] == "cancelled"
    assert client.get(path, headers=KEY).json()["status"] == "cancelled"
    assert client.get("/sandbox/sales").json()["total_usd"] == "0.249"


@pytest.mark.parametrize("reading", ["jobs", "anonymous", "totals", "missing"])
def test_usage_in_every_reading(sandbox, order, reading):
    client = sandbox(empiriolabs={"account_usage": reading})
    job_id = submit(client, order).json()["job_id"]
    answer = client.get("/v1/account/usage", headers=KEY)
    if reading == "missing":
        assert answer.status_code == 404
        return
    usage = answer.json()
    assert usage["total_usd"] == 0.249
    lines = usage.get("data", [])
    assert [line.get("job_id") for line in lines] == {"jobs": [job_id], "anonymous": [None], "totals": []}[
        reading
    ]


def test_usage_lags_behind_and_is_paged(sandbox, order):
    client = sandbox(empiriolabs={"usage_lag_s": 60})
    for _ in range(101):
        submit(client, order)
    assert client.get("/v1/account/usage", headers=KEY).json()["data"] == []
    client.post("/sandbox/clock", json={"advance_s": 61})
    usage = client.get("/v1/account/usage", headers=KEY).json()
    assert (len(usage["data"]), usage["has_more"], usage["total_usd"]) == (100, True, 25.149)


def test_a_downgrade_shows_in_usage_only_where_the_service_tells(sandbox, order):
    client = sandbox(downgrade_1536=True, charge_downgraded="made", empiriolabs={"usage": "settings"})
    answer = submit(client, order | {"resolution": "1536"})
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert job["result"]["usage"] == {"cost_usd": 0.249, "resolution": "1024", "texture_size": "2048"}
    client = sandbox(empiriolabs={"usage": "nothing"})
    answer = submit(client, order)
    assert "usage" not in client.get(answer.json()["poll_url"], headers=KEY).json()["result"]


def test_one_job_is_queued_longer(sandbox, order):
    client = sandbox()
    client.post("/sandbox/faults", json={"kind": "slow-queue", "delay_s": 600})
    slow, quick = (submit(client, order).json()["poll_url"] for _ in range(2))
    assert [client.get(job, headers=KEY).json()["status"] for job in (slow, quick)] == ["queued", "completed"]
    client.post("/sandbox/clock", json={"advance_s": 601})
    assert client.get(slow, headers=KEY).json()["status"] == "completed"
