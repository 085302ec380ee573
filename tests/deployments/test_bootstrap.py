from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.automations import Automation, DoNothing, EventTrigger, Posture
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.events import emit_event
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.accounts import EmpirioLabsAccount
from blocks.buckets import LocalFolder
from deployments.bootstrap import ALERT_AUTOMATION, OLD_CRASH_AUTOMATION, bootstrap
from tasks import alerts
from vitrine.errors import ConfigError

pytestmark = pytest.mark.server

NO_ALERTS = (
    f"automation {ALERT_AUTOMATION!r}: none; create a notification block in the UI (Slack, Teams, e-mail, "
    "a webhook), then `vitrine setup --notify slack-webhook/NAME`"
)
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
    assert [line for line in again if not line.endswith(("left as it is", "registered"))] == [NO_ALERTS]
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
    kept: Any = asyncio.run(EmpirioLabsAccount.aload("main"))
    assert kept.api_key.get_secret_value() == "k-123"
    folder: Any = asyncio.run(LocalFolder.aload("public"))
    assert Path(folder.path).name == "public"


def test_the_automation_of_earlier_versions_is_deleted(
    prefect_server: str, tmp_path: Path, alone: Alone
) -> None:
    """It took every run for dead after an outage of the server."""
    trigger = EventTrigger(posture=Posture.Reactive, expect={"never"})
    automation = Automation(name=OLD_CRASH_AUTOMATION, trigger=trigger, actions=[DoNothing()])
    with alone():
        asyncio.run(automation.acreate())
        lines = [line for line in bootstrap({"VITRINE_HOME": str(tmp_path)}) if OLD_CRASH_AUTOMATION in line]
    assert lines == [f"automation {OLD_CRASH_AUTOMATION!r}: deleted; start-forgotten does its work"]
    assert OLD_CRASH_AUTOMATION not in {each["name"] for each in read(prefect_server, "automations")}


def test_people_are_told_by_the_block_that_is_named(
    prefect_server: str, tmp_path: Path, alone: Alone
) -> None:
    """The server sends what an event's message says; a burst of other events sends nothing."""
    with _receiver() as (url, received), alone():
        block = CustomWebhookNotificationBlock(name="alerts", url=url, json_data={"text": "{{body}}"})
        asyncio.run(block.asave("alerts", overwrite=True))
        env = {"VITRINE_HOME": str(tmp_path)}
        with pytest.raises(ConfigError, match="no block 'slack-webhook/none' in Prefect"):
            list(bootstrap(env, "slack-webhook/none"))
        for _ in range(2):
            lines = [line for line in bootstrap(env, "custom-webhook/alerts") if ALERT_AUTOMATION in line]
        assert lines == [f"automation {ALERT_AUTOMATION!r}: exists, left as it is"]
        emit_event("vitrine.product.published", resource={"prefect.resource.id": "vitrine.product.mug"})
        alerts.failing(12, 20, 0.5)
        EventsWorker.drain_all(timeout=60)
        text = received.get(timeout=120)
    assert "12 of 20 products failed, more than 50%: no more are started" in text
    assert received.empty()
    (automation,) = [each for each in read(prefect_server, "automations") if each["name"] == ALERT_AUTOMATION]
    httpx.delete(f"{prefect_server}/automations/{automation['id']}").raise_for_status()


@contextmanager
def _receiver() -> Iterator[tuple[str, queue.Queue[str]]]:
    """A server that puts what it is sent into a queue."""
    received: queue.Queue[str] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()


def test_without_a_server_it_says_what_to_do() -> None:
    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(ConfigError, match="set PREFECT_API_URL"):
        bootstrap({})
