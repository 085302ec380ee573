"""A process that buys models from two accounts until all products are at home. `chaos` kills it.

It calls the library as the workflow's tasks do, without Prefect. Its keys, the offset of its clock and
whether the disk is full are read from the folder `--home`, where `chaos` changes them.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from vitrine.errors import ProviderBusy, ProviderUnreachable, VitrineError
from vitrine.ledger import Ledger
from vitrine.models import Blob, PhotoIdentity
from vitrine.progress import bind_product
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.http.client import Timeouts
from vitrine.purchasing.buy_model import buy_model
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.recipe import Generation
from vitrine.storage import LocalBucket, WorkStore

POST_TIMEOUT_S = 2.5
"""The proxy holds an order for longer than this."""
LISTING_DELAY_S = 8.0
"""The proxy has handed an order on by then, or never does."""
NAMES = ("empiriolabs", "pixazo")


class FillingStore(WorkStore):
    """A work store on a disk that is full while there is a file `full`."""

    home: Path

    def put(self, data: bytes | Path, media_type: str) -> Blob:
        if (self.home / "full").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().put(data, media_type)


def step_clock(home: Path) -> None:
    """Let `time.time` follow the file `clock_offset`, as if somebody set the machine's clock."""
    real = time.time
    file = home / "clock_offset"

    def stepped() -> float:
        try:
            return real() + float(file.read_text())
        except (OSError, ValueError):
            return real()

    time.time = stepped


def open_accounts(home: Path, url: str) -> list[EmpirioLabs | Pixazo]:
    """Both accounts at the proxy, with the keys that are valid now."""
    keys = json.loads((home / "keys.json").read_text())
    timeouts = Timeouts(post_s=POST_TIMEOUT_S, get_s=POST_TIMEOUT_S)
    accounts: list[EmpirioLabs | Pixazo] = [
        EmpirioLabs(keys["empiriolabs"], base_url=url, name="empiriolabs", timeouts=timeouts),
        Pixazo(keys["pixazo"], base_url=url, name="pixazo", timeouts=timeouts),
    ]
    for account in accounts:
        account.poll_s, account.typical_s, account.listing_delay_s = 0.5, 1.0, LISTING_DELAY_S
        account.requests_per_minute = None
    return accounts


async def buy_product(
    number: int,
    accounts: list[EmpirioLabs | Pixazo],
    ledger: Ledger,
    store: WorkStore,
    options: argparse.Namespace,
) -> None:
    """Buy and fetch the model of a product, unless its file exists."""
    done = options.home / "published" / f"product-{number}.json"
    if done.exists():
        return
    data = f"photo of product {number}".encode()
    photo = store.put(data, "image/png")
    order = accounts[number % 2 :] + accounts[: number % 2]

    async def upload(account: ImageTo3DProvider) -> PhotoUpload:
        url = f"{options.photos}/{number}.png"
        return PhotoUpload(data=data, url=url if account.needs_url else None)

    for _ in range(5):
        try:
            job = await buy_model(
                order,
                PhotoIdentity.of(photo),
                Generation(),
                upload,
                ledger,
                policy="in-order",
                product=f"product-{number}",
            )
            break
        except (ProviderBusy, ProviderUnreachable) as error:
            await asyncio.sleep(min(getattr(error, "retry_after_s", None) or 0.5, 10.0))
    else:
        return
    account = next(each for each in accounts if each.name == job.provider)
    delivery = await fetch_model(job, account, ledger, store, 120)
    part = done.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"request_id": job.request_id, "raw": delivery.raw.sha256}))
    part.replace(done)


async def run(options: argparse.Namespace) -> int:
    """Buy every product, some at a time; return how many are not at home."""
    step_clock(options.home)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)

    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    on_this_machine = options.ledger.startswith("sqlite")
    ledger = Ledger.open(
        options.ledger, now=now if on_this_machine else None, receipt_spool=options.home / "receipts"
    )
    store = FillingStore(LocalBucket(options.home / "work"), options.home / "cache")
    store.home = options.home
    accounts = open_accounts(options.home, options.url)
    slots = asyncio.Semaphore(options.at_once)
    print("started", flush=True)

    async def one(number: int) -> None:
        async with slots:
            try:
                with bind_product(f"product-{number}"):
                    await buy_product(number, accounts, ledger, store, options)
            except (VitrineError, OSError) as error:
                print(f"product-{number}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    numbers = range(options.products)
    await asyncio.gather(*(one(number) for number in (numbers if options.worker % 2 == 0 else numbers[::-1])))
    for account in accounts:
        await account.aclose()
    ledger.close()
    at_home = len(list((options.home / "published").glob("*.json")))
    return int(options.products) - at_home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--url", required=True, help="the proxy")
    parser.add_argument("--photos", required=True, help="URL of the folder of photos")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument(
        "--worker", type=int, default=0, help="every second worker takes the products reversed"
    )
    parser.add_argument("--at-once", type=int, default=4)
    missing: int = asyncio.run(run(parser.parse_args()))
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
