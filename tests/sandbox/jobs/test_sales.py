"""The sales book: on disk, to the cent, and readable after any end."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from vitrine.sandbox.jobs.orders import Wanted
from vitrine.sandbox.jobs.sales import Sale, SalesBook, account_of


def sale(number: int, price: str = "0.249") -> Sale:
    return Sale(
        request_id=f"job_{number}",
        provider="empiriolabs",
        account=account_of("sk-1"),
        key_last4="sk-1",
        at=1.5,
        price_usd=Decimal(price),
        image_sha256="0" * 64,
        settings={"seed": number},
        wanted=Wanted(),
    )


def test_what_was_written_is_read_back(tmp_path: Path):
    path = tmp_path / "deep" / "book.jsonl"
    book = SalesBook(path)
    for number in range(3):
        book.write(sale(number))
    book.refund("job_1")
    book.refund("job_1")
    again = SalesBook(path)
    assert again.sales == book.sales
    assert again.spent_usd(account_of("sk-1")) == Decimal("0.498")
    assert again.spent_usd(account_of("other")) == 0
    assert len(path.read_text().splitlines()) == 4


def test_a_torn_last_line_costs_only_itself(tmp_path: Path):
    path = tmp_path / "book.jsonl"
    book = SalesBook(path)
    book.write(sale(1))
    with path.open("a") as file:
        file.write('{"sale": {"request_id": "job_2", "prov')
    second = SalesBook(path)
    second.write(sale(3))
    assert [s.request_id for s in SalesBook(path).sales] == ["job_1", "job_3"]


def test_keys_are_not_written_down(tmp_path: Path):
    path = tmp_path / "book.jsonl"
    secret = "sk-very-secret-0042"
    SalesBook(path).write(
        sale(1).model_copy(update={"account": account_of(secret), "key_last4": secret[-4:]})
    )
    assert "secret" not in path.read_text()
