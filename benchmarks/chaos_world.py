"""The servers and processes of a `chaos` run, and the troubles that befall them."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from benchmarks.chaos_proxy import running_proxy
from benchmarks.postgres import Server, running_postgres
from benchmarks.sandbox_process import running_sandbox
from vitrine.errors import LedgerError
from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.purchasing.resolve import resolve

DATABASE_AWAY_S = 60.0
DISK_FULL_S = 10.0
PERSON_WAITS_S = {"pixazo": 10.0, "empiriolabs": 60.0}
"""How long a purchase is unknown before a person looks. The proxy holds no order for so long; EmpirioLabs'
list and bill settle most of its orders before, but none that was sent while the clock was set back."""


@dataclass
class World:
    """One run: its folder, its servers and its processes."""

    home: Path
    ledger_url: str
    sandbox: str
    proxy: str
    photos: str
    products: int
    postgres: Server | None
    rng: random.Random
    settled: Counter[str] = field(default_factory=Counter)
    """Orders that a person has settled, by provider."""
    keys_lock: threading.Lock = field(default_factory=threading.Lock)
    unknown_since: dict[tuple[str, int], float] = field(default_factory=dict)

    def at_home(self) -> int:
        """Count the products whose model is at home."""
        return len(list((self.home / "published").glob("*.json")))

    def start(self, worker: int) -> subprocess.Popen[bytes]:
        """Start a buyer; its output is appended to a log."""
        command = [sys.executable, "-m", "benchmarks.chaos_buyer", "--ledger", self.ledger_url]
        command += ["--url", self.proxy, "--photos", self.photos, "--home", str(self.home)]
        command += ["--products", str(self.products), "--worker", str(worker)]
        with (self.home / f"worker-{worker}.txt").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def ask_a_person(self) -> None:
        """Settle orders that stay unknown, as a person does who reads the provider's own list."""
        with contextlib.suppress(LedgerError):
            ledger = Ledger.open(self.ledger_url)
            sales = httpx.get(f"{self.sandbox}/sandbox/sales").json()["sales"]
            for purchase in list_purchases(ledger, Filter(states=("unknown",))):
                since = self.unknown_since.setdefault((purchase.key, purchase.posts), time.monotonic())
                if time.monotonic() - since < PERSON_WAITS_S[purchase.provider]:
                    continue
                sold = [sale for sale in sales if sale["image_sha256"] == purchase.sent_sha256]
                job = next((s["request_id"] for s in sold if s["provider"] == purchase.provider), None)
                with contextlib.suppress(LedgerError):
                    resolve(ledger, purchase.key, bought=job is not None, request_id=job)
                    self.settled[purchase.provider] += 1
            ledger.close()

    # Troubles, each at its share of the run

    def step_clock(self, seconds: float) -> None:
        """Set the machine's clock, as the processes see it."""
        (self.home / "clock_offset").write_text(str(seconds))

    def rotate_key(self, provider: str) -> None:
        """Give the wallet of a provider another key; the old one is refused."""
        with self.keys_lock:
            self._rotate_key(provider)

    def _rotate_key(self, provider: str) -> None:
        keys = json.loads((self.home / "keys.json").read_text())
        new = {**keys, provider: f"{keys[provider]}-rotated"}
        answer = httpx.post(
            f"{self.sandbox}/sandbox/keys", json={"old": keys[provider], "new": new[provider]}
        )
        answer.raise_for_status()
        part = self.home / "keys.part"
        part.write_text(json.dumps(new))
        part.replace(self.home / "keys.json")

    def fill_disk(self) -> None:
        """The work store is full for a while."""
        (self.home / "full").touch()
        time.sleep(DISK_FULL_S)
        (self.home / "full").unlink()

    def take_database_away(self) -> None:
        """The ledger's database does not answer for a minute."""
        if self.postgres is not None:
            self.postgres.stop()
            time.sleep(DATABASE_AWAY_S)
            self.postgres.start()
            return
        holder = sqlite3.connect(self.home / "ledger.sqlite3", timeout=30, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        time.sleep(DATABASE_AWAY_S)
        holder.execute("ROLLBACK")
        holder.close()


@contextlib.contextmanager
def opened(products: int, *, postgres: bool, seed: int, share: float) -> Iterator[World]:
    """Start the servers of a run in a temporary folder."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-chaos-")))
        server = stack.enter_context(running_postgres()) if postgres else None
        for folder in ("published", "photos"):
            (home / folder).mkdir()
        for number in range(products):
            (home / "photos" / f"{number}.png").write_bytes(f"photo of product {number}".encode())
        (home / "keys.json").write_text(json.dumps({"empiriolabs": "key-of-e", "pixazo": "key-of-p"}))
        sandbox = stack.enter_context(running_sandbox(home, "--latency", "1"))
        proxy = stack.enter_context(running_proxy(sandbox, seed=seed, share=share))
        photos = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(home / "photos")))
        threading.Thread(target=photos.serve_forever, daemon=True).start()
        stack.callback(photos.shutdown)
        yield World(
            home=home,
            ledger_url=server.url if server else f"sqlite:///{home / 'ledger.sqlite3'}",
            sandbox=sandbox,
            proxy=proxy,
            photos=f"http://127.0.0.1:{photos.server_port}",
            products=products,
            postgres=server,
            rng=random.Random(seed),
        )


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return None
