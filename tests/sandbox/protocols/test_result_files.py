"""Result links and downloads."""

from __future__ import annotations

import httpx
import pytest

from vitrine.sandbox.jobs.stub_model import STUB_GLB

KEY = {"Authorization": "Bearer sk-1234"}


def test_result_links_need_no_key_and_expire_after_seven_days(sandbox, order, submit):
    client = sandbox()
    path = submit(client, order).json()["poll_url"]
    url = client.get(path, headers=KEY).json()["result"]["data"][0]["url"]
    assert client.get(url).content == STUB_GLB
    assert client.get(url.replace("expires=1", "expires=2")).status_code == 403
    client.get(url, headers=KEY)
    assert client.get("/sandbox/requests").json()["downloads_with_key"] == 1
    client.post("/sandbox/clock", json={"advance_s": 7 * 86400 + 1})
    assert client.get(url).status_code == 403


def test_downloads_fail_once_and_then_succeed(sandbox, order, submit):
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
