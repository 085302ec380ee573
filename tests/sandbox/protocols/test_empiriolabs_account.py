"""Prices, parameters and the account's charges."""

from __future__ import annotations

import pytest

KEY = {"Authorization": "Bearer sk-1234"}


def test_prices_depend_on_the_resolution_and_usage_lists_them(sandbox, order, submit):
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


@pytest.mark.parametrize("form", ["jobs", "anonymous", "totals", "missing"])
def test_every_form_of_account_usage(sandbox, order, form, submit):
    client = sandbox(empiriolabs={"account_usage": form})
    job_id = submit(client, order).json()["job_id"]
    answer = client.get("/v1/account/usage", headers=KEY)
    if form == "missing":
        assert answer.status_code == 404
        return
    usage = answer.json()
    assert usage["total_usd"] == 0.249
    lines = usage.get("data", [])
    assert [line.get("job_id") for line in lines] == {"jobs": [job_id], "anonymous": [None], "totals": []}[
        form
    ]


def test_usage_is_delayed_and_paged(sandbox, order, submit):
    client = sandbox(empiriolabs={"usage_lag_s": 60})
    for _ in range(101):
        submit(client, order)
    assert client.get("/v1/account/usage", headers=KEY).json()["data"] == []
    client.post("/sandbox/clock", json={"advance_s": 61})
    usage = client.get("/v1/account/usage", headers=KEY).json()
    assert (len(usage["data"]), usage["has_more"], usage["total_usd"]) == (100, True, 25.149)
