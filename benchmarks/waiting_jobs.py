"""Waiting for two thousand paid jobs in one process, and a rate limiter that avoids every 429.

`python -m benchmarks waiting_jobs` orders 2,000 jobs of 60 s each at 50 requests a second and waits for all
of them. It measures memory, CPU time while waiting, and the delay between a job's end and its detection.
`python -m benchmarks waiting_jobs --rate-limit` runs two workers at 50 requests a minute for three minutes
against a sandbox that enforces this limit, and counts its 429 responses.
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
from benchmarks.sandbox_process import running_sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.rate_lease import lease_from
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http.rate_limiter import Rate, RateLimiter
from vitrine.providers.wait import wait
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation


@dataclass
class Progress:
    """How far the run is."""

    bought: int = 0
    detected_at: dict[str, float] = field(default_factory=dict)
    all_bought: asyncio.Event = field(default_factory=asyncio.Event)


async def measure_waiting(url: str, ledger: Ledger, jobs: int, per_minute: float) -> dict[str, Any]:
    """Order `jobs` jobs and wait for all of them in this process."""
    account = EmpirioLabs("sandbox", base_url=url, name="sandbox", requests_per_minute=per_minute)
    account.typical_s, account.poll_s = 60.0, 5.0
    progress = Progress()
    start = time.monotonic()

    async def run_one(number: int) -> None:
        data = f"photo {number}".encode()
        photo = PhotoIdentity.of(Blob(sha256=f"{number:064x}", size_bytes=len(data), media_type="image/png"))
        job = await place_order(account.order(photo, Generation()), PhotoUpload(data=data), account, ledger)
        progress.bought += 1
        if progress.bought == jobs:
            progress.all_bought.set()
        await wait(account, job, deadline_s=900)
        progress.detected_at[job.request_id] = time.time()

    work = asyncio.gather(*(run_one(number) for number in range(jobs)))
    await progress.all_bought.wait()
    bought_after_s = time.monotonic() - start
    waiting = jobs - len(progress.detected_at)
    cpu, wall = time.process_time(), time.monotonic()
    polls = _status_requests(url)
    while len(progress.detected_at) < 0.02 * jobs and time.monotonic() - wall < 30:
        await asyncio.sleep(0.2)
    cpu_share = (time.process_time() - cpu) / (time.monotonic() - wall)
    polls_per_s = (_status_requests(url) - polls) / (time.monotonic() - wall)
    waited_s = time.monotonic() - wall
    interval_s = account.rate_limiter.poll_interval_s if account.rate_limiter else 0.0
    await work
    delays = sorted(_detection_delays(url, progress.detected_at))
    await account.aclose()
    return {
        "jobs": jobs,
        "requests_per_minute": per_minute,
        "bought_after_s": round(bought_after_s, 1),
        "waiting_when_all_were_bought": waiting,
        "cpu_share_of_a_core_while_waiting": round(cpu_share, 3),
        "measured_over_s": round(waited_s, 1),
        "polls_per_s_while_waiting": round(polls_per_s, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "poll_interval_s": round(interval_s, 1),
        "detection_delay_s_median": round(statistics.median(delays), 1),
        "detection_delay_s_p99": round(delays[int(len(delays) * 0.99)], 1),
        "detection_delay_s_max": round(delays[-1], 1),
        "all_detected_after_s": round(time.monotonic() - start, 1),
        "responses_429": _responses_429(url),
    }


async def measure_rate_limit(url: str, ledger_url: str, minutes: float) -> dict[str, Any]:
    """Run two workers that poll without pause, each with its own rate limiter on the shared ledger."""
    ledgers = [Ledger.open(ledger_url) for _ in range(2)]
    rate = Rate(per_minute=50)
    until = time.monotonic() + 60 * minutes

    async def worker(ledger: Ledger) -> None:
        account = EmpirioLabs("sandbox", base_url=url, name="sandbox", requests_per_minute=50)
        account.rate_limiter = RateLimiter(rate, lease_from(ledger, account.name))
        photo = PhotoIdentity.of(
            Blob(sha256=f"{ledgers.index(ledger):064x}", size_bytes=1, media_type="image/png")
        )
        job = await place_order(account.order(photo, Generation()), PhotoUpload(data=b"x"), account, ledger)

        async def poll(job: Job) -> None:
            while time.monotonic() < until:
                await account.status(job)

        await asyncio.gather(*(poll(job) for _ in range(4)))
        await account.aclose()

    await asyncio.gather(*(worker(ledger) for ledger in ledgers))
    counts = httpx.get(f"{url}/sandbox/requests").json()
    return {
        "workers": 2,
        "requests": sum(n for route, n in counts["by_route"].items() if "/v1/" in route),
        "busiest_minute": max(counts["busiest_minute"].values()),
        "responses_429": _responses_429(url),
        "minutes": minutes,
    }


def _status_requests(url: str) -> int:
    by_route = httpx.get(f"{url}/sandbox/requests").json()["by_route"]
    return int(by_route.get("GET /v1/jobs/{job_id}", 0))


def _responses_429(url: str) -> int:
    return int(httpx.get(f"{url}/sandbox/requests").json()["by_status"].get("429", 0))


def _detection_delays(url: str, detected_at: dict[str, float]) -> list[float]:
    sales = httpx.get(f"{url}/sandbox/sales").json()["sales"]
    ended_at = {sale["request_id"]: datetime.fromisoformat(sale["time"]).timestamp() + 60 for sale in sales}
    return [detected - ended_at[request_id] for request_id, detected in detected_at.items()]


def write(rate_limit: bool, result: dict[str, Any]) -> None:
    """Write the section of the README."""
    rows = [(name.replace("_", " "), value) for name, value in result.items()]
    if rate_limit:
        title = "Rate limit of 50 requests a minute, two workers"
        command = "python -m benchmarks waiting_jobs --rate-limit"
    else:
        title = "Two thousand waiting jobs in one process"
        command = "python -m benchmarks waiting_jobs"
    write_section(title, command, table(("", "measured"), rows))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks waiting_jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--per-minute", type=float, default=3000)
    parser.add_argument("--rate-limit", action="store_true")
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vitrine-waiting-jobs-") as folder:
        ledger_url = f"sqlite:///{folder}/ledger.sqlite3"
        if options.rate_limit:
            with running_sandbox(Path(folder), "--rate-limit", "50", "--latency", "3600") as url:
                result = asyncio.run(measure_rate_limit(url, ledger_url, options.minutes))
        else:
            with running_sandbox(Path(folder), "--latency", "60") as url:
                ledger = Ledger.open(ledger_url)
                result = asyncio.run(measure_waiting(url, ledger, options.jobs, options.per_minute))
    write(options.rate_limit, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
