"""The three uses, for real: what prefect.yaml says, deployed to a Prefect server and run by a worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
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
LIMIT_S = 300.0
"""How long the test waits for what a busy machine does late."""
DEPLOYMENTS = (
    "convert-product/convert-product",
    "convert-product/ingest-product",
    "convert-catalog/nightly-catalog",
)
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
        """The runs of a deployment, often so many have ended."""
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

    def said(self, run: Any, start: str) -> bool:
        """Whether a run has logged a line that starts so; the last lines arrive after its end."""
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            if any(line.startswith(start) for line in self.logs(run)):
                return True
            time.sleep(0.2)
        return False

    def logs(self, run: Any) -> list[str]:
        wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}}
        return [line["message"] for line in self.ask("POST", "/logs/filter", wanted)]

    def published(self, product: str) -> bool:
        return (self.public / "products" / product / "current.json").is_file()


@pytest.fixture
def deployed(
    prefect_server: str,
    sandbox_url: str,
    tmp_path: Path,
    alone: Callable[[], AbstractContextManager[None]],
) -> Iterator[Deployed]:
    home = tmp_path / "home"
    home.mkdir()
    public = home / "public"
    env = {
        **os.environ,
        "VITRINE_HOME": str(home),
        "PREFECT_API_URL": prefect_server,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }

    async def blocks() -> None:
        await SandboxAccount(base_url=sandbox_url).asave("default", overwrite=True)
        await LocalFolder(path=str(public)).asave("default", overwrite=True)

    with alone():
        list(bootstrap({"VITRINE_HOME": str(home)}))
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
    deployed = Deployed(public)
    try:
        yield deployed
    finally:
        for name in DEPLOYMENTS:  # or the schedule starts a run that the worker waits for
            deployed.ask("PATCH", f"/deployments/{deployed.deployment(name)['id']}", {"paused": True})
        worker.terminate()
        worker.wait(timeout=LIMIT_S)
        log.close()


def ask_for(deployed: Deployed, teapot: dict[str, Any]) -> None:
    deployment = deployed.deployment("convert-product/convert-product")
    asked = {"parameters": {"product": teapot, "recipe": QUICK}}
    deployed.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", asked)


def schedule(deployed: Deployed, feed: Path) -> None:
    nightly = deployed.deployment("convert-catalog/nightly-catalog")
    (clock,) = nightly["schedules"]
    assert clock["schedule"]["cron"] == "30 2 * * *"
    # The scheduler looks for changes every 5 s; a busy one misses the first time, hence a minute later again.
    soon = datetime.now(UTC) + timedelta(seconds=9)
    often = {"schedule": {"interval": 60, "anchor_date": soon.isoformat()}}
    deployed.ask("PATCH", f"/deployments/{nightly['id']}/schedules/{clock['id']}", often)
    deployed.change("convert-catalog/nightly-catalog", feed=str(feed))


def tell(deployed: Deployed, *payloads: dict[str, Any]) -> None:
    deployed.change("convert-product/ingest-product")
    for payload in payloads:
        resource = {"prefect.resource.id": f"vitrine.product.{payload.get('id', 'nothing')}"}
        emit_event("vitrine.product.updated", resource=resource, payload=payload)
    EventsWorker.drain_all(timeout=LIMIT_S)


def test_the_three_uses(deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path) -> None:
    """All three set off at once, then looked at one by one: asked for, told by an event, by the clock."""
    photos = {
        name: str(draw_photo(tmp_path / f"{name}.png")) for name in ("plate", "spoon", "ladle", "teapot")
    }
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,photo\nplate,Plate,plate.png\nspoon,Spoon,spoon.png\n")
    schedule(deployed, feed)
    tell(
        deployed,
        {"id": "ladle", "title": "Ladle", "photos": [photos["ladle"]]},
        {"title": "no id, no photo"},
    )
    ask_for(deployed, {"id": "teapot", "title": "Teapot", "photos": [photos["teapot"]]})

    (run,) = deployed.finished(deployed.deployment("convert-product/convert-product"))
    assert (run["state"]["type"], run["state"]["message"]) == ("COMPLETED", "published"), deployed.logs(run)
    assert deployed.published("teapot")
    assert deployed.said(run, "teapot · build_lods: done")
    assert run["parameters"]["account"] == "block:sandbox-account/default"

    runs = deployed.finished(deployed.deployment("convert-product/ingest-product"), count=2)
    states = {run["state"]["type"]: run for run in runs}
    run, failed = states["COMPLETED"], states["FAILED"]
    assert run["state"]["message"] == "published", deployed.logs(run)
    assert run["parameters"]["product"]["id"] == "ladle"
    assert deployed.published("ladle")
    assert "product" in failed["state"]["message"]

    nightly = deployed.deployment("convert-catalog/nightly-catalog")
    run, *_ = deployed.finished(nightly)
    assert run["auto_scheduled"]
    assert run["state"]["message"] == "2 of 2 products published", deployed.logs(run)
    assert deployed.published("plate")
    assert deployed.published("spoon")
    assert (deployed.public / "index.html").is_file()
    here = {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}
    assert nightly["pull_steps"] == [here], "the nightly feed is a path in the repository"
