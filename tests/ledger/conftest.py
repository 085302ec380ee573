"""Ledgers of both kinds, and a provider made of memory that counts what it sells."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks.postgres import find_binaries, running_postgres
from vitrine.errors import ProviderError
from vitrine.ledger import Ledger
from vitrine.models import Blob, Job, JobStatus, Order, Output
from vitrine.providers.base import Picture, RecentCharges, RecentJobs
from vitrine.providers.prices import price_usd

SETTINGS = {"resolution": "1024"}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if find_binaries() is None:
        pytest.skip("no PostgreSQL server binaries here: apt-get install postgresql")
    with running_postgres() as server:
        yield server.url


_numbers = itertools.count()


def _new_database(server: str) -> str:
    name = f"ledger_{next(_numbers)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.rpartition("/")[0] + "/" + name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's URL, once a kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    return _new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()


def order(name: str = "photo", *, attempt: int = 1, provider: str = "empiriolabs") -> Order:
    photo = Blob(sha256=hashlib.sha256(name.encode()).hexdigest(), size_bytes=4, media_type="image/png")
    return Order(photo=photo, provider=provider, model="trellis-2-4b", settings=SETTINGS, attempt=attempt)


@pytest.fixture
def make_order() -> Callable[..., Order]:
    return order


@dataclass
class Seller:
    """A provider in memory: it sells, unless `refuse` says otherwise."""

    name: str = "empiriolabs"
    needs_url: bool = False
    typical_s: float = 0.01
    poll_s: float = 0.01
    settle_s: float = 0.0
    calls_back: bool = False
    requests_per_minute: float | None = None
    pacer: None = None
    listing: RecentJobs | ProviderError | None = None
    bill: RecentCharges | ProviderError | None = None
    refuse: BaseException | None = None
    statuses: list[JobStatus | ProviderError] = field(
        default_factory=lambda: [JobStatus(state="completed", outputs=(Output(url="http://x/m.glb"),))]
    )
    downloads: list[bytes | Exception] = field(default_factory=lambda: [b"glTF-model"])
    sold: list[str] = field(default_factory=list)
    questions: int = 0
    fetches: int = 0

    async def price_usd(self, order: Order) -> Decimal:
        return price_usd("empiriolabs", order.settings)

    async def turn(self) -> None:
        return None

    async def submit(self, order: Order, picture: Picture, *, webhook_url: str | None = None) -> Job:  # noqa: ARG002
        if self.refuse is not None:
            raise self.refuse
        self.sold.append(order.key)
        return Job(
            key=order.key,
            provider=self.name,
            request_id=f"job-{len(self.sold)}",
            poll_url="http://x/job",
            submitted_at=datetime.now(UTC),
        )

    async def status(self, job: Job) -> JobStatus:  # noqa: ARG002
        said = self.statuses[min(self.questions, len(self.statuses) - 1)]
        self.questions += 1
        if isinstance(said, ProviderError):
            raise said
        return said

    async def recent_jobs(self) -> RecentJobs | None:
        if isinstance(self.listing, ProviderError):
            raise self.listing
        return self.listing

    async def recent_charges(self) -> RecentCharges | None:
        if isinstance(self.bill, ProviderError):
            raise self.bill
        return self.bill

    async def fetch(self, job: Job, status: JobStatus, to: Path) -> Path:  # noqa: ARG002
        said = self.downloads[min(self.fetches, len(self.downloads) - 1)]
        self.fetches += 1
        if isinstance(said, Exception):
            raise said
        to.write_bytes(said)
        return to


@pytest.fixture
def seller() -> Seller:
    return Seller()


@pytest.fixture
def picture() -> Picture:
    return Picture(data=b"png!")
