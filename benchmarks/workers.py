"""A catalogue in batches on several workers: Prefect's server on PostgreSQL, with Redis as message broker."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.cases.process_tree import kill
from benchmarks.catalog import write_feed
from benchmarks.postgres import running_postgres
from benchmarks.prefect_processes import (
    PREFECT,
    create_database,
    running_redis,
    running_server,
    start_worker,
)
from benchmarks.process_roles import STEPS, ProcessRoles
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox
from deployments.profile import CLIENT, SERVER
from vitrine.ledger import Ledger
from vitrine.ledger.counters import read_counts

REPOSITORY = Path(__file__).parents[1]
RECIPE = {
    "generation": {"decimation_target": 10_000, "texture_size": 1024, "seed": 7},
    "fidelity": {"enabled": False},
    "certify": {"enabled": False},
    "usdz": {"enabled": False},
    "feed": {"share_similar": False},
    "ladder": [{"triangles": 2_000, "texture_px": 256}],
    "ar": {"triangles": 2_000, "texture_px": 256},
    "poster": {"size_px": 128},
}
LIMIT_S = 3_600.0
STILL_S = 30.0
"""Prefect has recorded what it will when the count has stood still for so long."""


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks workers", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=25)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0, help="workers that are sent SIGKILL meanwhile")
    parser.add_argument("--away", type=float, default=0.0, help="seconds that Prefect's server is away")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between the kills")
    parser.add_argument("--engine", choices=("stub", "preview"), default="stub", help="the sandbox's")
    parser.add_argument("--photos", type=Path, help="a folder of photos to vary, instead of the samples")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        rows = _measure(Path(name), options, running)
    kills = f", {options.kills} workers killed" if options.kills else ""
    kills += f", Prefect's server away for {options.away:.0f} s" if options.away else ""
    write_section(
        f"{options.products} products in batches on {options.workers} workers{kills}",
        "python -m benchmarks workers " + " ".join(arguments),
        "`nightly-catalog` with a `batch_size`, on a real Prefect server (PostgreSQL, Redis). "
        f"{'Photos' if options.photos else 'The sample photos'} in different sizes; the sandbox's "
        f"{options.engine} engine and a small recipe without certificates, so that little but orchestration "
        "is left.\n\n" + table(("measure", "value"), rows),
    )
    return 0


def _measure(home: Path, options: argparse.Namespace, running: ExitStack) -> list[tuple[str, str]]:
    postgres = running.enter_context(running_postgres())
    sandbox = running.enter_context(
        running_sandbox(home, "--latency", "2", "--queue", "0", engine=options.engine)
    )
    env = {
        **os.environ,
        **CLIENT,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))),
        "VITRINE_HOME": str(home),
        "VITRINE_LEDGER": create_database(postgres.url, "ledger", "psycopg"),
        "VITRINE_SANDBOX_URL": sandbox,
        "VITRINE_PHOTO_FOLDERS": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    redis, redis_settings = running.enter_context(running_redis(home))
    server_env = {
        **env,
        **SERVER,
        **redis_settings,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": create_database(postgres.url, "prefect", "asyncpg"),
    }
    server = running.enter_context(running_server(server_env, home))
    env["PREFECT_API_URL"] = url = server.url
    for command in ([sys.executable, "-m", "deployments.bootstrap"], [*PREFECT, "deploy", "--all"]):
        subprocess.run(command, env=env, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    feed = write_feed(home, options.products, options.photos)
    api = httpx.Client(base_url=url, timeout=60)
    workers = [start_worker(env, home) for _ in range(options.workers)]
    roles = ProcessRoles()

    def sample(done: int) -> None:
        # A server that was away has another process, and so has a worker in place of one that was killed.
        servers = [("Prefect's server", server.process.pid), ("Redis", redis), ("PostgreSQL", postgres.pid)]
        roles.sample([*servers, *(("workers", worker.pid) for worker in workers)], done)

    try:
        _await_workers(api, options.workers)
        sample(0)
        before = roles.cpu_s()
        start = time.monotonic()
        run = _start(api, feed, options)
        kills = 0
        is_back = not options.away
        while (state := api.get(f"/flow_runs/{run}").json()["state"])["type"] not in ("COMPLETED", "FAILED"):
            if time.monotonic() - start > LIMIT_S:
                raise SystemExit(f"not done after {LIMIT_S:.0f} s: {state}")
            sold = httpx.get(f"{sandbox}/sandbox/sales").json()["count"]
            sample(sold)
            time.sleep(2)
            if not is_back and sold >= options.products / 4:
                is_back = True
                kill(server.process.pid)
                time.sleep(options.away)
                server.start()
            if kills < options.kills and time.monotonic() > start + (kills + 1) * options.every:
                kills += 1
                kill(workers.pop(random.randrange(len(workers))).pid)
                workers.append(start_worker(env, home))
        wall_s = time.monotonic() - start
        sales = httpx.get(f"{sandbox}/sandbox/sales").json()["count"]
        recorded, ran = _task_runs(api, env)
        orphans = api.post("/flow_runs/count", json=RUNNING).json()
        again_s = _again(api, feed, options)
    finally:
        for worker in workers:
            kill(worker.pid)
    count = options.products
    return [
        ("result", state["message"]),
        ("purchases, distinct products", f"{sales}, {count}"),
        ("workers killed", str(kills)),
        ("wall time", f"{wall_s:.0f} s, {count / wall_s * 60:.0f} products a minute"),
        *_cpu_rows(roles, before, count),
        ("task runs of steps: ran, recorded", f"{ran:.0f}, {recorded}"),
        *_memory_rows(roles, count),
        ("runs left Running or Pending", str(orphans)),
        ("the same again, unchanged (worker and process start)", f"{again_s:.0f} s"),
    ]


def _cpu_rows(roles: ProcessRoles, before: Mapping[str, float], products: int) -> list[tuple[str, str]]:
    """The processor time of each role since all had started, and of all but photo and mesh work."""
    used = {role: 1000 * (cpu_s - before.get(role, 0.0)) / products for role, cpu_s in roles.cpu_s().items()}
    rest = sum(ms for role, ms in used.items() if role != STEPS)
    return [
        *((f"CPU of {role}, a product", f"{ms:.0f} ms") for role, ms in sorted(used.items())),
        ("CPU of everything but photo and mesh steps, a product", f"{rest:.0f} ms"),
    ]


def _memory_rows(roles: ProcessRoles, products: int) -> list[tuple[str, str]]:
    """The memory of the largest process of each role, early in the run and late."""
    peaks = roles.peaks_mb((products // 5, 2 * products // 5, 4 * products // 5, products))
    return [
        (
            f"largest process of {role}: from a fifth to two, in the last fifth",
            f"{early:.0f} MB, {late:.0f} MB",
        )
        for role, (early, _, late) in sorted(peaks.items())
    ]


def _await_workers(api: httpx.Client, count: int) -> None:
    """Wait until all workers are known to the server: until then they and the server only start."""
    while True:
        workers = api.post("/work_pools/vitrine/workers/filter", json={}).json()
        if sum(worker["status"] == "ONLINE" for worker in workers) >= count:
            return
        time.sleep(0.5)


RUNNING = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}, "tags": {"all_": ["restart"]}}}


def _start(api: httpx.Client, feed: Path, options: argparse.Namespace) -> str:
    deployment = api.get("/deployments/name/convert-catalog/nightly-catalog").json()["id"]
    parameters = {
        "feed": str(feed),
        "recipe": RECIPE,
        "batch_size": options.batch_size,
        "batches_at_once": 2 * options.workers,
        "account": "block:sandbox-account/sandbox",
        "to": "block:vitrine-folder/public",
    }
    answer = api.post(f"/deployments/{deployment}/create_flow_run", json={"parameters": parameters})
    answer.raise_for_status()
    return str(answer.json()["id"])


def _again(api: httpx.Client, feed: Path, options: argparse.Namespace) -> float:
    """Run the unchanged feed once more; return the seconds from asking until it has ended."""
    start = time.monotonic()
    run = _start(api, feed, options)
    while api.get(f"/flow_runs/{run}").json()["state"]["type"] not in ("COMPLETED", "FAILED"):
        time.sleep(0.2)
    return time.monotonic() - start


def _task_runs(api: httpx.Client, env: Mapping[str, str]) -> tuple[int, float]:
    """How many task runs of steps Prefect has recorded, once that stands still, and how many ran."""
    ledger = Ledger.open(env["VITRINE_LEDGER"])
    counts = {step: value for (name, step), value in read_counts(ledger).items() if name == "step_runs"}
    ledger.close()
    recorded, still_s = -1, 0.0
    while still_s < STILL_S:
        time.sleep(5)
        names = [{"task_runs": {"name": {"like_": f"{step} "}}} for step in counts]
        now = sum(int(api.post("/task_runs/count", json=name).json()) for name in names)
        still_s = still_s + 5 if now == recorded else 0.0
        recorded = now
    return recorded, sum(counts.values())
