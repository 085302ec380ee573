"""The sales log: what is written is read back, whenever the process ended."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from vitrine.sandbox.jobs.order import EngineSettings
from vitrine.sandbox.jobs.sales_log import Sale, SalesLog, account_of


def sale(number: int, price: str = "0.249") -> Sale:
    return Sale(
        request_id=f"job_{number}",
        provider="empiriolabs",
        account=account_of("sk-1"),
        key_last4="sk-1",
        sold_at=1.5,
        price_usd=Decimal(price),
        image_sha256="0" * 64,
        settings={"seed": number},
        engine_settings=EngineSettings(),
    )


def test_what_was_written_is_read_back(tmp_path: Path):
    path = tmp_path / "deep" / "sales.jsonl"
    log = SalesLog(path)
    for number in range(3):
        log.append(sale(number))
    log.refund("job_1")
    log.refund("job_1")
    again = SalesLog(path)
    assert again.sales == log.sales
    assert again.spent_usd(account_of("sk-1")) == Decimal("0.498")
    assert again.spent_usd(account_of("other")) == 0
    assert len(path.read_text().splitlines()) == 4


def test_a_torn_last_line_is_skipped_and_the_next_sale_is_kept(tmp_path: Path):
    path = tmp_path / "sales.jsonl"
    log = SalesLog(path)
    log.append(sale(1))
    with path.open("a") as file:
        file.write('{"sale": {"request_id": "job_2", "prov')
    second = SalesLog(path)
    second.append(sale(3))
    assert [s.request_id for s in SalesLog(path).sales] == ["job_1", "job_3"]


def test_the_log_does_not_contain_the_key(tmp_path: Path):
    path = tmp_path / "sales.jsonl"
    secret = "sk-very-secret-0042"
    SalesLog(path).append(
        sale(1).model_copy(update={"account": account_of(secret), "key_last4": secret[-4:]})
    )
    assert "secret" not in path.read_text()


def test_the_keys_of_the_file_are_those_of_older_logs(tmp_path: Path):
    path = tmp_path / "sales.jsonl"
    SalesLog(path).append(sale(1))
    entry = json.loads(path.read_text())["sale"]
    assert (entry["at"], entry["fates"], entry["wanted"]["faces"]) == (1.5, [], 500_000)
