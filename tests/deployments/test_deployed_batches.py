"""Catalogues in batches, for real: on a Prefect server, run by a worker."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tasks.job_slot import limit_name
from tasks.restart_run import RESTART
from tests.fixtures.deployed import QUICK, Deployed

pytestmark = pytest.mark.server


def test_a_catalogue_in_batches_survives_the_death_of_one(
    deployed: Deployed, sandbox_url: str, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    def sales() -> int:
        return int(httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"])

    deployed.change("restart-run/restart-run", delays_s=[1.0, 1.0])
    feed = tmp_path / "batches.csv"
    feed.write_text("id,title,photo\n" + "".join(f"{name},,{name}.png\n" for name in ("cup", "pan", "wok")))
    for name in ("cup", "pan", "wok"):
        draw_photo(tmp_path / f"{name}.png")
    before = sales()
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=2, batches_at_once=2)
    batches = deployed.deployment("convert-batch/convert-batch")
    for _ in deployed.waits():
        if sales() > before:
            break
    mine = [each for each in deployed.runs(batches) if f"catalog-run:{run['id']}" in each["tags"]]
    first = min(mine, key=lambda each: str(each["created"]))
    assert deployed.kill(first) >= 1

    states = deployed.until(run, "COMPLETED")
    assert states[-1]["message"] == "3 of 3 products published", deployed.logs(run)
    assert all(deployed.published(name) for name in ("cup", "pan", "wok"))
    assert sales() == before + 3
    ended = [each for each in deployed.runs(batches) if f"catalog-run:{run['id']}" in each["tags"]]
    assert [each["state"]["type"] for each in ended] == ["COMPLETED", "COMPLETED"]
    assert RESTART in {state["name"] for state in deployed.history(first)}


def test_the_limit_of_an_account_holds_over_all_batches(
    deployed: Deployed,
    one_job_at_once: dict[str, Any],
    sandbox_url: str,
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    names = [f"bowl{n}" for n in range(4)]
    feed = tmp_path / "bowls.csv"
    feed.write_text(
        "id,title,photo\n" + "".join(f"{name},,{draw_photo(tmp_path / f'{name}.png')}\n" for name in names)
    )
    deployed.ask("POST", "/v2/concurrency_limits/increment", one_job_at_once)  # somebody else's job
    before = httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"]
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=2, batches_at_once=2)
    batches = deployed.deployment("convert-batch/convert-batch")
    for _ in deployed.waits():
        mine = [each for each in deployed.runs(batches) if f"catalog-run:{run['id']}" in each["tags"]]
        if len(deployed.step_ends(mine, "prepare_photo")) == len(names):
            break
    assert [each["state"]["type"] for each in mine] == ["RUNNING", "RUNNING"]
    time.sleep(3)
    assert httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"] == before, "the only place is taken"

    deployed.ask("POST", "/v2/concurrency_limits/decrement", one_job_at_once)
    states = deployed.until(run, "COMPLETED")
    assert states[-1]["message"] == "4 of 4 products published", deployed.logs(run)
    for _ in deployed.waits():
        delivered = deployed.step_ends(mine, "fetch_model")
        if len(delivered) == len(names):
            break
    bought = deployed.step_ends(mine, "buy_model")
    jobs = sorted((bought[name], delivered[name]) for name in names)
    for (_, end), (start, _) in itertools.pairwise(jobs):
        assert end <= start, "a job was bought while another one was under way"


def test_a_cancelled_catalogue_buys_nothing_more(
    deployed: Deployed, sandbox_url: str, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    names = [f"tile{n}" for n in range(12)]
    feed = tmp_path / "tiles.csv"
    feed.write_text(
        "id,title,photo\n" + "".join(f"{name},,{draw_photo(tmp_path / f'{name}.png')}\n" for name in names)
    )
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=6, concurrency=1)
    batches = deployed.deployment("convert-batch/convert-batch")

    def mine() -> list[Any]:
        return [each for each in deployed.runs(batches) if f"catalog-run:{run['id']}" in each["tags"]]

    for _ in deployed.waits():
        if any(each["state"]["type"] == "RUNNING" for each in mine()):
            break
    deployed.ask("POST", f"/flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLING"}})
    deployed.until(run, "CANCELLED")
    for _ in deployed.waits():
        if all(each["state"]["type"] in ("CANCELLED", "COMPLETED") for each in mine()):
            break
    ended = mine()
    assert "CANCELLED" in {each["state"]["type"] for each in ended}
    bought = httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"]
    time.sleep(5)
    assert [each["id"] for each in mine()] == [each["id"] for each in ended], "no further batch is started"
    assert httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"] == bought


@pytest.fixture
def one_job_at_once(deployed: Deployed) -> Iterator[dict[str, Any]]:
    """The sandbox's account takes one job at a time; yields the request for its slot."""
    name = limit_name("block:sandbox-account/sandbox")
    deployed.ask("POST", "/v2/concurrency_limits/", {"name": name, "limit": 1})
    yield {"names": [name], "slots": 1, "mode": "concurrency"}
    deployed.ask("DELETE", f"/v2/concurrency_limits/{name}")
