"""Two thousand paid jobs alive in one process, and a rate limiter that never draws a 429.

`python -m benchmarks.alive` buys 2,000 jobs of 60 s each at 50 requests a second and waits for all of them:
memory, CPU while waiting, and how long after its completion each job was noticed.
`python -m benchmarks.alive --strict` keeps two workers busy at 50 requests a minute for three minutes against
a sandbox that enforces the limit, and counts its refusals.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.report import table, write_section
from benchmarks.sandboxed import sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.rate_lease import lease_from
from vitrine.models import Blob, Job
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http.rate_limiter import Rate, RateLimiter
from vitrine.providers.wait import wait
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation


@dataclass
class Seen:
    """What was measured on the way."""

    bought: int = 0
    noticed_at: dict[str, float] = field(default_factory=dict)
    all_bought: asyncio.Event = field(default_factory=asyncio.Event)


async def many(url: str, ledger: Ledger, jobs: int, per_minute: float) -> dict[str, Any]:
    """Buy `jobs` jobs and wait for all of them in this process."""
    account = EmpirioLabs("sandbox", base_url=url, name="sandbox", requests_per_minute=per_minute)
    account.typical_s, account.poll_s = 60.0, 5.0
    seen = Seen()
    began = time.monotonic()

    async def one(number: int) -> None:
        data = f"photo {number}".encode()
        photo = Blob(sha256=f"{number:064x}", size_bytes=len(data), media_type="image/png")
        job = await place_order(account.order(photo, Generation()), PhotoUpload(data=data), account, ledger)
        seen.bought += 1
        if seen.bought == jobs:
            seen.all_bought.set()
        await wait(account, job, deadline_s=900)
        seen.noticed_at[job.request_id] = time.time()

    work = asyncio.gather(*(one(number) for number in range(jobs)))
    await seen.all_bought.wait()
    bought_after_s = time.monotonic() - began
    alive = jobs - len(seen.noticed_at)
    cpu, wall = time.process_time(), time.monotonic()
    polls = _status_calls(url)
    while len(seen.noticed_at) < 0.02 * jobs and time.monotonic() - wall < 30:
        await asyncio.sleep(0.2)
    cpu_share = (time.process_time() - cpu) / (time.monotonic() - wall)
    polls_s = (_status_calls(url) - polls) / (time.monotonic() - wall)
    waited_s = time.monotonic() - wall
    interval_s = account.rate_limiter.poll_interval_s if account.rate_limiter else 0.0
    await work
    late = sorted(_lateness(url, seen.noticed_at))
    await account.aclose()
    return {
        "jobs": jobs,
        "requests_per_minute": per_minute,
        "bought_after_s": round(bought_after_s, 1),
        "alive_when_all_were_bought": alive,
        "cpu_share_of_a_core_while_waiting": round(cpu_share, 3),
        "measured_over_s": round(waited_s, 1),
        "polls_per_s_meanwhile": round(polls_s, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "poll_interval_s": round(interval_s, 1),
        "noticed_late_s_median": round(statistics.median(late), 1),
        "noticed_late_s_p99": round(late[int(len(late) * 0.99)], 1),
        "noticed_late_s_max": round(late[-1], 1),
        "all_done_after_s": round(time.monotonic() - began, 1),
        "refusals_429": _refusals(url),
    }


async def strict(url: str, ledger_url: str, minutes: float) -> dict[str, Any]:
    """Two workers, each with its own rate limiter on the shared ledger, asking as often as they may."""
    ledgers = [Ledger.open(ledger_url) for _ in range(2)]
    rate = Rate(per_minute=50)
    until = time.monotonic() + 60 * minutes

    async def worker(ledger: Ledger) -> None:
        account = EmpirioLabs("sandbox", base_url=url, name="sandbox", requests_per_minute=50)
        account.rate_limiter = RateLimiter(rate, lease_from(ledger, account.name))
        photo = Blob(sha256=f"{ledgers.index(ledger):064x}", size_bytes=1, media_type="image/png")
        job = await place_order(account.order(photo, Generation()), PhotoUpload(data=b"x"), account, ledger)

        async def ask(job: Job) -> None:
            while time.monotonic() < until:
                await account.status(job)

        await asyncio.gather(*(ask(job) for _ in range(4)))
        await account.aclose()

    await asyncio.gather(*(worker(ledger) for ledger in ledgers))
    told = httpx.get(f"{url}/sandbox/requests").json()
    return {
        "workers": 2,
        "requests": sum(n for route, n in told["by_route"].items() if "/v1/" in route),
        "busiest_minute": max(told["busiest_minute"].values()),
        "refusals_429": _refusals(url),
        "minutes": minutes,
    }


def _status_calls(url: str) -> int:
    told = httpx.get(f"{url}/sandbox/requests").json()["by_route"]
    return int(told.get("GET /v1/jobs/{job_id}", 0))


def _refusals(url: str) -> int:
    return int(httpx.get(f"{url}/sandbox/requests").json()["by_status"].get("429", 0))


def _lateness(url: str, noticed_at: dict[str, float]) -> list[float]:
    sales = httpx.get(f"{url}/sandbox/sales").json()["sales"]
    done_at = {sale["request_id"]: datetime.fromisoformat(sale["time"]).timestamp() + 60 for sale in sales}
    return [noticed - done_at[request_id] for request_id, noticed in noticed_at.items()]


def write(strict: bool, result: dict[str, Any]) -> None:
    """Put the numbers into the report."""
    rows = [(name.replace("_", " "), value) for name, value in result.items()]
    if strict:
        title, command = "Pacing at 50 requests a minute, two workers", "python -m benchmarks.alive --strict"
    else:
        title, command = "Two thousand jobs alive in one process", "python -m benchmarks.alive"
    write_section(title, command, table(("", "measured"), rows))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks alive", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--per-minute", type=float, default=3000)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vitrine-alive-") as folder:
        ledger_url = f"sqlite:///{folder}/ledger.sqlite3"
        if options.strict:
            with sandbox(Path(folder), "--rate-limit", "50", "--latency", "3600") as url:
                result = asyncio.run(strict(url, ledger_url, options.minutes))
        else:
            with sandbox(Path(folder), "--latency", "60") as url:
                ledger = Ledger.open(ledger_url)
                result = asyncio.run(many(url, ledger, options.jobs, options.per_minute))
    write(options.strict, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
