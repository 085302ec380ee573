"""`vitrine quote`, `ledger` and `costs` as commands."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Vitrine
from vitrine.errors import ProviderBusy, ProviderRefused, ProviderUnreachable
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import record_result
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.models import Blob, PhotoIdentity
from vitrine.models.order import Order
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A purchase of unknown outcome, in the ledger that the command will open."""
    (tmp_path / "home").mkdir()
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite3'}")
    photo = PhotoIdentity.of(Blob(sha256="c" * 64, size_bytes=1, media_type="image/png"))
    order = Order(photo=photo, provider="pixazo", model="m", settings={"resolution": 1024})
    ledger.claim(order, Decimal("0.35"), product="mug")
    ledger.record_intent(order.key)
    ledger.mark_unknown(order.key, "silence")
    return ledger


def test_the_ledger_is_listed_exported_and_settled(vitrine: Vitrine, ledger: Ledger) -> None:
    (purchase,) = list_purchases(ledger, Filter())
    listed = vitrine("ledger").stdout
    assert purchase.key[:12] in listed
    assert "1 unknown" in listed
    (line,) = csv.DictReader(io.StringIO(vitrine("ledger", "--csv", "--state", "unknown").stdout))
    assert (line["key"], line["product"], line["price_usd"]) == (purchase.key, "mug", "0.35")
    assert purchase.key[:12] not in vitrine("ledger", "--since", "2100-01-01").stdout
    assert "0.35" in vitrine("costs", "--by", "product").stdout

    undecided = vitrine("ledger", "resolve", purchase.key[:8])
    assert (undecided.returncode, undecided.stdout) == (2, "")
    settled = vitrine("ledger", "resolve", purchase.key[:8], "--not-bought")
    assert (settled.returncode, settled.stdout) == (
        0,
        f"{purchase.key[:12]} is refused: it may be ordered again\n",
    )
    again = vitrine("ledger", "resolve", purchase.key[:8], "--not-bought")
    assert again.returncode != 0
    assert "only an unknown one" in again.stderr


def test_a_quote_prices_every_provider(vitrine: Vitrine, shared_photos: Path) -> None:
    mug = shared_photos / "cutout" / "mug.webp"
    rows = [json.loads(line) for line in vitrine("quote", mug, "--json").stdout.splitlines()]
    prices = {(row["provider"], row["resolution"]): row["usd"] for row in rows}
    assert prices == {
        ("sandbox", 512): "0.025",
        ("sandbox", 1024): "0.249",
        ("sandbox", 1536): "0.499",
        ("empiriolabs", 512): "0.025",
        ("empiriolabs", 1024): "0.249",
        ("empiriolabs", 1536): "0.499",
        ("pixazo", 512): "0.35",
        ("pixazo", 1024): "0.35",
        ("pixazo", 1536): "0.35",
    }
    assert {row["new"] for row in rows} == {1}


def test_a_quote_says_what_a_provider_refuses(vitrine: Vitrine, shared_photos: Path, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"generation": {"seed": 7}}')
    mug = shared_photos / "cutout" / "mug.webp"
    reported = vitrine("quote", mug, "--provider", "pixazo", "--recipe", "r.json", "--json").stdout
    assert "pixazo does not take seed" in json.loads(reported.splitlines()[0])["note"]


def test_a_draft_is_in_the_quote(vitrine: Vitrine, shared_photos: Path, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"mode": "draft-then-final"}')
    mug = shared_photos / "cutout" / "mug.webp"
    reported = vitrine("quote", mug, "--provider", "sandbox", "--recipe", "r.json", "--json").stdout
    assert [json.loads(line)["usd"] for line in reported.splitlines()] == ["0.025", "0.274", "0.499"]


def test_a_cap_that_is_no_amount_is_refused(vitrine: Vitrine) -> None:
    for value in ("-1", "plenty", "nan"):
        result = vitrine("ledger", VITRINE_CAP_DAY_USD=value)
        assert result.returncode == 2
        assert f"VITRINE_CAP_DAY_USD is {value!r}" in result.stderr


def test_accounts_take_orders_or_are_paused(vitrine: Vitrine, ledger: Ledger) -> None:
    record_result(ledger, "empiriolabs", ProviderBusy("HTTP 503: model_unavailable", status=503))
    for _ in range(3):
        record_result(ledger, "gateway", ProviderUnreachable("connection refused"))
    record_result(ledger, "pixazo", ProviderRefused("HTTP 402: Insufficient Balance", status=402))
    taking, paused, held = vitrine("ledger", "accounts").stdout.splitlines()
    assert taking == ("empiriolabs: taking orders; orders refused in a row: 1. HTTP 503: model_unavailable")
    assert re.match(r"gateway: paused until \d\d:\d\d:\d\d UTC; orders refused in a row: 3\.", paused)
    assert held.startswith("pixazo: paused until `vitrine ledger accounts --reopen pixazo`; orders ")
    for value in ("takes orders again", "was not paused"):
        assert vitrine("ledger", "accounts", "--reopen", "pixazo").stdout == f"pixazo {value}\n"


async def _buy(url: str, ledger: Ledger, name: str) -> str:
    account = EmpirioLabs("sandbox", base_url=url, name="sandbox")
    order = account.order(PhotoIdentity.of(Blob.of(name.encode(), "image/png")), Generation())
    job = await place_order(order, PhotoUpload(data=b"png"), account, ledger)
    await account.aclose()
    return job.key


def test_purchases_are_asked_for_again(vitrine: Vitrine, tmp_path: Path, serve_app: Any) -> None:
    (tmp_path / "home").mkdir()
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite3'}")
    with serve_app(create_app(SandboxSettings(engine="stub", processes=0))) as url:
        keys = [asyncio.run(_buy(url, ledger, name)) for name in ("failed", "expired")]
        ledger.mark_failed(keys[0], "one answer")
        ledger.mark_expired(keys[1], "two answers")
        one = vitrine("ledger", "recheck", keys[0][:8], VITRINE_SANDBOX_URL=url)
        assert one.stdout == f"{keys[0][:12]} - (sandbox): fetched\n", one.stderr
        rest = vitrine("ledger", "recheck", "--all", "--json", VITRINE_SANDBOX_URL=url)
        (line,) = json.loads(rest.stdout)
        assert line == {
            "key": keys[1],
            "product": "",
            "provider": "sandbox",
            "outcome": "fetched",
            "message": "",
        }
        nothing = vitrine("ledger", "recheck", "--all", "--json", VITRINE_SANDBOX_URL=url)
        assert json.loads(nothing.stdout) == []
        assert vitrine("ledger", "recheck", "--all", VITRINE_SANDBOX_URL=url).stdout == "nothing to ask for\n"
        sales = httpx.get(f"{url}/sandbox/sales").json()["count"]
    assert [purchase.state for purchase in list_purchases(ledger, Filter())] == ["fetched", "fetched"]
    assert sales == 2
    again = vitrine("ledger", "recheck", keys[0][:8])
    assert (again.returncode, again.stdout) == (1, "")
    assert "there is nothing to ask for" in again.stderr
    assert vitrine("ledger", "recheck").returncode == 2


def test_accounts_are_listed_by_fingerprint_and_joined(vitrine: Vitrine, ledger: Ledger) -> None:
    old, new = "0" * 16, "1" * 16
    for name, account in (("d", old), ("e", new)):
        photo = PhotoIdentity.of(Blob(sha256=name * 64, size_bytes=1, media_type="image/png"))
        order = Order(photo=photo, provider="pixazo", model="m", settings={"resolution": 1024})
        ledger.claim(order, Decimal("0.35"), account=account)
    listed = vitrine("ledger", "accounts").stdout
    assert f"{old}  pixazo: 1 purchase, last on" in listed
    assert "one wallet" not in listed
    assert vitrine("ledger", "accounts", "--same", old, new).stdout == f"{old} and {new} are one wallet\n"
    assert f", one wallet with {old}" in vitrine("ledger", "accounts").stdout
    wrong = vitrine("ledger", "accounts", "--same", old, "a-key")
    assert (wrong.returncode, wrong.stdout) != (0, "")
    assert "'a-key' is no account" in wrong.stderr


def test_a_row_of_the_ledger_fits_80_columns(vitrine: Vitrine, ledger: Ledger) -> None:
    photo = PhotoIdentity.of(Blob(sha256="d" * 64, size_bytes=1, media_type="image/png"))
    order = Order(photo=photo, provider="empiriolabs", model="m", settings={"resolution": 1024})
    ledger.claim(order, Decimal("1234.5678"), product="an-id-as-long-as-those-of-some-shops" * 3)
    lines = vitrine("ledger", COLUMNS="80").stdout.splitlines()
    rows = [line for line in lines if re.match(r"[0-9a-f]{12}  ", line)]
    assert len(rows) == 2
    assert max(map(len, rows)) <= 80
    long = next(row for row in rows if "empiriolabs" in row)
    assert order.key[:12] in long
    assert "an-id-as" in long
    assert "1234.5678" in long
