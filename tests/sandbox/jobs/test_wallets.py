"""API keys that replace one another at one wallet."""

from __future__ import annotations


def _bearer(key):
    return {"Authorization": f"Bearer {key}"}


def test_a_new_key_shows_the_wallets_jobs_and_the_old_one_is_refused(sandbox, order, submit):
    client = sandbox()
    job_id = submit(client, order, _bearer("old")).json()["job_id"]
    assert client.get(f"/v1/jobs/{job_id}", headers=_bearer("new")).status_code == 404
    client.post("/sandbox/keys", json={"old": "old", "new": "new"}).raise_for_status()
    client.post("/sandbox/keys", json={"old": "new", "new": "newest"}).raise_for_status()
    assert [client.get(f"/v1/jobs/{job_id}", headers=_bearer(k)).status_code for k in ("old", "new")] == [
        401
    ] * 2
    listed = client.get("/v1/jobs", headers=_bearer("newest")).json()["data"]
    assert [job["job_id"] for job in listed] == [job_id]
    assert len(client.get("/v1/account/usage", headers=_bearer("newest")).json()["data"]) == 1


def test_an_old_key_may_stay_valid(sandbox, order, submit):
    client = sandbox(keys=["old"])
    assert submit(client, order, _bearer("new")).status_code == 401
    client.post("/sandbox/keys", json={"old": "old", "new": "new", "keep_old": True}).raise_for_status()
    assert [submit(client, order, _bearer(key)).status_code for key in ("old", "new")] == [200, 200]


def test_the_limit_is_the_wallets(sandbox, order, submit):
    client = sandbox(wallets_usd={"old": "0.30"}, rotated_keys={"new": "old"})
    assert [submit(client, order, _bearer("new")).status_code for _ in range(2)] == [200, 402]


def test_nonsense_gets_400(sandbox):
    client = sandbox()
    assert client.post("/sandbox/keys", json={"old": "a"}).status_code == 400
    assert client.post("/sandbox/keys", content=b"[]").status_code == 400
