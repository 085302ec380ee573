"""Receipts on this machine's disk: each goes to its own ledger, and its file goes only when it is there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from vitrine.ledger import Ledger
from vitrine.ledger import receipt_spool as spool
from vitrine.ledger.database_clock import utc_now
from vitrine.models import Job
from vitrine.models.order import Order

MakeOrder = Callable[..., Order]
PRICE = Decimal("0.249")


@pytest.fixture(autouse=True)
def _new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_reported", set())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "receipts"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    yield opened
    opened.close()


def _send(ledger: Ledger, order: Order) -> None:
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)


def _job(order: Order, request_id: str = "job-1") -> Job:
    return Job(key=order.key, provider=order.provider, request_id=request_id, submitted_at=utc_now())


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _state(ledger: Ledger, order: Order) -> tuple[str, str | None] | None:
    purchase = ledger.get(order.key)
    return None if purchase is None else (purchase.state, purchase.request_id)


def _reopen(url: str, folder: Path) -> Ledger:
    return Ledger.open(url, receipt_spool=folder)


def test_a_receipt_survives_the_opening_of_another_ledger(
    url: str,
    ledger: Ledger,
    other: Ledger,
    folder: Path,
    make_order: MakeOrder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    order = make_order()
    _send(ledger, order)
    spool.save(folder, ledger.ledger_id, ledger.name, _job(order))
    for _ in range(2):
        _reopen(f"sqlite:///{tmp_path / 'other.sqlite3'}", folder).close()
    assert _files(folder) == [f"{ledger.ledger_id}.{order.key}.json"]
    assert [record.getMessage() for record in caplog.records] == [
        f"receipts of the ledger {ledger.name} in {folder}: 1. They stay there until it is opened, "
        "for example by `vitrine ledger`"
    ]
    assert other.get(order.key) is None
    _reopen(url, folder).close()
    assert _state(ledger, order) == ("submitted", "job-1")
    assert _files(folder) == []


def test_two_ledgers_with_the_same_order_get_their_own_receipts(
    url: str, ledger: Ledger, other: Ledger, folder: Path, make_order: MakeOrder, tmp_path: Path
) -> None:
    order = make_order()
    for one, request_id in ((ledger, "mine"), (other, "theirs")):
        _send(one, order)
        spool.save(folder, one.ledger_id, one.name, _job(order, request_id))
    assert len(_files(folder)) == 2
    _reopen(url, folder).close()
    assert (_state(ledger, order), _state(other, order)) == (("submitted", "mine"), ("submitting", None))
    _reopen(f"sqlite:///{tmp_path / 'other.sqlite3'}", folder).close()
    assert _state(other, order) == ("submitted", "theirs")
    assert _files(folder) == []


@pytest.mark.parametrize("content", [b"", b'{"ledger_id": "x", "jo', b"\xff\xfe", b"[]"])
def test_an_unreadable_file_is_set_aside_and_blocks_nothing(
    url: str,
    ledger: Ledger,
    folder: Path,
    make_order: MakeOrder,
    content: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    order = make_order()
    _send(ledger, order)
    spool.save(folder, ledger.ledger_id, ledger.name, _job(order))
    (folder / "000.json").write_bytes(content)
    (folder / "000.1.json").write_bytes(content)
    _reopen(url, folder).close()
    assert _state(ledger, order) == ("submitted", "job-1")
    assert _files(folder) == ["000.1.json.unreadable", "000.json.unreadable"]
    assert (folder / "000.json.unreadable").read_bytes() == content
    assert sum("cannot read the receipt" in record.getMessage() for record in caplog.records) == 2
    _reopen(url, folder).close()
    assert _files(folder) == ["000.1.json.unreadable", "000.json.unreadable"]


def test_a_receipt_that_no_purchase_takes_stays(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder, caplog: pytest.LogCaptureFixture
) -> None:
    order, unknown = make_order("sold twice"), make_order("of no purchase")
    _send(ledger, order)
    ledger.record_receipt(_job(order, "first"))
    spool.save(folder, ledger.ledger_id, ledger.name, _job(order, "second"))
    spool.save(folder, ledger.ledger_id, ledger.name, _job(unknown))
    _reopen(url, folder).close()
    assert _state(ledger, order) == ("submitted", "first")
    assert len(_files(folder)) == 2
    assert "job second at empiriolabs is bought, and its purchase has another job" in caplog.text


def test_a_receipt_that_the_ledger_has_already_goes(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder
) -> None:
    """The process died after the ledger had it, and before its file was deleted."""
    order = make_order()
    _send(ledger, order)
    job = _job(order)
    ledger.record_receipt(job)
    spool.save(folder, ledger.ledger_id, ledger.name, job)
    _reopen(url, folder).close()
    assert _files(folder) == []


def test_a_receipt_brings_back_what_a_person_had_given_up(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder
) -> None:
    order = make_order()
    _send(ledger, order)
    ledger.mark_unknown(order.key, "no answer")
    seen = ledger.get(order.key)
    assert seen is not None
    ledger.settle(seen, "abandoned", "a person says that it was bought")
    spool.save(folder, ledger.ledger_id, ledger.name, _job(order))
    _reopen(url, folder).close()
    assert _state(ledger, order) == ("submitted", "job-1")


@pytest.mark.parametrize("sent", ["before", "after", "never"])
def test_a_receipt_without_a_ledgers_id_goes_only_to_an_order_that_waits_for_it(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder, sent: str
) -> None:
    """Older releases noted no ledger."""
    order = make_order()
    if sent != "never":
        _send(ledger, order)
    apart = timedelta(hours=-1 if sent == "after" else 0)
    job = _job(order).model_copy(update={"submitted_at": utc_now() + apart})
    folder.mkdir()
    (folder / f"{order.key}.json").write_text(job.model_dump_json())
    _reopen(url, folder).close()
    if sent == "before":
        assert _state(ledger, order) == ("submitted", "job-1")
        assert _files(folder) == []
    else:
        assert _files(folder) == [f"{order.key}.json"]


def test_ids_and_urls_of_any_length_are_taken_in(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder
) -> None:
    order = make_order()
    _send(ledger, order)
    long = secrets.token_hex(10_000)
    job = _job(order, long).model_copy(update={"poll_url": f"https://lab.example/{long}"})
    spool.save(folder, ledger.ledger_id, ledger.name, job)
    _reopen(url, folder).close()
    assert _state(ledger, order) == ("submitted", long)
    assert _files(folder) == []


def test_what_the_database_refuses_stays_and_blocks_nothing(
    url: str, ledger: Ledger, folder: Path, make_order: MakeOrder
) -> None:
    bad, good = make_order("bad"), make_order("good")
    for order in (bad, good):
        _send(ledger, order)
    spool.save(folder, ledger.ledger_id, ledger.name, _job(good))
    file = spool.save(folder, ledger.ledger_id, ledger.name, _job(bad))
    said = json.loads(file.read_text())
    said["job"]["request_id"] = "\ud800"  # half a character: no database takes it
    file.write_text(json.dumps(said))
    _reopen(url, folder).close()
    assert _state(ledger, good) == ("submitted", "job-1")
    assert _state(ledger, bad) == ("submitting", None)
    assert len(_files(folder)) == 1
