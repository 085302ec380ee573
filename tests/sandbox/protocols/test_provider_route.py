"""What all provider routes share: keys and the rate limit."""

from __future__ import annotations

KEY = {"Authorization": "Bearer sk-1234"}


def test_either_header_carries_the_key_and_a_request_without_one_gets_401(sandbox, order, submit):
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


def test_the_rate_limit_counts_status_requests_and_sends_retry_after(sandbox, order, submit):
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
