"""Opening ledgers of every age: empty, written by an older release, current, and written by a newer one."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from vitrine.errors import ConfigError, LedgerError
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import list_breakers
from vitrine.ledger.database_clock import utc_now
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.migrations import FOLDER, HEAD, revisions
from vitrine.ledger.schema import VERSION, ledger_identity, metadata, versions
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.models.order import Order
from vitrine.purchasing.resolve import resolve

MakeOrder = Callable[..., Order]
PRICE = Decimal("0.249")
VERSION_3 = Path(__file__).with_name("schema_version_3.sql")
"""A ledger that the last release before Alembic wrote, as SQL."""

OF_0002 = {
    "tables": ("purchase_identities", "ledger_identity"),
    "indexes": ("ix_purchases_pixels_sha256", "ix_purchases_identity"),
    "columns": (
        "source_sha256",
        "photo_options",
        "pixels_sha256",
        "identity",
        "sent_sha256",
        "account",
        "first_missing_at",
        "missing_seen",
    ),
}
OF_0003 = ("result_urls", "sent_uptime_s")

OPEN = "import sys; from vitrine.ledger import Ledger; Ledger.open(sys.argv[1]).close()"


@pytest.fixture
def version_3(tmp_path: Path) -> str:
    """The URL of a ledger file that the last release before Alembic wrote."""
    file = tmp_path / "version_3.sqlite3"
    database = sqlite3.connect(file)
    database.executescript(VERSION_3.read_text(encoding="utf-8"))
    database.close()
    return f"sqlite:///{file}"


def shape(url: str, *, defaults: bool = True) -> dict[str, Any]:
    """Columns and indexes of every table."""
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    found = {}
    for table in inspector.get_table_names():
        columns = {
            column["name"]: (
                str(column["type"]),
                column["nullable"],
                column["default"] if defaults else None,
            )
            for column in inspector.get_columns(table)
        }
        indexes = {
            index["name"]: (tuple(index["column_names"]), bool(index["unique"]))
            for index in inspector.get_indexes(table)
        }
        found[table] = (columns, inspector.get_pk_constraint(table)["constrained_columns"], indexes)
    engine.dispose()
    return found


def test_the_revisions_end_at_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_revisions_make_the_tables_that_the_code_uses(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_many_openings_of_an_empty_ledger_make_one(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        ledgers = list(pool.map(lambda _: Ledger.open(url), range(6)))
    with ledgers[0].reading() as connection:
        assert connection.execute(sa.select(versions.c.version)).scalars().all() == [VERSION]
        assert connection.execute(sa.select(revisions.c.version_num)).scalars().all() == [HEAD]
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("written", ["now", "before"])
def test_processes_that_open_a_ledger_at_once_all_get_it(written: str, url: str, version_3: str) -> None:
    target = url if written == "now" else version_3
    processes = [subprocess.Popen([sys.executable, "-c", OPEN, target]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    ledger = Ledger.open(target)
    with ledger.reading() as connection:
        assert connection.execute(sa.select(revisions.c.version_num)).scalars().all() == [HEAD]
    ledger.close()


def test_a_ledger_of_the_last_release_becomes_equal_to_a_new_one(version_3: str, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    for url in (fresh, version_3):
        Ledger.open(url).close()
    assert shape(version_3) == shape(fresh)


def test_purchases_of_the_last_release_are_found(version_3: str) -> None:
    ledger = Ledger.open(version_3)
    photo = PhotoIdentity.of(Blob.of(b"lamp", "image/png"))
    settings = {"resolution": "1536", "pipeline_type": "1536_cascade", "seed": 7}
    order = Order(photo=photo, provider="empiriolabs", model="trellis-2-4b", settings=settings)
    lamp, is_ours = ledger.claim(order, Decimal("0.499"), product="lamp", request_keys=("f" * 64,))
    assert not is_ours  # nothing is bought again
    assert lamp == ledger.find_by_request(("f" * 64,))
    assert (lamp.state, lamp.price_usd, lamp.quoted_usd) == ("fetched", PRICE, Decimal("0.499"))
    assert (lamp.effective, lamp.measured) == ({"resolution": "1024"}, {"texture_size": 2048})
    assert lamp.note is not None
    assert "resolution 1536 was ordered" in lamp.note

    states = {purchase.product: purchase.state for purchase in list_purchases(ledger, Filter())}
    assert states == {
        "mug": "fetched",
        "lamp": "fetched",
        "chair": "submitted",
        "vase": "unknown",
        "bowl": "refused",
        "jug": "failed",
        "cup": "expired",
        "tray": "claimed",
        "pan": "completed",
    }
    (chair,) = list_purchases(ledger, Filter(product="chair"))
    assert (chair.job().request_id, chair.job().poll_url) == ("job-chair", "/v1/jobs/job-chair")
    assert chair.called_back_at is not None
    assert ledger.last_callbacks([chair.key]) == {chair.key: chair.called_back_at}
    (vase,) = list_purchases(ledger, Filter(product="vase"))
    assert resolve(ledger, vase.key, bought=True, request_id="job-77").state == "submitted"
    (breaker,) = list_breakers(ledger)
    assert (breaker.account, breaker.held) == ("pixazo", True)
    ledger.close()


def test_a_ledger_of_the_first_releases_gets_what_it_lacks(url: str, make_order: MakeOrder) -> None:
    order = make_order()
    old = Ledger.open(url)
    old.claim(order, PRICE, product="mug")
    now = shape(url, defaults=False)
    with old.transaction() as connection:
        for index in ("purchases_by_hook", "ix_purchases_wish", *OF_0002["indexes"]):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        later = ("wish", "hook_token", "nudged_at", "quoted_micros", "effective", "measured", "note")
        for column in (*later, *OF_0002["columns"], *OF_0003):
            connection.exec_driver_sql(f"ALTER TABLE purchases DROP COLUMN {column}")
        for table in ("breakers", "alembic_version", "account_aliases", "run_counters", *OF_0002["tables"]):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.execute(versions.update().values(version=1))
    old.close()
    for _ in range(2):
        ledger = Ledger.open(url)
        purchase = ledger.get(order.key)
        assert purchase is not None
        assert (purchase.product, purchase.request_key, purchase.hook_token) == ("mug", "", None)
        assert (purchase.quoted_usd, purchase.effective, purchase.note) == (None, None, None)
        ledger.close()
        assert shape(url, defaults=False) == now


def test_a_newer_ledger_is_refused(url: str, ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        connection.execute(revisions.update().values(version_num="9999"))
    before = shape(url)
    with pytest.raises(ConfigError, match=f"revision 9999, .* up to {HEAD}: use a newer Vitrine"):
        Ledger.open(url)
    with ledger.transaction() as connection:
        connection.execute(versions.update().values(version=VERSION + 1))
    with pytest.raises(ConfigError, match=f"schema version {VERSION + 1}, .* {VERSION}: use a newer Vitrine"):
        Ledger.open(url)
    assert shape(url) == before
    with ledger.reading() as connection:
        assert connection.execute(sa.select(revisions.c.version_num)).scalars().all() == ["9999"]


def test_a_current_ledger_is_opened_without_alembic(url: str, ledger: Ledger) -> None:  # noqa: ARG001
    code = f"{OPEN}; assert 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, url], check=True)


def test_a_ledger_that_can_only_be_read_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    Ledger.open(f"sqlite:///{file}").close()
    with pytest.raises(LedgerError, match="readonly database"):
        Ledger.open(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_every_ledger_gets_an_id_and_a_salt_of_its_own(url: str, version_3: str) -> None:
    ids = []
    for one in (url, version_3):
        for _ in range(2):
            ledger = Ledger.open(one)
            with ledger.reading() as connection:
                ids.append(connection.execute(sa.select(ledger_identity)).tuples().one())
            ledger.close()
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert ids[0][1] != ids[2][1]


def test_ids_and_urls_of_any_length_are_stored(ledger: Ledger, make_order: MakeOrder) -> None:
    order = make_order()
    long = secrets.token_hex(50_000)  # nothing that PostgreSQL could compress into an index page
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    ledger.record_receipt(
        Job(
            key=order.key,
            provider=order.provider,
            request_id=long,
            poll_url=f"https://lab.example/{long}",
            submitted_at=utc_now(),
        )
    )
    purchase = ledger.get(order.key)
    assert purchase is not None
    assert (purchase.request_id, purchase.poll_url) == (long, f"https://lab.example/{long}")
