"""At most so many jobs at once at an account, whoever runs them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prefect import get_client
from prefect.concurrency.asyncio import concurrency
from prefect.exceptions import ObjectNotFound

PREFIX = "vitrine-jobs-"


@asynccontextmanager
async def job_slot(account: str) -> AsyncIterator[None]:
    """Hold one of the account's places while a job of its is alive, if Prefect has a limit for it.

    The limits are Prefect's global concurrency limits named `vitrine-jobs-<account>`; `vitrine setup` makes
    them, the UI changes them, and without one there is no bound but the run's own. A worker that dies gives
    its places back after 300 s.
    """
    name = limit_name(account)
    if not await _exists(name):
        yield
        return
    async with concurrency(name, strict=False, raise_on_lease_renewal_failure=False):
        yield


def limit_name(account: str) -> str:
    """The name of an account's limit: `vitrine-jobs-pixazo`, `vitrine-jobs-pixazo-account-default`."""
    return PREFIX + account.removeprefix("block:").replace("/", "-")


async def _exists(name: str) -> bool:
    async with get_client() as client:
        try:
            await client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            return False
    return True
