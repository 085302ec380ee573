"""A catalogue in batches on several workers: Prefect's server on PostgreSQL, with Redis as message broker."""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg

from benchmarks.cases.process_tree import cpu_seconds, kill, resident_mb
from benchmarks.catalog import write_feed
from benchmarks.postgres import running_postgres
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


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks workers", description=__doc__)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=25)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0, help="workers that are sent SIGKILL meanwhile")
    parser.add_argument("--away", type=float, default=0.0, help="seconds that Prefect's server is away")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between the kills")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        rows = _measure(Path(name), options, running)
    kills = f", {options.kills} workers killed" if options.kills else ""
    kills += f", Prefect's server away for {options.away:.0f} s" if options.away else ""
    write_section(
        f"{options.products} products in batches on {options.workers} workers{kills}",
        "python -m benchmarks workers " + " ".join(arguments),
        "`nightly-catalog` with a `batch_size`, on a real Prefect server (PostgreSQL, Redis). The sample "
        "photos in different sizes; the sandbox's stub engine and a small recipe without certificates, so "
        "that little but orchestration is left.\n\n" + table(("measure", "value"), rows),
    )
    return 0


def _measure(home: Path, options: argparse.Namespace, running: ExitStack) -> list[tuple[str, str]]:
    postgres = running.enter_context(running_postgres())
    sandbox = running.enter_context(running_sandbox(home, "--latency", "2", "--queue", "0", engine="stub"))
    env = {
        **os.environ,
        **CLIENT,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))),
        "VITRINE_HOME": str(home),
        "VITRINE_LEDGER": _database(postgres.url, "ledger", "psycopg"),
        "VITRINE_SANDBOX_URL": sandbox,
        "VITRINE_PHOTO_FOLDERS": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    redis = running.enter_context(_redis(home))
    server_env = {
        **env,
        **SERVER,
        **redis,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _database(postgres.url, "prefect", "asyncpg"),
    }
    server = running.enter_context(_prefect(server_env, home))
    env["PREFECT_API_URL"] = url = server.url
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in ([sys.executable, "-m", "deployments.bootstrap"], [*prefect, "deploy", "--all"]):
        subprocess.run(command, env=env, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    feed = write_feed(home, options.products)
    api = httpx.Client(base_url=url, timeout=60)
    workers = [_worker(prefect, env, home) for _ in range(options.workers)]
    try:
        before, start = cpu_seconds(server.process.pid), time.monotonic()
        run = _start(api, feed, options)
        rss: list[tuple[int, float]] = []
        kills = options.kills
        next_kill = start + options.every
        is_back = not options.away
        while (state := api.get(f"/flow_runs/{run}").json()["state"])["type"] not in ("COMPLETED", "FAILED"):
            if time.monotonic() - start > LIMIT_S:
                raise SystemExit(f"not done after {LIMIT_S:.0f} s: {state}")
            time.sleep(2)
            sold = httpx.get(f"{sandbox}/sandbox/sales").json()["count"]
            rss.append((sold, resident_mb(server.process.pid)))
            if not is_back and sold >= options.products / 4:
                is_back = True
                kill(server.process.pid)
                time.sleep(options.away)
                server.start()
            if kills and time.monotonic() > next_kill:
                kills, next_kill = kills - 1, time.monotonic() + options.every
                kill(workers.pop(random.randrange(len(workers))).pid)
                workers.append(_worker(prefect, env, home))
        wall_s = time.monotonic() - start
        server_cpu_s = cpu_seconds(server.process.pid) - before
        worker_cpu_s = sum(cpu_seconds(worker.pid) for worker in workers)
        sales = httpx.get(f"{sandbox}/sandbox/sales").json()["count"]
        recorded, ran = _task_runs(api, env)
        orphans = api.post("/flow_runs/count", json=RUNNING).json()
        again_s = _again(api, feed, options)
    finally:
        for worker in workers:
            kill(worker.pid)
    count = options.products
    early = [mb for sold, mb in rss if sold >= count / 5][:1] or [rss[0][1]]
    rows = [
        ("result", state["message"]),
        ("purchases, distinct products", f"{sales}, {count}"),
        ("wall time", f"{wall_s:.0f} s, {count / wall_s * 60:.0f} products a minute"),
        ("CPU of Prefect's server, a product", f"{1000 * server_cpu_s / count:.0f} ms"),
        ("task runs of steps: ran, recorded", f"{ran:.0f}, {recorded}"),
        ("server's memory at a fifth, at the end", f"{early[0]:.0f} MB, {rss[-1][1]:.0f} MB"),
        ("runs left Running or Pending", str(orphans)),
        ("the same again, unchanged (worker and process start)", f"{again_s:.0f} s"),
    ]
    if options.away:
        rows = [row for row in rows if not row[0].startswith("CPU of Prefect")]
    if not options.kills:
        cpu = f"{1000 * worker_cpu_s / count:.0f} ms"
        rows.insert(4, ("CPU of workers and runs, a product (with photos and meshes)", cpu))
    return rows


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
    recorded, last = -1, -2
    while recorded != last:
        time.sleep(5)
        last = recorded
        names = [{"task_runs": {"name": {"like_": f"{step} "}}} for step in counts]
        recorded = sum(int(api.post("/task_runs/count", json=name).json()) for name in names)
    return recorded, sum(counts.values())


@contextmanager
def _redis(home: Path) -> Iterator[dict[str, str]]:
    """A Redis server; yields the settings with which Prefect's server uses it (prefect-redis)."""
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield {
            "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
            "PREFECT_REDIS_MESSAGING_PORT": str(port),
        }
    finally:
        process.terminate()
        process.wait()


class _Server:
    """Prefect's server in a process of its own, at one address however often it is started."""

    def __init__(self, env: Mapping[str, str], home: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.env = {**env, "PREFECT_API_URL": self.url}
        self.log = home / "server.log"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 180
        while not _answers(f"{self.url}/health"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(self.log.read_text()[-3000:])
            time.sleep(0.5)


@contextmanager
def _prefect(env: Mapping[str, str], home: Path) -> Iterator[_Server]:
    server = _Server(env, home)
    server.start()
    try:
        yield server
    finally:
        kill(server.process.pid)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def _worker(prefect: list[str], env: Mapping[str, str], home: Path) -> subprocess.Popen[bytes]:
    with (home / "worker.log").open("a") as log:
        command = [*prefect, "worker", "start", "--pool", "vitrine", "--type", "process"]
        return subprocess.Popen(
            command, env=env, cwd=REPOSITORY, stdout=log, stderr=log, start_new_session=True
        )


def _database(url: str, name: str, driver: str) -> str:
    """Create a database; return its URL for a driver."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("+psycopg", f"+{driver}").rsplit("/", 1)[0] + f"/{name}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
