"""The database goes away at the worst moment; what is paid is not lost, and a rerun completes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.postgres import Server, find_binaries, running_postgres
from vitrine.errors import LedgerError
from vitrine.ledger import Ledger
from vitrine.ledger.receipt_spool import pending
from vitrine.models import Job
from vitrine.models.order import Order
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.place_order import place_order

MakeOrder = Callable[..., Order]


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    if find_binaries() is None:
        pytest.skip("no PostgreSQL server binaries here: apt-get install postgresql")
    with running_postgres() as server:
        yield server


class Waiter:
    """A clock on which something happens while one sleeps."""

    def __init__(self, happens: Callable[[], None] = lambda: None) -> None:
        self.time_s = 0.0
        self.happens = happens

    def now(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        self.time_s += seconds
        self.happens()


def _away_after_the_sale(fake_provider: Any, server: Server) -> None:
    plain = fake_provider.submit

    async def submit(order: Order, upload: PhotoUpload, **more: Any) -> Job:
        job = await plain(order, upload, **more)
        server.stop()
        return job  # type: ignore[no-any-return]

    fake_provider.submit = submit


async def test_a_receipt_waits_for_its_database(
    own_server: Server, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, tmp_path: Path
) -> None:
    ledger = Ledger.open(own_server.url, receipt_spool=tmp_path / "receipts")
    _away_after_the_sale(fake_provider, own_server)
    order = make_order("a")
    job = await place_order(order, upload, fake_provider, ledger, clock=Waiter(own_server.start))
    assert ledger.get(order.key).request_id == job.request_id  # type: ignore[union-attr]
    assert list((tmp_path / "receipts").iterdir()) == []
    ledger.close()


async def test_a_receipt_is_kept_on_disk_during_an_outage(
    own_server: Server,
    fake_provider: Any,
    make_order: MakeOrder,
    upload: PhotoUpload,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receipt_spool = tmp_path / "receipts"
    ledger = Ledger.open(own_server.url, receipt_spool=receipt_spool)
    _away_after_the_sale(fake_provider, own_server)
    order = make_order("b")
    with (
        caplog.at_level(logging.ERROR, "vitrine"),
        pytest.raises(LedgerError, match=r"job job-1 .* is bought.*receipts.*Run again"),
    ):
        await place_order(order, upload, fake_provider, ledger, clock=Waiter())
    ledger.close()
    assert [receipt.job.key for _, receipt in pending(receipt_spool, ledger.ledger_id)] == [order.key]
    assert "receipt kept in" in caplog.text
    with pytest.raises(LedgerError, match="connection failed"):
        Ledger.open(own_server.url, receipt_spool=receipt_spool)
    own_server.start()
    again = Ledger.open(own_server.url, receipt_spool=receipt_spool)
    del fake_provider.submit
    assert (await place_order(order, upload, fake_provider, again)).reused
    assert (len(fake_provider.sold), list(receipt_spool.iterdir())) == (1, [])
    again.close()


async def test_without_a_database_no_order_is_sent(
    own_server: Server, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    ledger = Ledger.open(own_server.url)
    own_server.stop()
    with pytest.raises(LedgerError, match="nothing is bought without it"):
        await place_order(make_order("c"), upload, fake_provider, ledger)
    own_server.start()
    await place_order(make_order("c"), upload, fake_provider, ledger)
    assert len(fake_provider.sold) == 1
    ledger.close()


async def test_a_read_only_ledger_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    Ledger.open(f"sqlite:///{file}").close()
    with pytest.raises(LedgerError, match="readonly database"):
        Ledger.open(f"sqlite:///file:{file}?mode=ro&uri=true")
    if os.geteuid() != 0:  # root may write everything
        file.chmod(0o400)
        with pytest.raises(LedgerError, match="readonly"):
            Ledger.open(f"sqlite:///{file}")


async def test_a_receipt_is_in_the_ledger_even_where_no_folder_can_be_made(
    fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger.open(
        f"sqlite:///{tmp_path / 'ledger.sqlite3'}", receipt_spool=tmp_path / "file" / "receipts"
    )
    order = make_order()
    await place_order(order, upload, fake_provider, ledger)
    assert ledger.get(order.key).state == "submitted"  # type: ignore[union-attr]
    ledger.close()
