"""The sandbox's own routes: request counts and faults."""

from __future__ import annotations

KEY = {"Authorization": "Bearer sk-1234"}


def test_faults_are_taken_in_order_by_endpoint_provider_and_number(sandbox, order, submit):
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


def test_an_invalid_fault_gets_400(sandbox, order, submit):
    client = sandbox()
    answer = submit(client, order, KEY | {"X-Sandbox-Fault": '{"kind": "explode"}'})
    assert "kind: Input should be" in answer.json()["error"]["message"]
    assert client.post("/sandbox/faults", content=b"nonsense").status_code == 400
    assert client.get("/sandbox/sales").json()["count"] == 0


def test_requests_are_counted_by_route(sandbox, dot, data_uri):
    client = sandbox()
    body = {"model": "trellis-2-4b", "image": data_uri(dot)}
    path = client.post("/v1/3d/generations", json=body, headers=KEY).json()["poll_url"]
    for _ in range(3):
        client.get(path, headers=KEY)
    counts = client.get("/sandbox/requests").json()
    assert counts["by_route"] == {"GET /v1/jobs/{job_id}": 3, "POST /v1/3d/generations": 1}
    assert list(counts["busiest_minute"].values()) == [4]
