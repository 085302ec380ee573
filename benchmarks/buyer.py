"""A process that buys a model for each of many photos: made to be killed and started again.

It does with the library what the workflow's tasks do, without Prefect around it: prepared photo into the work
store, `place_order`, `fetch_model`, and a file for each product that is done.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from vitrine.errors import BudgetReached, ProviderBusy, ProviderUnreachable, VitrineError
from vitrine.ledger import Caps, Ledger
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.storage import LocalBucket, WorkStore


async def make(number: int, account: ImageTo3DProvider, ledger: Ledger, store: WorkStore, out: Path) -> None:
    """Buy and bring home product `number`, unless it is done; trouble that passes is waited out."""
    done = out / f"product-{number}.json"
    if done.exists():
        return
    data = f"photo of product {number}".encode()
    photo = store.put(data, "image/png")
    order = account.order(photo, Generation())
    while True:
        try:
            job = await place_order(
                order, PhotoUpload(data=data), account, ledger, product=f"product-{number}"
            )
            raw = await fetch_model(job, account, ledger, store, 600)
        except (ProviderBusy, ProviderUnreachable) as error:
            await asyncio.sleep(getattr(error, "retry_after_s", None) or 0.2)
        else:
            break
    part = done.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"request_id": job.request_id, "raw": raw.sha256}))
    part.replace(done)


async def run(options: argparse.Namespace) -> int:
    """Make every product, `options.at_once` at a time; the number that failed."""
    caps = Caps(day_usd=options.cap) if options.cap else Caps()
    ledger = Ledger.open(options.ledger, caps=caps)
    store = WorkStore(LocalBucket(options.home / "work"), options.home / "cache")
    out = options.home / "published"
    out.mkdir(parents=True, exist_ok=True)
    account = EmpirioLabs("sandbox", base_url=options.sandbox, name="sandbox")
    if options.settle is not None:
        account.listing_delay_s = options.settle
    places = asyncio.Semaphore(options.at_once)
    print("started", flush=True)

    numbers = range(options.first, options.first + options.products)

    async def one(number: int) -> bool:
        async with places:
            try:
                await make(number, account, ledger, store, out)
            except BudgetReached:
                return False
            except VitrineError as error:
                print(f"product-{number}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
                return False
            return True

    made = await asyncio.gather(*(one(number) for number in numbers))
    await account.aclose()
    ledger.close()
    return made.count(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="number of the first product")
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--settle", type=float)
    parser.add_argument("--cap", help="US dollars a day")
    failed = asyncio.run(run(parser.parse_args()))
    print(f"failed {failed}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
