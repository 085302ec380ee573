"""An upgrade buys nothing: what earlier releases bought is found, whatever encodes or prepares photos now."""

from __future__ import annotations

import io
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.fixtures.upgrades import EARLIER_PRODUCTS, PREPARE, EarlierProduct, load_ledger
from vitrine.errors import ConfigError
from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.models import Blob, Job, PreparedPhoto
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.buy_model import buy_model
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.quote import quote_account
from vitrine.recipe import Generation, PhotoOptions, Recipe
from vitrine.sandbox import SandboxSettings, create_app
from vitrine.storage import WorkStore

PROVIDERS = {"sandbox": EmpirioLabs, "empiriolabs": EmpirioLabs, "pixazo": Pixazo}
FINAL = Generation()
PREPARED: dict[Any, tuple[bytes, PreparedPhoto]] = {}
"""Prepared photos by their bytes, options, encoder and matte, as each takes a while."""
SHOP = EARLIER_PRODUCTS[:20]
DRAFT_ALONE = EARLIER_PRODUCTS[20]


@pytest.fixture
def provider_url(serve_app: Any) -> Iterator[str]:
    """A sandbox that has sold nothing yet."""
    with serve_app(create_app(SandboxSettings(engine="stub", processes=0))) as url:
        yield url


@pytest.fixture
def photos_url(tmp_path: Path) -> Iterator[str]:
    """Serves the work store, for providers that fetch photos by URL."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "home" / "work"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Shop:
    """Converts products as the flow does, up to the raw model."""

    ledger: Ledger
    store: WorkStore
    provider_url: str
    photos_url: str
    options: PhotoOptions = field(default_factory=PhotoOptions)
    earlier: EarlierPhotos = field(init=False)

    def __post_init__(self) -> None:
        self.earlier = EarlierPhotos(self.ledger, self.store)

    def prepare(self, data: bytes, source: str) -> PreparedPhoto:
        self.store.put(data, "image/*")
        known = (data, self.options, PREPARE.to_png, PREPARE.matte)
        if known not in PREPARED:
            PREPARED[known] = PREPARE.prepare_photo(data, source, self.options)
        png, photo, *_ = PREPARED[known]
        self.store.put(png, "image/png")
        return photo.model_copy(update={"source": source})

    def photo_of(self, product: EarlierProduct) -> bytes:
        blob = Blob(sha256=product.photo_sha256, size_bytes=0, media_type="application/octet-stream")
        return self.store.read(blob)

    async def buy(
        self,
        photo: PreparedPhoto,
        generation: Generation = FINAL,
        accounts: tuple[Any, ...] | list[str] = ("sandbox",),
        **options: Any,
    ) -> Job:
        opened = [
            PROVIDERS[one]("key", base_url=self.provider_url, name=one) if isinstance(one, str) else one
            for one in accounts
        ]

        for account in opened:
            await account.detect_sandbox()  # so that its jobs are polled soon

        async def photo_for(_: object) -> PhotoUpload:
            url = f"{self.photos_url}/blobs/{photo.blob.name}"
            return PhotoUpload(data=self.store.read(photo.blob), url=url)

        try:
            job = await buy_model(
                opened,
                photo.identity,
                generation,
                photo_for,
                self.ledger,
                link_earlier=lambda orders: self.earlier.link(orders, photo),
                **options,
            )
            (provider,) = (one for one in opened if one.name == job.provider)
            delivery = await fetch_model(job, provider, self.ledger, self.store, 60)
            assert self.store.has(delivery.raw)
        finally:
            for account in opened:
                await account.aclose()
        return job

    async def convert(
        self, product: EarlierProduct, data: bytes | None = None, source: str = ""
    ) -> list[Job]:
        photo = self.prepare(data or self.photo_of(product), source or product.photo)
        final = Generation(**product.generation)
        drafted = product.mode == "draft-then-final"
        wanted = [draft_generation(final), final] if drafted else [final]
        return [await self.buy(photo, one, product.accounts) for one in wanted]

    def sales(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.provider_url}/sandbox/sales") as response:
            return list(json.load(response)["sales"])

    def posts(self) -> int:
        """How many orders the provider was sent, accepted or not."""
        with urllib.request.urlopen(f"{self.provider_url}/sandbox/requests") as response:
            by_route = json.load(response)["by_route"]
        return sum(count for route, count in by_route.items() if route.startswith("POST "))


@pytest.fixture
def open_shop(
    earlier_store: WorkStore, provider_url: str, photos_url: str, tmp_path: Path
) -> Iterator[Callable[[str], Shop]]:
    with ExitStack() as opened:

        def open_(url: str) -> Shop:
            load_ledger(url, tmp_path)
            ledger = opened.enter_context(closing(Ledger.open(url)))
            return Shop(ledger, earlier_store, provider_url, photos_url)

        yield open_


@pytest.fixture
def earlier_shop(open_shop: Callable[[str], Shop], url: str) -> Shop:
    """The shop with its ledger in a database of either kind."""
    return open_shop(url)


@pytest.fixture
def sqlite_shop(open_shop: Callable[[str], Shop], tmp_path: Path) -> Shop:
    return open_shop(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite3'}")


CHANGES: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "the encoder": ("change_encoder",),
    "the matte": ("change_matte",),
    "both": ("change_encoder", "change_matte"),
}


@pytest.mark.parametrize("changed", CHANGES)
async def test_an_upgrade_converts_twenty_products_and_buys_nothing(
    earlier_shop: Shop, changed: str, request: pytest.FixtureRequest
) -> None:
    for change in CHANGES[changed]:
        request.getfixturevalue(change)
    before = {purchase.key: purchase for purchase in list_purchases(earlier_shop.ledger, Filter())}
    assert len(SHOP) == 20
    for _ in range(2):
        jobs = [job for product in SHOP for job in await earlier_shop.convert(product)]
        assert all(job.reused for job in jobs)
        assert len({job.request_id for job in jobs}) == 22  # a model each, and two drafts
        assert earlier_shop.posts() == 0
    after = {purchase.key: purchase for purchase in list_purchases(earlier_shop.ledger, Filter())}
    assert after.keys() == before.keys()  # the old keys stay
    by_photo = {after[job.key].source_sha256 for job in jobs}
    assert by_photo == {product.photo_sha256 for product in SHOP}
    for key, purchase in after.items():
        assert (purchase.settings, purchase.photo_sha256) == (before[key].settings, before[key].photo_sha256)


@pytest.mark.usefixtures("change_matte")
async def test_photos_that_moved_at_the_same_time_are_found_by_their_bytes(sqlite_shop: Shop) -> None:
    for product in SHOP:
        await sqlite_shop.convert(product, source=f"/elsewhere/{product.id}")
    assert sqlite_shop.posts() == 0


@pytest.mark.usefixtures("change_matte")
async def test_another_photo_at_the_same_url_is_bought(sqlite_shop: Shop) -> None:
    """No earlier release has seen these bytes, so its records say nothing of them."""
    image = Image.open(io.BytesIO(sqlite_shop.photo_of(SHOP[0]))).transpose(Image.Transpose.ROTATE_180)
    turned = io.BytesIO()
    image.save(turned, "PNG")
    (job,) = await sqlite_shop.convert(SHOP[0], data=turned.getvalue())
    assert not job.reused
    assert len(sqlite_shop.sales()) == 1


@pytest.mark.usefixtures("change_matte")
async def test_of_two_photos_that_were_at_one_url_each_has_its_own_model(sqlite_shop: Shop) -> None:
    """An earlier release has seen both, and its records name two PNGs for the URL."""
    records = sqlite_shop.store.bucket
    other = next(p for p in SHOP if p.id == "p02")
    for entry in list(records.list("done/_prepared/")):
        record = json.loads(records.get(entry.key))
        if record["source"] == other.photo:
            moved = json.dumps(record | {"source": SHOP[0].photo}).encode()
            records.put(entry.key, moved, media_type="application/json")
    made = {}
    for product in (SHOP[0], other):
        (job,) = await sqlite_shop.convert(product, source=SHOP[0].photo)
        purchase = sqlite_shop.ledger.get(job.key)
        assert purchase is not None
        made[product.id] = purchase.product
    assert made == {"p00": "p00", "p02": "p02"}
    assert sqlite_shop.posts() == 0


@pytest.mark.usefixtures("change_matte")
async def test_a_photo_that_was_seen_and_never_bought_is_bought(sqlite_shop: Shop) -> None:
    with sqlite_shop.ledger.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM purchases WHERE product = 'p04'")
    (product,) = (p for p in SHOP if p.id == "p04")
    (job,) = await sqlite_shop.convert(product)
    assert not job.reused


@pytest.mark.parametrize("changed", CHANGES)
async def test_a_final_has_the_seed_of_a_draft_of_an_earlier_release(
    sqlite_shop: Shop, changed: str, request: pytest.FixtureRequest
) -> None:
    for change in CHANGES[changed]:
        request.getfixturevalue(change)
    photo = sqlite_shop.prepare(sqlite_shop.photo_of(DRAFT_ALONE), DRAFT_ALONE.photo)
    draft = await sqlite_shop.buy(photo, draft_generation(Generation()))
    final = await sqlite_shop.buy(photo, Generation())
    assert (draft.reused, final.reused) == (True, False)
    (sale,) = sqlite_shop.sales()
    drafted, bought = (sqlite_shop.ledger.get(job.key) for job in (draft, final))
    assert drafted is not None
    assert bought is not None
    assert sale["settings"]["seed"] == bought.settings["seed"] == drafted.settings["seed"]
    assert bought.sent_sha256 == photo.blob.sha256


class Unpriced(EmpirioLabs):
    """An account whose price nobody knows any more, so that it is ruled out."""

    async def price_usd(self, order: object) -> Any:  # noqa: ARG002
        raise ConfigError("no price known")


@pytest.mark.parametrize("changed", CHANGES)
async def test_a_request_stays_with_the_account_that_has_it_even_if_that_one_is_ruled_out(
    sqlite_shop: Shop, changed: str, request: pytest.FixtureRequest
) -> None:
    for change in CHANGES[changed]:
        request.getfixturevalue(change)
    (product,) = (p for p in SHOP if p.id == "p16")
    photo = sqlite_shop.prepare(sqlite_shop.photo_of(product), product.photo)
    cheap = Unpriced("key", base_url=sqlite_shop.provider_url, name="empiriolabs")
    job = await sqlite_shop.buy(photo, accounts=[cheap, "pixazo"])
    assert (job.provider, job.reused) == ("empiriolabs", True)
    assert sqlite_shop.sales() == []


@pytest.mark.parametrize("changed", CHANGES)
async def test_a_quote_knows_what_earlier_releases_bought(
    sqlite_shop: Shop, changed: str, request: pytest.FixtureRequest
) -> None:
    for change in CHANGES[changed]:
        request.getfixturevalue(change)
    plain = [p for p in SHOP if p.accounts == ["sandbox"] and not p.generation]
    photos = [(p.id, sqlite_shop.prepare(sqlite_shop.photo_of(p), p.photo)) for p in plain]
    account = EmpirioLabs("key", base_url=sqlite_shop.provider_url, name="sandbox")
    rows = await quote_account(account, Recipe(), photos, sqlite_shop.earlier, live_prices=False)
    await account.aclose()
    (own,) = (row for row in rows if row.resolution == 1024)
    assert (own.new, own.bought, own.usd) == (0, len(plain), 0)
    (draft,) = (row for row in rows if row.resolution == 512)
    assert (draft.new, draft.bought) == (len(plain) - 2, 2)
