"""Killing and restarting processes that buy models: what is paid, lost and published.

`python -m benchmarks crash_recovery --products 200 --kills 60` kills one process that uses the library, with
its ledger on SQLite. `--workers 2 --postgres` kills two such processes on one PostgreSQL ledger, one at a
time. `--target catalog` kills `vitrine catalog`, and `--target convert` kills `vitrine convert`; with two
workers, both publish all products into one bucket, the second in reverse order. The processes get SIGKILL, or
with `--interrupt` SIGINT as after Ctrl-C, spread over the whole run by the share of products that are
published. They order over HTTP from a sandbox that responds slowly; with `--share 0.3`, through a proxy that
loses, delays, cuts, repeats and falsifies so many requests and answers (`chaos_proxy`). Every product must be
published and sold once, no raw model may be lost, and the ledger's total must equal the sandbox's.
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
from benchmarks.chaos_proxy import running_proxy
from benchmarks.crash_targets import Target
from benchmarks.postgres import running_postgres
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.purchase import PAID, to_usd
from vitrine.ledger.schema import purchases
from vitrine.models import Blob
from vitrine.storage import LocalBucket, WorkStore

ORDER_DELAY_S = {"library": 0.3, "catalog": 1.0, "convert": 1.0}
"""The delay of every order, so that processes are killed between the request and its response."""
MAX_RUN_S = 3600.0


@dataclass(frozen=True)
class Result:
    """The counts of one run."""

    products: int
    requests: int
    """Requests that went through the proxy; 0 without one."""
    requests_with_a_fault: int
    kills: int
    kills_in_the_second_half: int
    """After half of the products were published."""
    restarts: int
    """Starts after a kill, or after an exit code other than 0."""
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
) -> tuple[int, int, int, float]:
    """Start `workers` processes, send one at a time a signal at random times, and then let them finish.

    Kill `n` of `kills` is sent, after a random while, once n / `kills` of the products are published. The
    output of the processes goes into the folder `log`. Returns (kills, kills after half of the products were
    published, restarts, seconds). Only kills before the last product is published count.
    """
    rng = random.Random(seed)
    began = time.monotonic()
    running = [start(target, number, log) for number in range(workers)]
    done = late = restarts = 0
    while any(process.poll() != 0 for process in running) and time.monotonic() - began < MAX_RUN_S:
        if done < kills and done * products <= target.published() * kills and target.published() < products:
            victim = rng.randrange(workers)
            time.sleep(rng.uniform(0.0, target.max_delay_s))
            published = target.published()
            if running[victim].poll() is None and published < products:
                running[victim].send_signal(sends)
                running[victim].wait()
                done, late = done + 1, late + (2 * published >= products)
        for number, process in enumerate(running):
            if process.poll() not in (None, 0):
                running[number] = start(target, number, log)
                restarts += 1
        time.sleep(0.05)
    for process in running:
        process.kill()
        process.wait()
    return done, late, restarts, time.monotonic() - began


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
    share: float = 0.0,
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
        asked = url
        if share:
            asked = stack.enter_context(running_proxy(url, seed=seed, share=share, as_sandbox=True))
        if target == "library":
            started = stack.enter_context(
                crash_targets.library(home, ledger_url, asked, products, workers, listing_delay_s)
            )
        else:
            started = stack.enter_context(
                crash_targets.commands(
                    home, ledger_url, asked, products, workers, convert=target == "convert"
                )
            )
        log = home / "logs"
        log.mkdir()
        if interrupt:  # a shell's background jobs ignore SIGINT, and their children would
            signal.signal(signal.SIGINT, signal.default_int_handler)
        done, late, restarts, seconds = kill_and_restart(
            started,
            products=products,
            kills=kills,
            workers=workers,
            seed=seed,
            log=log,
            sends=signal.SIGINT if interrupt else signal.SIGKILL,
        )
        sold = httpx.get(f"{url}/sandbox/sales").json()
        faults = httpx.get(f"{asked}/proxy/counts").json() if share else {}
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
            requests=sum(faults.values()),
            requests_with_a_fault=sum(
                count for name, count in faults.items() if not name.endswith("without a fault")
            ),
            kills=done,
            kills_in_the_second_half=late,
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


def write(options: argparse.Namespace, result: Result) -> None:
    """Write the section of the README."""
    workers = options.workers
    is_command = options.target != "library"
    name = f"`vitrine {options.target}`" if is_command else f"library process{'es' * (workers > 1)}"
    killed = name if is_command and workers == 1 else f"{workers} {name}"
    where = "PostgreSQL" if options.postgres else "SQLite"
    command = f"python -m benchmarks crash_recovery --products {options.products} --kills {options.kills}"
    command += f" --workers {workers}" * (workers > 1) + " --postgres" * options.postgres
    command += f" --target {options.target}" * is_command + " --interrupt" * options.interrupt
    command += f" --share {options.share}" * (options.share > 0) + f" --seed {options.seed}"
    counts = {name.replace("_", " "): count for name, count in asdict(result).items()}
    if not options.share:  # there was no proxy
        del counts["requests"], counts["requests with a fault"]
    body = table(("", "count"), counts.items())
    if is_command and workers > 1:
        body = (
            f"{workers} processes, one killed at a time. Each publishes all products into the same bucket, "
            "every second process in reverse order. They share the ledger and a Prefect server."
            f"\n\n{body}"
        )
    title = f"{'SIGINT' if options.interrupt else 'SIGKILL'}: {killed}, ledger on {where}"
    title += f", {options.share:.0%} of requests with a fault" * (options.share > 0)
    write_section(title, command, body)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks crash_recovery", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--target", choices=("library", "catalog", "convert"), default="library")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interrupt", action="store_true", help="SIGINT instead of SIGKILL")
    parser.add_argument("--share", type=float, default=0.0, help="share of requests with a fault")
    options = parser.parse_args(arguments)
    result = run(**vars(options))
    write(options, result)
    return 0 if result.is_consistent else 1


if __name__ == "__main__":
    sys.exit(main())
