"""Create what the deployments need in Prefect: `vitrine setup`, or `python -m deployments.bootstrap`.

It may run again at any time: it leaves what exists as it is, and so keeps changes made in the UI.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from prefect import get_client
from prefect.automations import Automation, EventTrigger, Posture, SendNotification
from prefect.blocks.core import Block
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.workers.process import ProcessWorker
from pydantic import SecretStr

from blocks.accounts import SANDBOX_URL, EmpirioLabsAccount, PixazoAccount, SandboxAccount
from blocks.buckets import LocalFolder, S3Folder
from blocks.shops import ShopifyShop, WooCommerceShop
from deployments.profile import CLIENT
from tasks.alerts import ALERTS
from tasks.job_slot import limit_name
from vitrine.errors import ConfigError
from vitrine.plain_text import count_of
from vitrine.settings import Settings

WORK_POOL = "vitrine"
MAIN = "main"
"""The name of the account blocks that are created for the keys in the environment."""
CONCURRENCY_LIMITS: Mapping[str, int] = {
    # Polls count among the 50 requests a minute that EmpirioLabs allows: four jobs, polled every 5 s, use 48.
    "empiriolabs": 4,
    "pixazo": 8,
}
BLOCK_TYPES = (
    SandboxAccount,
    PixazoAccount,
    EmpirioLabsAccount,
    LocalFolder,
    S3Folder,
    ShopifyShop,
    WooCommerceShop,
)
OLD_CRASH_AUTOMATION = "Vitrine: mark a run without heartbeats as crashed"
ALERT_AUTOMATION = "Vitrine: tell people about money, accounts and failures"
ALERT_SUBJECT = "{{ event.event }}"
ALERT_BODY = "{{ event.payload.message }}"


def bootstrap(env: Mapping[str, str] | None = None, notify: str | None = None) -> Iterator[str]:
    """Create blocks, work pool, concurrency limits and automations; return one line about each.

    Account blocks called `main` are created for the keys in `env`. `notify` is a notification block,
    `slack-webhook/shop` for instance, that sends the events of `tasks.alerts.ALERTS` to people. Raises
    `ConfigError` where no Prefect server is configured, and where it has no such block.
    """
    if not PREFECT_API_URL.value():
        raise ConfigError(
            "no Prefect server is configured: start one (`python -m deployments.server`), "
            "then set PREFECT_API_URL to what it prints"
        )
    return iter(asyncio.run(_create_all(os.environ if env is None else env, notify)))


async def _create_all(env: Mapping[str, str], notify: str | None) -> list[str]:
    steps = (_blocks(env), _work_pool(), _limits(), _old_automation(), _alert_automation(notify))
    return [line for lines in steps async for line in lines]


async def _blocks(env: Mapping[str, str]) -> AsyncIterator[str]:
    for kind in BLOCK_TYPES:
        await kind.register_type_and_schema()
        yield f"block type {kind.get_block_type_slug()}: registered"
    wanted: list[tuple[Block, str]] = [
        (SandboxAccount(base_url=env.get("VITRINE_SANDBOX_URL") or SANDBOX_URL), "sandbox"),
        (LocalFolder(path=str(Settings.from_env(env).home / "public")), "public"),
    ]
    if key := env.get("PIXAZO_API_KEY"):
        wanted.append((PixazoAccount(api_key=SecretStr(key)), MAIN))
    if key := env.get("EMPIRIOLABS_API_KEY"):
        wanted.append((EmpirioLabsAccount(api_key=SecretStr(key)), MAIN))
    for block, called in wanted:
        name = f"block:{block.get_block_type_slug()}/{called}"
        try:
            await block.asave(called)
            yield f"{name}: saved"
        except ValueError:
            yield f"{name}: exists, left as it is"


async def _work_pool() -> AsyncIterator[str]:
    template: dict[str, Any] = ProcessWorker.get_default_base_job_template()
    template["variables"]["properties"]["env"]["default"] = dict(CLIENT)
    pool = WorkPoolCreate(name=WORK_POOL, type="process", base_job_template=template)
    async with get_client() as client:
        try:
            await client.create_work_pool(pool)
            command = f"prefect worker start --pool {WORK_POOL} --type process"
            yield f"work pool {WORK_POOL}: created; run it with `{command}`"
        except ObjectAlreadyExists:
            yield f"work pool {WORK_POOL}: exists, left as it is"


async def _limits() -> AsyncIterator[str]:
    async with get_client() as client:
        for provider, limit in CONCURRENCY_LIMITS.items():
            for account in (provider, f"block:{provider}-account/{MAIN}"):
                name = limit_name(account)
                try:
                    await client.read_global_concurrency_limit_by_name(name)
                    yield f"limit {name}: exists, left as it is"
                except ObjectNotFound:
                    await client.create_global_concurrency_limit(
                        GlobalConcurrencyLimitCreate(name=name, limit=limit)
                    )
                    yield f"limit {name}: at most {count_of(limit, 'job')} at once"


async def _old_automation() -> AsyncIterator[str]:
    """Delete the automation of earlier versions that marked runs without heartbeats as crashed.

    `start-forgotten` does so now. The automation took every run for dead after an outage of the server, and
    kept SQLite so busy that Prefect dropped other events.
    """
    async with get_client() as client:
        for automation in await client.read_automations_by_name(OLD_CRASH_AUTOMATION):
            await client.delete_automation(automation.id)
            yield f"automation {OLD_CRASH_AUTOMATION!r}: deleted; start-forgotten does its work"


async def _alert_automation(notify: str | None) -> AsyncIterator[str]:
    """Send what people should know soon with a notification block, if one is named."""
    if notify is None:
        yield (
            f"automation {ALERT_AUTOMATION!r}: none; create a notification block in the UI (Slack, Teams, "
            "e-mail, a webhook), then `vitrine setup --notify slack-webhook/NAME`"
        )
        return
    kind, _, name = notify.removeprefix("block:").partition("/")
    async with get_client() as client:
        try:
            block = await client.read_block_document_by_name(name, kind)
        except ObjectNotFound as error:
            raise ConfigError(
                f"no block {notify!r} in Prefect: create it in the UI under Blocks, and name it TYPE/NAME, "
                "for example slack-webhook/shop"
            ) from error
    automation = Automation(
        name=ALERT_AUTOMATION,
        trigger=EventTrigger(posture=Posture.Reactive, expect=set(ALERTS), threshold=1),
        actions=[
            SendNotification(block_document_id=block.id, subject=ALERT_SUBJECT, body=ALERT_BODY),
        ],
    )
    yield await _create_automation(automation)


async def _create_automation(automation: Automation) -> str:
    async with get_client() as client:
        if await client.read_automations_by_name(automation.name):
            return f"automation {automation.name!r}: exists, left as it is"
    await automation.acreate()
    return f"automation {automation.name!r}: created"


if __name__ == "__main__":
    print("\n".join(bootstrap()))
