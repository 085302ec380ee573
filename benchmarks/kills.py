"""Kill the buying process again and again, start it again with the same command, and count what was paid.

`python -m benchmarks.kills --products 200 --kills 60` (SQLite, one worker); also `--workers 2 --postgres`.
Real processes, SIGKILL, a real sandbox over HTTP. What must come out: every product published, as many sales
as products, no raw model lost, and the ledger's sum equal to the sandbox's, to the cent.
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
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks.postgres import running_postgres
from vitrine.ledger import Ledger
from vitrine.ledger.purchase import PAID, to_usd
from vitrine.ledger.schema import purchases
from vitrine.models import Blob
from vitrine.storage import LocalBucket, WorkStore

SLOW = {"kind": "slow", "on": "submit", "delay_s": 0.3, "times": None}
"""Every order takes its time, so that kills fall into the moment between sending and receipt."""


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
    raw_models_lost: int
    ledger_usd: Decimal
    sandbox_usd: Decimal
    left_open: int
    seconds: float

    @property
    def clean(self) -> bool:
        counts = {self.products, self.published, self.sales, self.distinct_photos_sold, self.ledger_lines}
        return len(counts) == 1 and self.ledger_usd == self.sandbox_usd and not self.raw_models_lost


@contextlib.contextmanager
def sandbox(folder: Path, *options: str) -> Iterator[str]:
    """A sandbox process with a sales book; its URL."""
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--engine", "stub", *options]
    process = subprocess.Popen(
        [*command, "--processes", "0", "--book", str(folder / "sales.jsonl")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.split(" on ")[1].strip()
    finally:
        process.kill()
        process.wait()


def torture(
    *,
    products: int,
    kills: int,
    workers: int,
    ledger_url: str,
    url: str,
    home: Path,
    seed: int,
    settle_s: float,
) -> Result:
    """Start `workers` buyers and kill one of them `kills` times at random moments; then let them finish."""
    chance = random.Random(seed)
    command = [sys.executable, "-m", "benchmarks.buyer", "--ledger", ledger_url, "--sandbox", url]
    command += [
        "--home",
        str(home),
        "--products",
        str(products),
        "--settle",
        str(settle_s),
        "--at-once",
        str(3 // workers),
    ]
    errors = (home / "errors.txt").open("w")

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        process.stdout.readline()  # "started"
        return process

    began = time.monotonic()
    running = [start() for _ in range(workers)]
    done = restarts = 0
    while any(process.poll() != 0 for process in running):
        if done < kills and len(list((home / "published").glob("*.json"))) < products:
            time.sleep(chance.uniform(0.0, 0.5))
            victim = chance.randrange(workers)
            unfinished = len(list((home / "published").glob("*.json"))) < products
            if running[victim].poll() is None and unfinished:
                running[victim].kill()
                done += 1
            running[victim].wait()
            running[victim] = start()
            restarts += 1
            continue
        for number, process in enumerate(running):
            if process.wait() != 0:
                running[number] = start()
                restarts += 1
        if time.monotonic() - began > 900:
            break
    for process in running:
        process.kill()
    errors.close()
    return count(products, done, restarts, ledger_url, url, home, time.monotonic() - began)


def count(
    products: int, kills: int, restarts: int, ledger_url: str, url: str, home: Path, seconds: float
) -> Result:
    """Hold the published files, the work store, the ledger and the sandbox's sales book side by side."""
    sold = httpx.get(f"{url}/sandbox/sales").json()
    ledger = Ledger.open(ledger_url)
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(purchases)).all()
    ledger.close()
    store = WorkStore(LocalBucket(home / "work"), home / "cache")
    fetched = [row for row in rows if row.state == "fetched"]
    raws = [
        Blob(sha256=row.raw_sha256, size_bytes=row.raw_size_bytes, media_type="model/gltf-binary")
        for row in fetched
    ]
    return Result(
        products=products,
        kills=kills,
        restarts=restarts,
        published=len(list((home / "published").glob("*.json"))),
        sales=sold["count"],
        distinct_photos_sold=len({sale["image_sha256"] for sale in sold["sales"]}),
        ledger_lines=len(fetched),
        posts=sum(row.posts for row in rows),
        raw_models_lost=sum(not store.has(raw) for raw in raws),
        ledger_usd=to_usd(sum(row.price_micros for row in rows if row.state in PAID)),
        sandbox_usd=Decimal(sold["total_usd"]),
        left_open=sum(row.state not in ("fetched", "refused") for row in rows),
        seconds=round(seconds, 1),
    )


def run(*, products: int, kills: int, workers: int, postgres: bool, seed: int, settle_s: float) -> Result:
    """One torture in a folder of its own."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-kills-")))
        (home / "published").mkdir()
        ledger_url = f"sqlite:///{home / 'ledger.sqlite3'}"
        if postgres:
            ledger_url = stack.enter_context(running_postgres()).url
        chaos = home / "chaos.json"
        chaos.write_text(json.dumps(SLOW))
        url = stack.enter_context(sandbox(home, "--latency", "1", "--chaos", str(chaos)))
        result = torture(
            products=products,
            kills=kills,
            workers=workers,
            ledger_url=ledger_url,
            url=url,
            home=home,
            seed=seed,
            settle_s=settle_s,
        )
        if not result.clean:
            print((home / "errors.txt").read_text()[-3000:], file=sys.stderr)
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settle", type=float, default=2.0)
    options = parser.parse_args()
    result = run(
        products=options.products,
        kills=options.kills,
        workers=options.workers,
        postgres=options.postgres,
        seed=options.seed,
        settle_s=options.settle,
    )
    print(json.dumps(result.__dict__, default=str, indent=1))
    sys.exit(0 if result.clean else 1)


if __name__ == "__main__":
    main()
