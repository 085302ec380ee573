"""The three uses, for real: what prefect.yaml says, deployed to a Prefect server and run by a worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect import get_client
from prefect.events import emit_event
from prefect.events.worker import EventsWorker

from blocks.accounts import SandboxAccount
from blocks.buckets import LocalFolder
from deployments.bootstrap import bootstrap

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 90.0
QUICK = {
    "generation": {"decimation_target": 10_000, "texture_size": 1024},
    "ladder": [{"triangles": 4_000, "texture_px": 256}],
    "ar": {"triangles": 4_000, "texture_px": 256},
    "poster": {"size_px": 128},
}


class Deployed:
    """A Prefect server with everything deployed and a worker running, and the folder it publishes to."""

    def __init__(self, public: Path) -> None:
        self.client = get_client(httpx_settings={"timeout": 30}, sync_client=True)
        self.public = public

    def ask(self, method: Any, path: Any, body: object = None) -> Any:
        """Ask the API; the client asks again when the database is busy (503)."""
        answer = self.client.request(method, path, json=body)
        return answer.json() if answer.content else None

    def deployment(self, name: str) -> Any:
        return self.ask("GET", f"/deployments/name/{name}")

    def change(self, name: str, **parameters: Any) -> Any:
        """Set parameters of a deployment, as a person would in the UI."""
        there = self.deployment(name)
        merged = {**there["parameters"], "recipe": QUICK, **parameters}
        self.ask("PATCH", f"/deployments/{there['id']}", {"parameters": merged})
        return there

    def finished(self, deployment: Any, *, count: int = 1) -> list[Any]:
        """The runs of a deployment, once so many have ended."""
        wanted = {"deployments": {"id": {"any_": [deployment["id"]]}}, "sort": "START_TIME_ASC"}
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            runs = self.ask("POST", "/flow_runs/filter", wanted)
            ended = [run for run in runs if run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED")]
            if len(ended) >= count:
                return ended
            time.sleep(0.2)
        states = [(run["state"]["name"], run["expected_start_time"]) for run in runs]
        raise AssertionError(f"{deployment['name']}: not {count} runs ended in {LIMIT_S:.0f} s, but {states}")

    def logs(self, run: Any) -> list[str]:
        wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}}
        return [line["message"] for line in self.ask("POST", "/logs/filter", wanted)]

    def published(self, product: str) -> bool:
        return (self.public / "products" / product / "current.json").is_file()


@pytest.fixture(scope="module")
def deployed(
    prefect_server: str, sandbox_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    home = tmp_path_factory.mktemp("home")
    public = home / "public"
    env = {
        **os.environ,
        "VITRINE_HOME": str(home),
        "PREFECT_API_URL": prefect_server,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    list(bootstrap({"VITRINE_HOME": str(home)}))

    async def blocks() -> None:
        await SandboxAccount(base_url=sandbox_url).asave("default", overwrite=True)
        await LocalFolder(path=str(public)).asave("default", overwrite=True)

    asyncio.run(blocks())
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    done = subprocess.run(
        [*prefect, "deploy", "--all"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = (home / "worker.log").open("w")
    worker = subprocess.Popen(
        [*prefect, "worker", "start", "--pool", "vitrine"], cwd=ROOT, env=env, stdout=log, stderr=log
    )
    try:
        yield Deployed(public)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        log.close()


def product(name: str, photo: Path) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "photos": [str(photo)]}


def test_a_product_is_converted_on_demand(deployed: Deployed, draw_photo: Callable[[str], Path]) -> None:
    deployment = deployed.deployment("convert-product/convert-product")
    parameters = {"product": product("teapot", draw_photo("teapot")), "recipe": QUICK}
    deployed.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    (run,) = deployed.finished(deployment)
    assert (run["state"]["type"], run["state"]["message"]) == ("COMPLETED", "published"), deployed.logs(run)
    assert deployed.published("teapot")
    assert any(line.startswith("teapot · build_lods: done") for line in deployed.logs(run))
    assert run["parameters"]["account"] == "block:sandbox-account/default"


def test_a_feed_is_converted_by_the_clock(
    deployed: Deployed, draw_photo: Callable[[str], Path], tmp_path: Path
) -> None:
    draw_photo("plate")
    draw_photo("spoon")
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,photo\nplate,Plate,plate.png\nspoon,Spoon,spoon.png\n")
    deployment = deployed.deployment("convert-catalog/nightly-catalog")
    (schedule,) = deployment["schedules"]
    assert schedule["schedule"]["cron"] == "30 2 * * *"
    soon = datetime.now(UTC) + timedelta(seconds=9)  # the scheduler looks for changes every 5 s
    clock = {"schedule": {"interval": 86_400, "anchor_date": soon.isoformat()}}
    where = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
    deployed.ask("PATCH", where, clock)
    deployed.change("convert-catalog/nightly-catalog", feed=str(feed))
    (run,) = deployed.finished(deployment)
    assert run["auto_scheduled"]
    assert run["state"]["message"] == "2 of 2 products published", deployed.logs(run)
    assert deployed.published("plate")
    assert deployed.published("spoon")
    assert (deployed.public / "index.html").is_file()


def test_a_product_is_ingested_when_an_event_says_so(
    deployed: Deployed, draw_photo: Callable[[str], Path]
) -> None:
    deployment = deployed.change("convert-product/ingest-product")
    emit_event(
        "vitrine.product.updated",
        resource={"prefect.resource.id": "vitrine.product.ladle"},
        payload=product("ladle", draw_photo("ladle")),
    )
    EventsWorker.drain_all(timeout=30)
    (run,) = deployed.finished(deployment)
    assert (run["state"]["type"], run["state"]["message"]) == ("COMPLETED", "published"), deployed.logs(run)
    assert run["parameters"]["product"]["id"] == "ladle"
    assert deployed.published("ladle")

    emit_event(
        "vitrine.product.updated",
        resource={"prefect.resource.id": "vitrine.product.nothing"},
        payload={"title": "no id, no photo"},
    )
    EventsWorker.drain_all(timeout=30)
    failed = deployed.finished(deployment, count=2)[-1]
    assert failed["state"]["type"] == "FAILED"
    assert "product" in failed["state"]["message"]
