"""Everything at once: a lying network, kills, rotated keys, stepped clocks, a full disk, a database away.

`python -m benchmarks chaos --products 200 --kills 40` starts two processes that buy models from two accounts
of the sandbox, through a proxy that loses, delays, cuts, repeats and falsifies requests and answers. SIGKILLs
are spread over the whole run, by the share of products that are at home. Where an account lists no jobs,
`chaos` plays the person: it looks at the sandbox's sales and settles orders whose outcome is unknown. In the
end every model must be at home, each photo sold once, and the ledger's sum the sandbox's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial

import httpx
import sqlalchemy as sa

from benchmarks.chaos_world import World, opened
from benchmarks.report import table, write_section
from vitrine.ledger import Ledger
from vitrine.ledger.purchase import PAID, to_usd
from vitrine.ledger.schema import purchases
from vitrine.models import Blob
from vitrine.storage import LocalBucket, WorkStore

WORKERS = 2
MAX_RUN_S = 3000.0
CLOCK_STEP_S = 7200.0
PERSON_ASKED_EVERY_S = 10.0


@dataclass(frozen=True)
class Result:
    """The counts of one run."""

    products: int
    models_at_home: int
    sales: int
    distinct_photos_sold: int
    models_lost: int
    ledger_usd: Decimal
    sandbox_usd: Decimal
    orders_sent: int
    """POSTs that the ledger has a record of."""
    requests_with_a_fault: int
    requests: int
    kills: int
    kills_in_the_second_half: int
    settled_by_a_person_at_pixazo: int
    settled_by_a_person_at_empiriolabs: int
    unsettled: int
    seconds: float

    @property
    def is_consistent(self) -> bool:
        """Whether every product was bought once and is at home."""
        counts = {self.products, self.models_at_home, self.sales, self.distinct_photos_sold}
        return len(counts) == 1 and self.ledger_usd == self.sandbox_usd and not self.models_lost


def cause_chaos(world: World, kills: int) -> tuple[int, int, float]:
    """Run the buyers through all troubles; return (kills, kills in the second half, seconds)."""
    began = time.monotonic()
    at: list[tuple[float, Callable[[], None]]] = [
        (0.15, partial(world.step_clock, CLOCK_STEP_S)),
        (0.30, world.fill_disk),
        (0.40, partial(world.step_clock, -CLOCK_STEP_S)),
        (0.50, partial(world.rotate_key, "empiriolabs")),
        (0.60, partial(world.rotate_key, "pixazo")),
        (0.65, partial(world.step_clock, 0.0)),
        (0.70, world.take_database_away),
    ]
    kill_at = [(number + world.rng.random()) / kills for number in range(kills)]
    done = late = 0
    troubles: list[threading.Thread] = []
    running = [world.start(worker) for worker in range(WORKERS)]
    asked = time.monotonic()
    while world.at_home() < world.products and time.monotonic() - began < MAX_RUN_S:
        share = world.at_home() / world.products
        while at and share >= at[0][0]:
            troubles.append(threading.Thread(target=at.pop(0)[1]))
            troubles[-1].start()
        if done < kills and share >= kill_at[done]:
            victim = world.rng.randrange(WORKERS)
            time.sleep(world.rng.uniform(0.0, 0.5))
            if running[victim].poll() is None:
                running[victim].kill()
                done, late = done + 1, late + (share >= 0.5)
        for worker, process in enumerate(running):
            if process.poll() is not None:
                running[worker] = world.start(worker)
        if time.monotonic() - asked > PERSON_ASKED_EVERY_S and not any(each.is_alive() for each in troubles):
            world.ask_a_person()
            asked = time.monotonic()
        time.sleep(0.05)
    for thread in troubles:
        thread.join()
    for process in running:
        process.kill()
        process.wait()
    return done, late, time.monotonic() - began


def count(world: World, kills: int, late: int, seconds: float) -> Result:
    """Compare the ledger, the work store and the sandbox's sales."""
    sold = httpx.get(f"{world.sandbox}/sandbox/sales").json()
    faults = httpx.get(f"{world.proxy}/proxy/counts").json()
    ledger = Ledger.open(world.ledger_url, receipt_spool=world.home / "receipts")
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(purchases)).all()
    ledger.close()
    store = WorkStore(LocalBucket(world.home / "work"), world.home / "cache")
    raws = [
        Blob(sha256=row.raw_sha256, size_bytes=row.raw_size_bytes, media_type="model/gltf-binary")
        for row in rows
        if row.state == "fetched"
    ]
    known = {row.request_id for row in rows if row.state == "fetched"}
    return Result(
        products=world.products,
        models_at_home=world.at_home(),
        sales=sold["count"],
        distinct_photos_sold=len({sale["image_sha256"] for sale in sold["sales"]}),
        models_lost=sum(not store.has(raw) for raw in raws)
        + sum(sale["request_id"] not in known for sale in sold["sales"]),
        ledger_usd=to_usd(sum(row.price_micros for row in rows if row.state in PAID)),
        sandbox_usd=Decimal(sold["total_usd"]),
        orders_sent=sum(row.posts for row in rows),
        requests_with_a_fault=sum(n for name, n in faults.items() if not name.endswith("without a fault")),
        requests=sum(faults.values()),
        kills=kills,
        kills_in_the_second_half=late,
        settled_by_a_person_at_pixazo=world.settled["pixazo"],
        settled_by_a_person_at_empiriolabs=world.settled["empiriolabs"],
        unsettled=sum(row.state not in ("fetched", "refused") for row in rows),
        seconds=round(seconds, 1),
    )


def explain(world: World) -> None:
    """Print what the processes said about products that were sold twice or are not at home."""
    sales = httpx.get(f"{world.sandbox}/sandbox/sales").json()["sales"]
    sold = Counter(sale["image_sha256"] for sale in sales)
    said = [line for log in sorted(world.home.glob("worker-*.txt")) for line in log.read_text().splitlines()]
    for number in range(world.products):
        name = f"product-{number}"
        sha256 = hashlib.sha256((world.home / "photos" / f"{number}.png").read_bytes()).hexdigest()
        if sold[sha256] != 1 or not (world.home / "published" / f"{name}.json").exists():
            mine = [sale for sale in sales if sale["image_sha256"] == sha256]
            lines = [line[:400] for line in said if line.startswith((f"{name}:", f"{name} "))]
            print(name, *map(json.dumps, mine), *lines, sep="\n  ", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks chaos", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--share", type=float, default=0.3, help="share of requests with a fault")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with opened(options.products, postgres=options.postgres, seed=options.seed, share=options.share) as world:
        result = count(world, *cause_chaos(world, options.kills))
        if not result.is_consistent or os.environ.get("VITRINE_CHAOS_LOGS"):
            explain(world)
    where = "PostgreSQL" if options.postgres else "SQLite"
    title = f"Chaos: {where}, {options.share:.0%} of requests with a fault, seed {options.seed}"
    command = f"python -m benchmarks chaos --products {options.products} --kills {options.kills}"
    command += " --postgres" * options.postgres
    command += f" --share {options.share} --seed {options.seed}"
    rows = [(name.replace("_", " "), value) for name, value in asdict(result).items()]
    write_section(title, command, table(("", "count"), rows))
    return 0 if result.is_consistent else 1


if __name__ == "__main__":
    sys.exit(main())
