"""Kill the buying process again and again, start it again with the same command, and count what was paid.

`python -m benchmarks.kills --products 200 --kills 60` kills a bare buyer on SQLite; `--workers 2 --postgres`
two of them on one PostgreSQL ledger, one at a time; `--way catalog` kills `vitrine catalog` itself: with two
workers, both have all the products to publish into one bucket, the second in reverse order. Real processes,
SIGKILL, a real sandbox over HTTP that takes its time to answer an order. What must come out: every product
published, as many sales as products, no raw model lost, the ledger's sum equal to the sandbox's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks import kill_ways
from benchmarks.kill_ways import Way
from benchmarks.postgres import running_postgres
from benchmarks.report import table, write_section
from benchmarks.sandboxed import sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.purchase import PAID, to_usd
from vitrine.ledger.schema import purchases
from vitrine.models import Blob
from vitrine.storage import LocalBucket, WorkStore

ORDER_S = {"library": 0.3, "catalog": 1.0}
"""Every order takes its time, so that kills fall into the moment between sending and receipt."""
LONGEST_RUN_S = 3600.0


@dataclass(frozen=True)
class Result:
    """What one run came to."""

    products: int
    kills: int
    restarts: int
    published: int
    sales: int
    distinct_photos_sold: int
    ledger_lines: int
    posts: int
    lost_receipts_found: int
    """Orders whose receipt died with its process, and whose job was found at the provider."""
    raw_models_lost: int
    ledger_usd: Decimal
    sandbox_usd: Decimal
    left_open: int
    seconds: float

    @property
    def clean(self) -> bool:
        counts = {self.products, self.published, self.sales, self.distinct_photos_sold, self.ledger_lines}
        return len(counts) == 1 and self.ledger_usd == self.sandbox_usd and not self.raw_models_lost


def torture(
    way: Way, *, products: int, kills: int, workers: int, seed: int, log: Path
) -> tuple[int, int, float]:
    """Start `workers` processes and kill one at a time at random moments, then let them finish.

    What they say goes into the folder `log`.

    Returns (kills, restarts, seconds). Only a kill of a process that had work left counts.
    """
    chance = random.Random(seed)
    began = time.monotonic()
    running = [start(way, number, log) for number in range(workers)]
    done = restarts = 0
    while any(process.poll() != 0 for process in running) and time.monotonic() - began < LONGEST_RUN_S:
        victim = chance.randrange(workers)
        if done < kills and way.published() < products:
            time.sleep(chance.uniform(0.0, way.longest_life_s))
            if running[victim].poll() is None and way.published() < products:
                running[victim].kill()
                done += 1
        else:
            victim = next(number for number, process in enumerate(running) if process.poll() != 0)
        if running[victim].wait() != 0:
            running[victim] = start(way, victim, log)
            restarts += 1
    for process in running:
        process.kill()
        process.wait()
    return done, restarts, time.monotonic() - began


def start(way: Way, worker: int, logs: Path) -> subprocess.Popen[bytes]:
    """A process that has said that it is ready, or has ended; what it says is added to its log in `logs`."""
    log = logs / f"worker-{worker}.txt"
    before = log.stat().st_size if log.exists() else 0
    with log.open("ab") as file:
        process = subprocess.Popen(way.commands[worker], env=way.env, stdout=file, stderr=file)
    while process.poll() is None and way.ready not in log.read_bytes()[before:].decode("utf-8", "replace"):
        time.sleep(0.02)
    return process


def run(
    *,
    products: int,
    kills: int,
    workers: int = 1,
    postgres: bool = False,
    way: str = "library",
    seed: int = 1,
    listing_delay_s: float = 2.0,
) -> Result:
    """One torture in a folder of its own; then files, store, ledger and sales book are compared."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-kills-")))
        ledger_url = f"sqlite:///{home / 'ledger.sqlite3'}"
        if postgres:
            ledger_url = stack.enter_context(running_postgres()).url
        chaos = home / "chaos.json"
        slow = {"kind": "slow", "on": "submit", "delay_s": ORDER_S[way], "times": None}
        # Half of the orders wait before they are sold, half of them after.
        chaos.write_text(json.dumps([slow | {"probability": 0.5}, slow | {"accepted": True}]))
        url = stack.enter_context(sandbox(home, "--latency", "1", "--chaos", str(chaos)))
        if way == "catalog":
            killed = stack.enter_context(kill_ways.catalog(home, ledger_url, url, products, workers))
        else:
            killed = stack.enter_context(
                kill_ways.library(home, ledger_url, url, products, workers, listing_delay_s)
            )
        log = home / "logs"
        log.mkdir()
        done, restarts, seconds = torture(
            killed, products=products, kills=kills, workers=workers, seed=seed, log=log
        )
        sold = httpx.get(f"{url}/sandbox/sales").json()
        ledger = Ledger.open(ledger_url)
        with ledger.reading() as connection:
            rows = connection.execute(sa.select(purchases)).all()
        ledger.close()
        store = WorkStore(LocalBucket(home / "work"), home / "cache")
        raws = [
            Blob(sha256=row.raw_sha256, size_bytes=row.raw_size_bytes, media_type="model/gltf-binary")
            for row in rows
            if row.state == "fetched"
        ]
        result = Result(
            products=products,
            kills=done,
            restarts=restarts,
            published=killed.published(),
            sales=sold["count"],
            distinct_photos_sold=len({sale["image_sha256"] for sale in sold["sales"]}),
            ledger_lines=len(raws),
            posts=sum(row.posts for row in rows),
            lost_receipts_found=sum(
                row.submitted_at is not None and row.submitted_at == row.submitting_at for row in rows
            ),
            raw_models_lost=sum(not store.has(raw) for raw in raws),
            ledger_usd=to_usd(sum(row.price_micros for row in rows if row.state in PAID)),
            sandbox_usd=Decimal(sold["total_usd"]),
            left_open=sum(row.state not in ("fetched", "refused") for row in rows),
            seconds=round(seconds, 1),
        )
        if not result.clean:
            for path in sorted(log.iterdir()):
                print(f"{path.name}: …{path.read_text()[-2000:]}", file=sys.stderr)
        return result


def write(way: str, workers: int, postgres: bool, result: dict[str, object]) -> None:
    """Put the counts into the report."""
    what = "`vitrine catalog`" if way == "catalog" else f"bare buyer{'s' * (workers > 1)}"
    killed = what if way == "catalog" and workers == 1 else f"{workers} {what}"
    where = "PostgreSQL" if postgres else "SQLite"
    command = f"python -m benchmarks.kills --products {result['products']} --kills {result['kills']}"
    command += f" --workers {workers}" * (workers > 1) + " --postgres" * postgres
    command += " --way catalog" * (way == "catalog")
    rows = [(name.replace("_", " "), count) for name, count in result.items()]
    body = table(("", "count"), rows)
    if way == "catalog" and workers > 1:
        body = (
            f"{workers} processes at once, one killed at a time; each has all the products to publish, into "
            "one bucket, every second process in reverse order. They share the ledger and a Prefect server."
            f"\n\n{body}"
        )
    write_section(f"SIGKILL: {killed}, ledger on {where}", command, body)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--way", choices=("library", "catalog"), default="library")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = run(**vars(options))
    write(options.way, options.workers, options.postgres, asdict(result))
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
