"""Eight processes that spend at once do not spend more together than a cap allows."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from benchmarks.postgres import find_binaries, running_postgres
from benchmarks.sandbox_process import running_sandbox
from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.report import costs


@pytest.mark.parametrize("postgres", [False, True])
def test_eight_buyers_with_one_dollar_buy_exactly_four(tmp_path: Path, postgres: bool) -> None:
    if not postgres:
        _race(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", tmp_path)
        return
    if find_binaries() is None:
        pytest.skip("no PostgreSQL server binaries here: apt-get install postgresql")
    with running_postgres() as server:
        _race(server.url, tmp_path)


def _race(ledger_url: str, home: Path) -> None:
    with running_sandbox(home) as url:
        command = [
            sys.executable,
            "-m",
            "benchmarks.buying_process",
            "--ledger",
            ledger_url,
            "--sandbox",
            url,
        ]
        command += ["--home", str(home), "--cap", "1.00", "--products", "3"]
        buyers = [
            subprocess.Popen([*command, "--first", str(3 * number)], stdout=subprocess.DEVNULL)
            for number in range(8)
        ]
        assert [buyer.wait(60) for buyer in buyers].count(
            1
        ) >= 6  # at most two buyers buy all of their products
        sales = httpx.get(f"{url}/sandbox/sales").json()
    assert (sales["count"], Decimal(sales["total_usd"])) == (4, Decimal("0.996"))
    ledger = Ledger.open(ledger_url)
    (cost,) = costs(list_purchases(ledger, Filter()), "provider")
    assert (cost.bought, cost.paid_usd, cost.open_usd) == (4, Decimal("0.996"), 0)
    ledger.close()
