from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.accounts import EmpirioLabsAccount
from blocks.buckets import LocalFolder
from deployments.bootstrap import CRASH_AUTOMATION, bootstrap
from vitrine.errors import ConfigError

pytestmark = pytest.mark.server

Alone = Callable[[], AbstractContextManager[None]]


def read(url: str, path: str, **filters: Any) -> list[dict[str, Any]]:
    answer = httpx.post(f"{url}/{path}/filter", json=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_setting_up_twice_is_setting_up_once(prefect_server: str, tmp_path: Path, alone: Alone) -> None:
    env = {"VITRINE_HOME": str(tmp_path), "EMPIRIOLABS_API_KEY": "k-123"}
    with alone():
        lines = [*bootstrap(env)]
    assert not any("k-123" in line for line in lines)
    again = [*bootstrap({**env, "EMPIRIOLABS_API_KEY": "changed"})]
    assert all(line.endswith(("left as it is", "registered")) for line in again)
    slugs = {kind["slug"] for kind in read(prefect_server, "block_types")}
    assert slugs >= {
        "sandbox-account",
        "pixazo-account",
        "empiriolabs-account",
        "vitrine-folder",
        "vitrine-s3-bucket",
    }
    pools = {pool["name"]: pool["type"] for pool in read(prefect_server, "work_pools")}
    assert pools["vitrine"] == "process"
    limits = {limit["name"]: limit["limit"] for limit in read(prefect_server, "v2/concurrency_limits")}
    assert limits["vitrine-jobs-empiriolabs"] == 4
    kept: Any = asyncio.run(EmpirioLabsAccount.aload("default"))
    assert kept.api_key.get_secret_value() == "k-123"
    folder: Any = asyncio.run(LocalFolder.aload("default"))
    assert Path(folder.path).name == "public"


def test_silence_after_a_heartbeat_is_a_crash(prefect_server: str, tmp_path: Path, alone: Alone) -> None:
    with alone():
        list(bootstrap({"VITRINE_HOME": str(tmp_path)}))
    (automation,) = [each for each in read(prefect_server, "automations") if each["name"] == CRASH_AUTOMATION]
    trigger, (action,) = automation["trigger"], automation["actions"]
    assert automation["enabled"]
    assert (trigger["posture"], trigger["after"]) == ("Proactive", ["prefect.flow-run.heartbeat"])
    assert trigger["expect"] == ["prefect.flow-run.*"]
    assert timedelta(seconds=trigger["within"]) == timedelta(seconds=90)
    assert (action["type"], action["state"]) == ("change-flow-run-state", "CRASHED")


def test_without_a_server_it_says_what_to_do() -> None:
    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(ConfigError, match="set PREFECT_API_URL"):
        bootstrap({})
