"""The deployments, for real: what prefect.yaml says, deployed to a Prefect server and run by a worker."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.events import emit_event
from prefect.events.worker import EventsWorker

from flows.start_forgotten import start_forgotten
from tasks.flow_runs import flow_run_id
from tasks.job_slot import limit_name
from tasks.restart_run import RESTART
from tests.fixtures.deployed import LIMIT_S, QUICK, ROOT, Deployed
from vitrine.publishing.releases import read_release
from vitrine.storage.local import LocalBucket

pytestmark = pytest.mark.server


def ask_for(deployed: Deployed, product: dict[str, Any]) -> Any:
    return deployed.start("convert-product/convert-product", product=product, recipe=QUICK)


def schedule(deployed: Deployed, feed: Path) -> None:
    nightly = deployed.deployment("convert-catalog/nightly-catalog")
    (clock,) = nightly["schedules"]
    assert clock["schedule"]["cron"] == "30 2 * * *"
    # The scheduler looks for changes every 5 s; a busy one misses the first time, hence a minute later again.
    soon = datetime.now(UTC) + timedelta(seconds=9)
    often = {"schedule": {"interval": 60, "anchor_date": soon.isoformat()}}
    deployed.ask("PATCH", f"/deployments/{nightly['id']}/schedules/{clock['id']}", often)
    deployed.change("convert-catalog/nightly-catalog", feed=str(feed), recipe=QUICK)


def tell(deployed: Deployed, *payloads: dict[str, Any]) -> None:
    deployed.change("convert-product/ingest-product", recipe=QUICK)
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

    run, *_ = deployed.finished(deployed.deployment("convert-product/convert-product"))
    assert (run["state"]["type"], run["state"]["message"]) == ("COMPLETED", "published"), deployed.logs(run)
    assert deployed.published("teapot")
    assert deployed.said(run, "teapot · build_lods: done")
    assert run["parameters"]["account"] == "block:sandbox-account/sandbox"

    runs = deployed.finished(deployed.deployment("convert-product/ingest-product"), count=2)
    states = {run["state"]["type"]: run for run in runs}
    run, failed = states["COMPLETED"], states["FAILED"]
    assert run["state"]["message"] == "published", deployed.logs(run)
    assert run["parameters"]["product"]["id"] == "ladle"
    assert deployed.published("ladle")
    assert "product" in failed["state"]["message"]

    nightly = deployed.deployment("convert-catalog/nightly-catalog")
    run, *_ = deployed.finished(nightly)
    deployed.ask("PATCH", f"/deployments/{nightly['id']}", {"paused": True})
    assert run["auto_scheduled"]
    assert run["state"]["message"] == "2 of 2 products published", deployed.logs(run)
    assert deployed.published("plate")
    assert deployed.published("spoon")
    assert (deployed.public / "index.html").is_file()
    here = {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}
    assert nightly["pull_steps"] == [here], "the nightly feed is a path in the repository"


def test_a_killed_run_is_started_again_and_pays_once(
    deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    deployed.change("restart-run/restart-run", delays_s=[5.0, 1.0])
    before = deployed.sales()
    photo = draw_photo(tmp_path / "kettle.png")
    run = ask_for(deployed, {"id": "kettle", "title": "Kettle", "photos": [str(photo)]})
    deadline = time.monotonic() + LIMIT_S
    while deployed.sales() == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert deployed.kill(run) >= 1

    states = deployed.until(run, "COMPLETED")
    names = [state["name"] for state in states]
    assert names.count("Running") == 2
    # The worker reports the death when the process has ended, and again after a process that imports the flow
    # to call its hooks. A restart that is quicker than that import is put off by the second report.
    reports = [state["message"] for state in states if state["name"] == "Crashed"]
    assert [text for text in reports if "exited with" in text] == reports
    assert len(reports) == len({text.partition(" exited")[0] for text in reports}) <= 2, reports
    assert {state["message"] for state in states if state["name"] == RESTART} == {
        "restart 1 of 2, 5 s after Crashed"
    }
    assert states[-1]["message"] == "published"
    assert deployed.published("kettle")
    assert deployed.sales() == before + 1


def test_a_catalogue_in_batches_survives_the_death_of_one(
    deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    deployed.change("restart-run/restart-run", delays_s=[1.0, 1.0])
    feed = tmp_path / "batches.csv"
    feed.write_text("id,title,photo\n" + "".join(f"{name},,{name}.png\n" for name in ("cup", "pan", "wok")))
    for name in ("cup", "pan", "wok"):
        draw_photo(tmp_path / f"{name}.png")
    before = deployed.sales()
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=2, batches_at_once=2)
    for _ in deployed.waits():
        if deployed.sales() > before:
            break
    mine = deployed.batches(run)
    first = min(mine, key=lambda each: str(each["created"]))
    assert deployed.kill(first) >= 1

    states = deployed.until(run, "COMPLETED")
    assert states[-1]["message"] == "3 of 3 products published", deployed.logs(run)
    assert all(deployed.published(name) for name in ("cup", "pan", "wok"))
    assert deployed.sales() == before + 3
    ended = deployed.batches(run)
    assert [each["state"]["type"] for each in ended] == ["COMPLETED", "COMPLETED"]
    assert RESTART in {state["name"] for state in deployed.history(first)}


def test_the_limit_of_an_account_holds_over_all_batches(
    deployed: Deployed,
    one_job_at_once: dict[str, Any],
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    names = [f"bowl{n}" for n in range(4)]
    feed = tmp_path / "bowls.csv"
    feed.write_text(
        "id,title,photo\n" + "".join(f"{name},,{draw_photo(tmp_path / f'{name}.png')}\n" for name in names)
    )
    deployed.ask("POST", "/v2/concurrency_limits/increment", one_job_at_once)  # somebody else's job
    before = deployed.sales()
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=2, batches_at_once=2)
    for _ in deployed.waits():
        mine = deployed.batches(run)
        if len(deployed.step_ends(mine, "prepare_photo")) == len(names):
            break
    assert [each["state"]["type"] for each in mine] == ["RUNNING", "RUNNING"]
    time.sleep(3)
    assert deployed.sales() == before, "the only place is taken"

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
    deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    names = [f"tile{n}" for n in range(12)]
    feed = tmp_path / "tiles.csv"
    feed.write_text(
        "id,title,photo\n" + "".join(f"{name},,{draw_photo(tmp_path / f'{name}.png')}\n" for name in names)
    )
    catalog = "convert-catalog/nightly-catalog"
    run = deployed.start(catalog, feed=str(feed), recipe=QUICK, batch_size=6, concurrency=1)
    for _ in deployed.waits():
        if any(each["state"]["type"] == "RUNNING" for each in deployed.batches(run)):
            break
    deployed.ask("POST", f"/flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLING"}})
    deployed.until(run, "CANCELLED")
    for _ in deployed.waits():
        if all(each["state"]["type"] in ("CANCELLED", "COMPLETED") for each in deployed.batches(run)):
            break
    ended = deployed.batches(run)
    assert "CANCELLED" in {each["state"]["type"] for each in ended}
    bought = deployed.sales()
    time.sleep(5)
    assert [each["id"] for each in deployed.batches(run)] == [each["id"] for each in ended], (
        "no further batch is started"
    )
    assert deployed.sales() == bought


def test_a_run_that_goes_on_failing_is_started_again_only_so_often(
    deployed: Deployed, tmp_path: Path
) -> None:
    deployed.change("restart-run/restart-run", delays_s=[1.0])
    (tmp_path / "broken.png").write_bytes(b"no photo")
    run = ask_for(deployed, {"id": "broken", "title": "Broken", "photos": [str(tmp_path / "broken.png")]})
    deployed.until(run, "FAILED", times=2)  # Prefect drops an event of these now and then: see `waits`
    # If Prefect evaluates an event late, `start-forgotten` has asked as well: one answer more, no restart.
    wanted = {
        "broken: restart 1 of 1, 1 s after Failed",
        "broken is not started again: it has been restarted 1 times",
    }
    restart_run = deployed.deployment("restart-run/restart-run")
    for _ in deployed.waits():
        said = {each["state"]["message"] for each in deployed.finished(restart_run, of=run)}
        if wanted <= said:
            break
    assert wanted <= said
    assert [state["name"] for state in deployed.history(run)].count("Running") == 2


def test_a_held_product_is_decided_about_in_the_form_of_its_run(
    deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    def resume(decision: str) -> tuple[str, str]:
        """Answer the form as the UI does, once it is there; it comes a moment after the state."""
        answer = {"run_input": {"decision": decision, "by": "Ada"}}
        for _ in deployed.waits():
            result = deployed.ask("POST", f"/flow_runs/{run['id']}/resume", answer)
            if (reason := result["details"].get("reason") or "") != "Run input schema not found.":
                break
        return result["status"], reason

    before = deployed.sales()
    product = {"id": "ewer", "title": "Ewer", "photos": [str(draw_photo(tmp_path / "ewer.png"))]}
    always = {**QUICK, "review": "always"}
    run = deployed.start("convert-product/convert-product", product=product, recipe=always, ask=True)
    deployed.until(run, "PAUSED")
    status, reason = resume("burn it")
    assert status == "REJECT"
    assert "burn it" in reason
    assert resume("turn by 90°") == ("ACCEPT", "")
    deployed.until(run, "PAUSED", times=2)
    assert not deployed.published("ewer")
    assert deployed.said(run, "ewer · answer_review: ewer: the next run turns it by 90°")
    assert resume("approve") == ("ACCEPT", "")
    states = deployed.until(run, "COMPLETED")
    assert states[-1]["message"] == "unchanged", "approving publishes it, and the run finds it published"
    manifest = read_release(LocalBucket(deployed.public), "ewer")
    assert manifest.review is not None
    assert manifest.review.by == "Ada"
    assert deployed.sales() == before + 1


def test_a_form_that_nobody_answers_is_closed_by_the_recipes_default(
    deployed: Deployed, draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    deployed.change("restart-run/restart-run", delays_s=[1.0, 1.0])
    product = {"id": "carafe", "title": "Carafe", "photos": [str(draw_photo(tmp_path / "carafe.png"))]}
    recipe = {**QUICK, "review": "always", "review_days": 25 / 86_400, "review_default": "approved"}
    run = deployed.start("convert-product/convert-product", product=product, recipe=recipe, ask=True)
    deployed.until(run, "PAUSED")
    assert not deployed.published("carafe")
    states = deployed.until(run, "COMPLETED")
    assert RESTART in {state["name"] for state in states}, "Prefect fails a run whose pause has ended"
    manifest = read_release(LocalBucket(deployed.public), "carafe")
    assert manifest.review is not None
    assert manifest.review.by.startswith("time-out after ")


@pytest.fixture
def one_job_at_once(deployed: Deployed) -> Iterator[dict[str, Any]]:
    """The sandbox's account takes one job at a time; yields the request for its slot."""
    name = limit_name("block:sandbox-account/sandbox")
    deployed.ask("POST", "/v2/concurrency_limits/", {"name": name, "limit": 1})
    yield {"names": [name], "slots": 1, "mode": "concurrency"}
    deployed.ask("DELETE", f"/v2/concurrency_limits/{name}")


@pytest.fixture
def no_restarts(deployed: Deployed) -> Iterator[None]:
    """Nothing happens when a run crashes or fails, as when Prefect drops the event."""
    name = "Vitrine: start a crashed or failed run again"
    (automation,) = [each for each in deployed.ask("POST", "/automations/filter", {}) if each["name"] == name]
    deployed.ask("PATCH", f"/automations/{automation['id']}", {"enabled": False})
    yield
    deployed.ask("PATCH", f"/automations/{automation['id']}", {"enabled": True})


@pytest.mark.usefixtures("no_restarts")
def test_a_run_whose_end_went_unnoticed_is_started_again_once(deployed: Deployed) -> None:
    deployed.change("restart-run/restart-run", delays_s=[86_400.0])
    convert = deployed.deployment("convert-product/convert-product")
    later = {
        "type": "SCHEDULED",
        "state_details": {"scheduled_time": str(datetime.now(UTC) + timedelta(days=1))},
    }
    product = {"id": "lost", "title": "Lost", "photos": ["lost.png"]}
    asked = {"parameters": {"product": product}, "state": later}
    crashed, unfit = (
        deployed.ask("POST", f"/deployments/{convert['id']}/create_flow_run", asked) for _ in range(2)
    )
    for run, end in ((crashed, "CRASHED"), (unfit, "FAILED")):
        deployed.ask("POST", f"/flow_runs/{run['id']}/set_state", {"state": {"type": end}, "force": True})

    asyncio.run(start_forgotten(quiet_s=0.0))
    restart_run = deployed.deployment("restart-run/restart-run")
    (restart,) = deployed.finished(restart_run, of=crashed)
    assert restart["state"]["message"] == f"{crashed['name']}: restart 1 of 1, 86400 s after Crashed"
    (restart,) = deployed.finished(restart_run, of=unfit)
    assert restart["state"]["message"] == f"{unfit['name']} is not started again: it did not begin"

    asyncio.run(start_forgotten(quiet_s=0.0))
    assert [deployed.history(run)[-1]["name"] for run in (crashed, unfit)] == [RESTART, "Failed"]
    names = [flow_run_id(str(run["parameters"].get("flow_run"))) for run in deployed.runs(restart_run)]
    assert [names.count(run["id"]) for run in (crashed, unfit)] == [1, 1]
    deployed.ask(
        "POST", f"/flow_runs/{crashed['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True}
    )
