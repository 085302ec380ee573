"""A process that buys a model for each of many products. `crash_recovery` kills and restarts it.

It calls the library as the workflow's tasks do, but without Prefect: it stores the photo in the work store,
calls `place_order` and `fetch_model`, and writes one file for each product.
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
from vitrine.models import PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.storage import LocalBucket, WorkStore


async def buy_product(
    number: int, account: ImageTo3DProvider, ledger: Ledger, store: WorkStore, out: Path
) -> None:
    """Buy and fetch the model of a product, unless its file exists. Retries while the provider is busy."""
    done = out / f"product-{number}.json"
    if done.exists():
        return
    data = f"photo of product {number}".encode()
    photo = store.put(data, "image/png")
    order = account.order(PhotoIdentity.of(photo), Generation())
    while True:
        try:
            job = await place_order(
                order, PhotoUpload(data=data), account, ledger, product=f"product-{number}"
            )
            raw = (await fetch_model(job, account, ledger, store, 600)).raw
        except (ProviderBusy, ProviderUnreachable) as error:
            await asyncio.sleep(getattr(error, "retry_after_s", None) or 0.2)
        else:
            break
    part = done.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"request_id": job.request_id, "raw": raw.sha256}))
    part.replace(done)


async def run(options: argparse.Namespace) -> int:
    """Buy every product, `options.at_once` at a time. Returns the number of failed products."""
    caps = Caps(day_usd=options.cap) if options.cap else Caps()
    ledger = Ledger.open(options.ledger, caps=caps)
    store = WorkStore(LocalBucket(options.home / "work"), options.home / "cache")
    out = options.home / "published"
    out.mkdir(parents=True, exist_ok=True)
    account = EmpirioLabs("sandbox", base_url=options.sandbox, name="sandbox")
    await account.detect_sandbox()
    if options.listing_delay is not None:
        account.listing_delay_s = options.listing_delay
    slots = asyncio.Semaphore(options.at_once)
    print("started", flush=True)

    numbers = range(options.first, options.first + options.products)

    async def buy_one(number: int) -> bool:
        async with slots:
            try:
                await buy_product(number, account, ledger, store, out)
            except BudgetReached:
                return False
            except VitrineError as error:
                print(f"product-{number}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
                return False
            return True

    bought = await asyncio.gather(*(buy_one(number) for number in numbers))
    await account.aclose()
    ledger.close()
    return bought.count(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="number of the first product")
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--listing-delay", type=float, help="seconds until a job is listed by the provider")
    parser.add_argument("--cap", help="US dollars a day")
    failed = asyncio.run(run(parser.parse_args()))
    print(f"failed {failed}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
