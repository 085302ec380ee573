from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.utilities.schema_tools.validation import validate

from deployments.bootstrap import WORK_POOL
from tasks.crash_silent import TAG
from tasks.run_batch import BATCH_DEPLOYMENT
from vitrine.purchasing.collect_models import RUN_WAITS

FILE = Path(__file__).resolve().parents[2] / "prefect.yaml"
TEXT = FILE.read_text()
DEPLOYMENTS: dict[str, dict[str, Any]] = {each["name"]: each for each in yaml.safe_load(TEXT)["deployments"]}

each_deployment = pytest.mark.parametrize("name", sorted(DEPLOYMENTS))


def flow_of(name: str) -> Flow[..., Any]:
    entrypoint = DEPLOYMENTS[name]["entrypoint"]
    assert ":" not in entrypoint, "a file entrypoint puts flows/ first on sys.path: name the module"
    module, _, function = entrypoint.rpartition(".")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


SERVICES = ("collect", "daily-spending", "restart-run", "start-forgotten", "unpublish-product", "weekly-gc")
"""Deployments that look after the runs of the others; a run of theirs converts nothing."""


def test_the_deployments_are_there() -> None:
    assert sorted(DEPLOYMENTS) == [
        "collect",
        "convert-batch",
        "convert-product",
        "daily-spending",
        "ingest-product",
        "nightly-catalog",
        "restart-run",
        "retry-failed",
        "start-forgotten",
        "unpublish-product",
        "weekly-gc",
    ]
    assert DEPLOYMENTS["nightly-catalog"]["schedules"][0]["cron"]
    assert (FILE.parent / DEPLOYMENTS["nightly-catalog"]["parameters"]["feed"]).is_file()
    assert DEPLOYMENTS["ingest-product"]["triggers"][0]["expect"] == ["vitrine.product.updated"]


def test_automations_have_names_that_say_what_they_do() -> None:
    names = [trigger["name"] for each in DEPLOYMENTS.values() for trigger in each.get("triggers", ())]
    assert names == [
        "Vitrine: convert a product that has changed",
        "Vitrine: unpublish a product that was removed",
        "Vitrine: start a crashed or failed run again",
    ]


@each_deployment
def test_every_parameter_is_one_of_the_flow_and_fits_it(name: str) -> None:
    schema = flow_of(name).parameters.model_dump()
    parameters = DEPLOYMENTS[name].get("parameters", {})
    assert set(parameters) <= set(schema["properties"])

    assert validate(parameters, schema, ignore_required=True) == []


@each_deployment
def test_the_form_explains_every_parameter(name: str) -> None:
    properties = flow_of(name).parameters.model_dump()["properties"]
    assert [key for key, field in properties.items() if not field.get("description")] == []


@each_deployment
def test_what_is_missing_comes_with_the_run(name: str) -> None:
    missing = set(flow_of(name).parameters.required) - set(DEPLOYMENTS[name].get("parameters", {}))
    coming = {"convert-product": {"product"}, "ingest-product": {"product"}, "restart-run": {"flow_run"}}
    coming |= {"unpublish-product": {"product_id"}, "convert-batch": {"batch"}}
    assert missing == coming.get(name, set())


@each_deployment
def test_it_runs_on_the_pool_that_setup_makes(name: str) -> None:
    assert DEPLOYMENTS[name]["work_pool"]["name"] == WORK_POOL


@each_deployment
def test_accounts_and_buckets_are_named_not_held(name: str) -> None:
    parameters = DEPLOYMENTS[name].get("parameters", {})
    no_account = set(SERVICES) - {"collect"}
    assert name in no_account or re.fullmatch(r"block:[a-z-]+-account/\w+", parameters["account"])
    assert name in SERVICES or re.fullmatch(r"block:vitrine-[a-z0-9-]+/\w+", parameters["to"])


@each_deployment
def test_runs_that_convert_are_started_again_and_others_are_not(name: str) -> None:
    """A crashed `restart-run` that started itself again would do so for ever."""
    assert ("restart" in DEPLOYMENTS[name]["tags"]) == (name not in SERVICES)


@each_deployment
def test_a_run_that_loses_its_worker_is_found_by_its_tag(name: str) -> None:
    assert TAG in DEPLOYMENTS[name]["tags"]


def test_a_catalogue_starts_the_batches_that_are_deployed() -> None:
    flow, name = BATCH_DEPLOYMENT.split("/")
    assert flow_of(name).name == flow


def test_crashed_and_failed_runs_with_the_tag_are_started_again() -> None:
    (trigger,) = DEPLOYMENTS["restart-run"]["triggers"]
    assert trigger["match_related"]["prefect.resource.id"] == "prefect.tag.restart"
    assert trigger["expect"] == ["prefect.flow-run.Crashed", "prefect.flow-run.Failed"]


def test_paid_models_are_collected_twice_within_a_providers_memory() -> None:
    """A living process is left alone with a purchase for `RUN_WAITS`: the next run comes within the hour."""
    assert DEPLOYMENTS["collect"]["schedules"][0]["cron"] == "*/30 * * * *"
    assert RUN_WAITS + timedelta(minutes=30) < timedelta(hours=1)


def test_nothing_secret_is_resolved_into_it() -> None:
    """`{{ prefect.blocks… }}` and `{{ $VARIABLE }}` would store what they hold in plain text."""
    placeholders = re.findall(r"\{\{(.*?)\}\}", TEXT)
    assert [p.strip() for p in placeholders] == [
        "event.payload",
        "event.payload.id",
        "event.resource.id",
    ]
    assert not re.search(r"(?i)(secret|token|password|api_?key)\s*:", TEXT)
