"""Case v01: what a purchase comes to when the provider answers in odd shapes; the library, without Prefect.

Every mode is bought twice with one ledger: whatever happens, the photo is ordered once.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.cases.records import Facts, Row, expected_of
from benchmarks.cases.server import ask, modes, serving
from benchmarks.cases.server_table import PROVIDER_MODES
from vitrine.errors import VitrineError
from vitrine.gltf.check_usable import check_usable
from vitrine.ledger import Ledger
from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.storage import LocalBucket, WorkStore

SPEED = 25.0
"""The clock of the waiting runs so many times faster."""


class FastClock:
    """A clock that runs `SPEED` times as fast."""

    def now(self) -> float:
        return time.monotonic() * SPEED

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


def runs(folder: Path) -> list[tuple[Path, str]]:
    """Return the server's script with each of its modes."""
    script = folder / "fake_empirio.py"
    return [(script, mode) for mode in modes(script)]


def judge(script: Path, mode: str, work: Path) -> Row:
    """Buy and fetch one model, twice. To be called in a process of its own."""
    expected = expected_of(mode, PROVIDER_MODES)
    with serving(script, mode) as url:
        facts = asyncio.run(_facts(url, work / f"v01-{mode}"))
        facts |= asyncio.run(_facts(url, work / f"v01-{mode}")) if facts["code"] else {}
        orders = ask(f"{url}/__log")["counts"]["orders"]
    faults = expected.faults(facts)
    if orders > 1:
        faults.append(f"{orders} orders for one photo")
    got = "; ".join(faults) or facts["message"] or "fetched"
    outcome = "crashed" if facts["crash"] else "wrong" if faults else "right"
    return Row(script.parent.name, mode, expected.says, facts["crash"] or got, outcome)  # type: ignore[arg-type]


async def _facts(url: str, folder: Path) -> Facts:
    facts: Facts = {"code": 0, "message": "", "crash": "", "valid": False}
    folder.mkdir(parents=True, exist_ok=True)
    photo = b"\x89PNG\r\n\x1a\n any bytes"
    account = EmpirioLabs("key", base_url=url)
    account.poll_s = account.typical_s = account.listing_delay_s = 0.05
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite3'}")
    store = WorkStore(LocalBucket(folder / "work"), folder / "cache")
    try:
        order = account.order(PhotoIdentity.of(Blob.of(photo, "image/png")), Generation())
        job = await place_order(order, PhotoUpload(data=photo), account, ledger, clock=FastClock())
        delivery = await fetch_model(job, account, ledger, store, 60.0, clock=FastClock())
        facts["valid"] = check_usable(store.read(delivery.raw)).usable
    except VitrineError as error:
        facts |= {"code": 1, "message": str(error)}
    except Exception as error:
        facts |= {"code": 1, "message": str(error), "crash": f"{type(error).__name__}: {error}"}
    finally:
        await account.aclose()
    return facts
