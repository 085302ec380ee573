"""Evidence of one wallet is never used against another: at a real sandbox, with keys of one's choice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitrine.errors import OutcomeUnknown, ProviderRefused, PurchaseHeld, StatusUnavailable
from vitrine.ledger import Ledger, Purchase
from vitrine.ledger.accounts.breaker import reset
from vitrine.ledger.accounts.fingerprints import account_of, join_accounts, list_accounts
from vitrine.ledger.schema import purchases
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http.client import Timeouts
from vitrine.purchasing.buy_model import buy_model
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings
from vitrine.storage import LocalBucket, WorkStore

PNG = b"\x89PNG any bytes"
PHOTOS = {
    name: PhotoIdentity.of(
        Blob(sha256=hashlib.sha256(name.encode()).hexdigest(), size_bytes=len(PNG), media_type="image/png")
    )
    for name in ("mug", "jug", "vase")
}
PATIENT = Timeouts(post_s=30.0, get_s=30.0)


class Shop:
    """One ledger, one sandbox, and as many keys as one likes."""

    def __init__(self, url: str, photo_url: str, ledger: Ledger, folder: Path) -> None:
        self.url, self.photo_url, self.ledger = url, photo_url, ledger
        self.store = WorkStore(LocalBucket(folder / "work"), folder / "cache")

    def account(self, key: str, provider: str = "empiriolabs") -> Any:
        kind = {"empiriolabs": EmpirioLabs, "pixazo": Pixazo}[provider]
        account = kind(key, base_url=self.url, name=provider, timeouts=PATIENT)
        account.poll_s = account.typical_s = 0.02
        account.listing_delay_s = 0.0
        account.requests_per_minute = None
        return account

    async def buy(self, *keys: str, photo: str = "mug", provider: str = "empiriolabs") -> Job:
        accounts = [self.account(key, provider) for key in keys]
        try:
            return await buy_model(
                accounts, PHOTOS[photo], Generation(), self._upload, self.ledger, policy="in-order"
            )
        finally:
            for account in accounts:
                await account.aclose()

    async def fetch(self, job: Job, key: str, provider: str = "empiriolabs") -> bytes:
        account = self.account(key, provider)
        try:
            delivery = await fetch_model(job, account, self.ledger, self.store, 10.0)
            return self.store.read(delivery.raw)
        finally:
            await account.aclose()

    async def _upload(self, account: Any) -> PhotoUpload:
        return PhotoUpload(data=PNG, url=self.photo_url if account.needs_url else None)

    def fault(self, kind: str, **fields: Any) -> None:
        httpx.post(f"{self.url}/sandbox/faults", json={"kind": kind, **fields}).raise_for_status()

    def rotate(self, old: str, new: str) -> None:
        httpx.post(f"{self.url}/sandbox/keys", json={"old": old, "new": new}).raise_for_status()

    def sales(self) -> int:
        return int(httpx.get(f"{self.url}/sandbox/sales").json()["count"])

    def purchase(self, job: Job) -> Purchase:
        found = self.ledger.get(job.key)
        assert found is not None
        return found

    def fingerprint(self, key: str) -> str:
        return account_of(self.account(key), self.ledger)


@pytest.fixture
def shop(ledger: Ledger, tmp_path: Path, serve_app: Callable[..., Any]) -> Iterator[Shop]:
    with ExitStack() as served:
        url = served.enter_context(serve_app(create_app(SandboxSettings(engine="stub", processes=0))))
        yield Shop(url, f"{url}/sandbox/health", ledger, tmp_path)


async def test_a_purchase_knows_its_account_and_not_its_key(shop: Shop) -> None:
    job = await shop.buy("secret-key-1")
    account = shop.purchase(job).account
    assert account == shop.fingerprint("secret-key-1") != shop.fingerprint("secret-key-2")
    assert account is not None
    assert len(account) == 16
    assert "secret" not in f"{shop.purchase(job)!r}"
    (known,) = list_accounts(shop.ledger)
    assert (known.account, known.provider, known.purchases) == (account, "empiriolabs", 1)


async def test_an_order_lost_at_one_key_is_not_bought_again_with_another(shop: Shop) -> None:
    """The other wallet's list is whole, and does not have it."""
    shop.fault("reset")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a")
    assert shop.sales() == 1
    old, new = shop.fingerprint("key-a"), shop.fingerprint("key-b")
    with pytest.raises(
        PurchaseHeld, match=f"another key.*account {old}; this key is account {new}.*--same {old} {new}"
    ):
        await shop.buy("key-b")
    assert shop.sales() == 1
    job = await shop.buy("key-a")
    assert (await shop.fetch(job, "key-a"))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_of_two_accounts_of_one_provider_the_one_that_was_ordered_from_is_asked(shop: Shop) -> None:
    shop.fault("reset")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a", "key-b")
    job = await shop.buy("key-b", "key-a")
    assert job.reused
    assert shop.purchase(job).account == shop.fingerprint("key-a")
    assert shop.sales() == 1


@pytest.mark.parametrize("provider", ["empiriolabs", "pixazo"])
async def test_a_404_to_another_key_is_no_evidence(shop: Shop, provider: str) -> None:
    job = await shop.buy("key-a", provider=provider)
    for _ in range(3):
        with pytest.raises(
            StatusUnavailable, match=r"is paid and stays in the ledger: it was ordered with another key"
        ):
            await shop.fetch(job, "key-b", provider)
    purchase = shop.purchase(job)
    assert (purchase.state, purchase.missing_seen, purchase.first_missing_at) == ("submitted", 0, None)
    assert (await shop.fetch(job, "key-a", provider))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_a_new_key_of_the_wallet_is_adopted_by_proof(shop: Shop) -> None:
    """Its list shows a job that was bought with the old key: then what it misses was not bought."""
    job = await shop.buy("key-a")
    shop.fault("reset")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a", photo="jug")
    shop.fault("drop")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a", photo="vase")
    shop.rotate("key-a", "key-b")
    assert (await shop.fetch(job, "key-b"))[:4] == b"glTF"
    jug = await shop.buy("key-b", photo="jug")
    assert jug.reused
    assert shop.sales() == 2
    assert not (await shop.buy("key-b", photo="vase")).reused
    assert shop.sales() == 3
    wallets = {known.account: known.wallet for known in list_accounts(shop.ledger)}
    assert wallets == dict.fromkeys(map(shop.fingerprint, ("key-a", "key-b")), shop.fingerprint("key-a"))


async def test_a_new_key_is_adopted_by_the_bill_when_the_list_has_forgotten(shop: Shop) -> None:
    await shop.fetch(await shop.buy("key-a"), "key-a")
    shop.fault("reset")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a", photo="jug")
    httpx.post(f"{shop.url}/sandbox/clock", json={"advance_s": 2 * 3600}).raise_for_status()
    shop.rotate("key-a", "key-b")
    with pytest.raises(PurchaseHeld) as held:  # the bill alone does not settle it, but it is asked
        await shop.buy("key-b", photo="jug")
    assert "another key" not in str(held.value)
    assert shop.sales() == 2


async def test_a_provider_that_lists_nothing_proves_a_key_by_a_job(shop: Shop) -> None:
    job = await shop.buy("key-a", provider="pixazo")
    shop.rotate("key-a", "key-b")
    assert (await shop.fetch(job, "key-b", "pixazo"))[:4] == b"glTF"
    accounts = [account_of(shop.account(key, "pixazo"), shop.ledger) for key in ("key-a", "key-b")]
    second = await shop.buy("key-b", photo="jug", provider="pixazo")
    assert shop.purchase(second).account == accounts[1]
    assert {known.wallet for known in list_accounts(shop.ledger)} == {accounts[0]}


async def test_a_person_may_say_that_two_keys_are_one_wallet(shop: Shop) -> None:
    """Nothing is left that could prove it: one order, and it is lost."""
    shop.fault("reset")
    with pytest.raises(OutcomeUnknown):
        await shop.buy("key-a")
    shop.rotate("key-a", "key-b")
    with pytest.raises(PurchaseHeld, match="another key"):
        await shop.buy("key-b")
    join_accounts(shop.ledger, shop.fingerprint("key-a"), shop.fingerprint("key-b"), "a person says so")
    job = await shop.buy("key-b")
    assert job.reused
    assert (await shop.fetch(job, "key-b"))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_a_purchase_of_an_older_release_is_any_keys_until_one_has_it(shop: Shop) -> None:
    job = await shop.buy("key-a")
    with shop.ledger.transaction() as connection:
        connection.execute(purchases.update().values(account=None))
    shop.rotate("key-a", "key-b")
    assert (await shop.fetch(job, "key-b"))[:4] == b"glTF"
    assert shop.purchase(job).account == shop.fingerprint("key-b")


async def test_the_empty_wallet_of_one_key_stops_no_orders_with_another(shop: Shop) -> None:
    shop.fault("answer", status=402)
    with pytest.raises(ProviderRefused, match="402"):
        await shop.buy("key-a")
    await shop.buy("key-b", photo="jug")
    with pytest.raises(ProviderRefused, match="--reopen empiriolabs"):
        await shop.buy("key-a", photo="vase")
    assert shop.sales() == 1
    assert reset(shop.ledger, "empiriolabs")
    await shop.buy("key-a", photo="vase")
    assert shop.sales() == 2
