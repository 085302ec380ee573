"""EmpirioLabs' protocol as its documentation describes it, over real HTTP."""

from __future__ import annotations

import base64
import json
import time

import pytest

from vitrine.sandbox.jobs.stub_model import STUB_GLB

KEY = {"Authorization": "Bearer sk-1234"}


def test_an_order_is_completed_by_the_preview_engine(sandbox, cup, data_uri, submit):
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
def test_invalid_fields_get_400_and_are_not_sold(plain, order, field, value, submit):
    answer = submit(plain, order, **{field: value})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert plain.get("/sandbox/sales").json()["count"] == 0


def test_unknown_fields_pass_and_unknown_models_do_not(sandbox, order, submit):
    client = sandbox()
    assert submit(client, order, some_future_field={"a": 1}).status_code == 200
    answer = submit(client, order, model="trellis-3")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert submit(client, {"model": "trellis-2-4b", "prompt": "a chair"}).status_code == 400
    assert client.post("/v1/3d/generations", content=b"{", headers=KEY).status_code == 400


def test_a_result_in_base64(sandbox, order, submit):
    client = sandbox()
    path = submit(client, order, response_format="b64_json").json()["poll_url"]
    (file,) = client.get(path, headers=KEY).json()["result"]["data"]
    assert base64.b64decode(file["b64_json"]) == STUB_GLB
    assert "url" not in file


def test_jobs_are_listed_newest_first_filtered_and_limited(sandbox, order, submit):
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


@pytest.mark.parametrize(
    ("options", "status", "where"),
    [
        ({"result": "output"}, "completed", ("output", "models")),
        ({"result": "models", "statuses": "observed"}, "succeeded", ("data", "models")),
        ({"statuses": "upper"}, "COMPLETED", ("result", "data")),
    ],
)
def test_the_other_forms_of_a_status_response(sandbox, order, options, status, where, submit):
    client = sandbox(empiriolabs={"poll_url": "absolute", "accepted_status": 202} | options)
    answer = submit(client, order)
    assert answer.status_code == 202
    assert answer.json()["poll_url"].startswith("http://127.0.0.1:")
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert job["status"] == status
    assert job[where[0]][where[1]][0]["url"]


@pytest.mark.parametrize(("form", "expected"), [("string", str), ("object", dict), ("message", type(None))])
def test_the_three_forms_of_an_error(sandbox, order, form, expected, submit):
    client = sandbox(failure_rate=1, empiriolabs={"error": form})
    job = client.get(submit(client, order).json()["poll_url"], headers=KEY).json()
    assert job["status"] == "failed"
    assert isinstance(job["error"], expected)
    assert "out of memory" in json.dumps(job)
    assert job["result"] is None


def test_cancelled_jobs_stay_charged(sandbox, order, submit):
    client = sandbox(latency_s=1000)
    path = submit(client, order).json()["poll_url"]
    assert client.post(f"{path}/cancel", headers=KEY).json()["status"] == "cancelled"
    assert client.get(path, headers=KEY).json()["status"] == "cancelled"
    assert client.get("/sandbox/sales").json()["total_usd"] == "0.249"


def test_usage_reports_a_downgrade_only_by_setting(sandbox, order, submit):
    client = sandbox(downgrade_1536=True, charge_downgraded="made", empiriolabs={"usage": "settings"})
    answer = submit(client, order | {"resolution": "1536"})
    job = client.get(answer.json()["poll_url"], headers=KEY).json()
    assert job["result"]["usage"] == {"cost_usd": 0.249, "resolution": "1024", "texture_size": "2048"}
    client = sandbox(empiriolabs={"usage": "nothing"})
    answer = submit(client, order)
    assert "usage" not in client.get(answer.json()["poll_url"], headers=KEY).json()["result"]
