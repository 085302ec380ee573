"""Killing and restarting processes that buy models: what is paid, lost and published.

`python -m benchmarks crash_recovery --products 200 --kills 60` kills one process that uses the library, with
its ledger on SQLite. `--workers 2 --postgres` kills two such processes on one PostgreSQL ledger, one at a
time. `--target catalog` kills `vitrine catalog`; with two workers, both publish all products into one bucket,
the second in reverse order. The processes get SIGKILL, or with `--interrupt` SIGINT as after Ctrl-C, and
order over HTTP from a sandbox that responds slowly. Every product must be published and sold once, no raw
model may be lost, and the ledger's total must equal the sandbox's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks import crash_targets
from benchmarks.crash_targets import Target
from benchmarks.postgres import running_postgres
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.purchase import PAID, to_usd
from vitrine.ledger.schema import purchases
from vitrine.models import Blob
from vitrine.storage import LocalBucket, WorkStore

ORDER_DELAY_S = {"library": 0.3, "catalog": 1.0}
"""The delay of every order, so that processes are killed between the request and its response."""
MAX_RUN_S = 3600.0


@dataclass(frozen=True)
class Result:
    """The counts of one run."""

    products: int
    kills: int
    restarts: int
    published: int
    sales: int
    distinct_photos_sold: int
    ledger_lines: int
    posts: int
    """Submit requests, those without a sale included."""
    recovered_orders: int
    """Orders whose process was killed before the response, and whose job was found at the provider."""
    raw_models_lost: int
    ledger_usd: Decimal
    sandbox_usd: Decimal
    unsettled: int
    """Purchases in the ledger that are neither fetched nor refused."""
    seconds: float

    @property
    def is_consistent(self) -> bool:
        """Whether every product was bought and published once, without a loss."""
        counts = {self.products, self.published, self.sales, self.distinct_photos_sold, self.ledger_lines}
        return len(counts) == 1 and self.ledger_usd == self.sandbox_usd and not self.raw_models_lost


def kill_and_restart(
    target: Target, *, products: int, kills: int, workers: int, seed: int, log: Path, sends: int
) -> tuple[int, int, float]:
    """Start `workers` processes, send one at a time a signal at random times, and then let them finish.

    Their output goes into the folder `log`. Returns (kills, restarts, seconds). Only kills before the last
    product is published count.
    """
    rng = random.Random(seed)
    began = time.monotonic()
    running = [start(target, number, log) for number in range(workers)]
    done = restarts = 0
    while any(process.poll() != 0 for process in running) and time.monotonic() - began < MAX_RUN_S:
        victim = rng.randrange(workers)
        if done < kills and target.published() < products:
            time.sleep(rng.uniform(0.0, target.max_lifetime_s))
            if running[victim].poll() is None and target.published() < products:
                running[victim].send_signal(sends)
                done += 1
        else:
            victim = next(number for number, process in enumerate(running) if process.poll() != 0)
        if running[victim].wait() != 0:
            running[victim] = start(target, victim, log)
            restarts += 1
    for process in running:
        process.kill()
        process.wait()
    return done, restarts, time.monotonic() - began


def start(target: Target, worker: int, logs: Path) -> subprocess.Popen[bytes]:
    """Start a process and wait until it is ready or has ended. Appends its output to its log in `logs`."""
    log = logs / f"worker-{worker}.txt"
    before = log.stat().st_size if log.exists() else 0
    with log.open("ab") as file:
        process = subprocess.Popen(target.commands[worker], env=target.env, stdout=file, stderr=file)
    while process.poll() is None and target.ready not in log.read_bytes()[before:].decode("utf-8", "replace"):
        time.sleep(0.02)
    return process


def run(
    *,
    products: int,
    kills: int,
    workers: int = 1,
    postgres: bool = False,
    target: str = "library",
    seed: int = 1,
    listing_delay_s: float = 2.0,
    interrupt: bool = False,
) -> Result:
    """Run once in a temporary folder; then count files, models, ledger lines and the sandbox's sales."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-kills-")))
        ledger_url = f"sqlite:///{home / 'ledger.sqlite3'}"
        if postgres:
            ledger_url = stack.enter_context(running_postgres()).url
        chaos = home / "chaos.json"
        slow = {"kind": "slow", "on": "submit", "delay_s": ORDER_DELAY_S[target], "times": None}
        # Half of the orders are delayed before the sale, the others after it.
        chaos.write_text(json.dumps([slow | {"probability": 0.5}, slow | {"accepted": True}]))
        url = stack.enter_context(running_sandbox(home, "--latency", "1", "--chaos", str(chaos)))
        if target == "catalog":
            started = stack.enter_context(crash_targets.catalog(home, ledger_url, url, products, workers))
        else:
            started = stack.enter_context(
                crash_targets.library(home, ledger_url, url, products, workers, listing_delay_s)
            )
        log = home / "logs"
        log.mkdir()
        done, restarts, seconds = kill_and_restart(
            started,
            products=products,
            kills=kills,
            workers=workers,
            seed=seed,
            log=log,
            sends=signal.SIGINT if interrupt else signal.SIGKILL,
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
            published=started.published(),
            sales=sold["count"],
            distinct_photos_sold=len({sale["image_sha256"] for sale in sold["sales"]}),
            ledger_lines=len(raws),
            posts=sum(row.posts for row in rows),
            recovered_orders=sum(
                row.submitted_at is not None and row.submitted_at == row.submitting_at for row in rows
            ),
            raw_models_lost=sum(not store.has(raw) for raw in raws),
            ledger_usd=to_usd(sum(row.price_micros for row in rows if row.state in PAID)),
            sandbox_usd=Decimal(sold["total_usd"]),
            unsettled=sum(row.state not in ("fetched", "refused") for row in rows),
            seconds=round(seconds, 1),
        )
        if not result.is_consistent:
            for path in sorted(log.iterdir()):
                print(f"{path.name}: …{path.read_text()[-2000:]}", file=sys.stderr)
        return result


def write(
    target: str, workers: int, postgres: bool, result: dict[str, object], *, interrupt: bool = False
) -> None:
    """Write the section of the README."""
    name = "`vitrine catalog`" if target == "catalog" else f"library process{'es' * (workers > 1)}"
    killed = name if target == "catalog" and workers == 1 else f"{workers} {name}"
    where = "PostgreSQL" if postgres else "SQLite"
    command = f"python -m benchmarks crash_recovery --products {result['products']} --kills {result['kills']}"
    command += f" --workers {workers}" * (workers > 1) + " --postgres" * postgres
    command += " --target catalog" * (target == "catalog") + " --interrupt" * interrupt
    rows = [(name.replace("_", " "), count) for name, count in result.items()]
    body = table(("", "count"), rows)
    if target == "catalog" and workers > 1:
        body = (
            f"{workers} processes, one killed at a time. Each publishes all products into the same bucket, "
            "every second process in reverse order. They share the ledger and a Prefect server."
            f"\n\n{body}"
        )
    write_section(f"{'SIGINT' if interrupt else 'SIGKILL'}: {killed}, ledger on {where}", command, body)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks crash_recovery", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--target", choices=("library", "catalog"), default="library")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interrupt", action="store_true", help="SIGINT instead of SIGKILL")
    options = parser.parse_args(arguments)
    result = run(**vars(options))
    write(options.target, options.workers, options.postgres, asdict(result), interrupt=options.interrupt)
    return 0 if result.is_consistent else 1


if __name__ == "__main__":
    sys.exit(main())
