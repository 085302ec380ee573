"""What counts as the same photo, and is bought once, and what does not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import ExifTags, Image

from tests.fixtures.upgrades import EARLIER_PRODUCTS, PREPARE, encode_otherwise, matte_otherwise
from vitrine.ledger import Ledger
from vitrine.ledger.schema import purchases
from vitrine.models import Blob, Job, PreparedPhoto
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.buy_again import quote_again
from vitrine.purchasing.buy_model import buy_model
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.place_order import place_order
from vitrine.purchasing.quote import quote_orders
from vitrine.recipe import Generation, PhotoOptions, Recipe
from vitrine.storage import WorkStore

WITH_ALPHA, ON_WHITE = EARLIER_PRODUCTS[1], EARLIER_PRODUCTS[0]


@pytest.fixture
def photo_bytes(earlier_store: WorkStore) -> Callable[..., bytes]:
    def read(product: Any = WITH_ALPHA) -> bytes:
        blob = Blob(sha256=product.photo_sha256, size_bytes=0, media_type="application/octet-stream")
        return earlier_store.read(blob)

    return read


@pytest.fixture
def account(fake_provider: Any) -> Any:
    """A provider in memory that makes its orders as EmpirioLabs does."""
    real = EmpirioLabs("key", name=fake_provider.name)
    fake_provider.order = real.order
    return fake_provider


@pytest.fixture
def buy(ledger: Ledger, account: Any, earlier_store: WorkStore) -> Callable[..., Any]:
    """Prepares a photo and buys its model; the store has PNGs of an earlier release, the ledger nothing."""

    async def buy_(
        data: bytes, *, options: PhotoOptions | None = None, generation: Generation | None = None, **more: Any
    ) -> Job:
        photo = prepare(data, options)
        earlier = EarlierPhotos(ledger, earlier_store)

        async def photo_for(_: object) -> PhotoUpload:
            return PhotoUpload(data=b"png!")

        return await buy_model(
            [account],
            photo.identity,
            generation or Generation(),
            photo_for,
            ledger,
            link_earlier=lambda orders: earlier.link(orders, photo),
            **more,
        )

    return buy_


def prepare(data: bytes, options: PhotoOptions | None = None) -> PreparedPhoto:
    photo = PREPARE.prepare_photo(data, "mug.png", options or PhotoOptions()).photo
    assert isinstance(photo, PreparedPhoto)
    return photo


def saved(data: bytes, format_: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image = Image.open(io.BytesIO(data))
    image = image.convert("RGB") if format_ == "JPEG" else image
    image.save(buffer, format_, **options)
    assert buffer.getvalue() != data
    return buffer.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Another camera"
    tags[ExifTags.Base.Orientation] = orientation
    return tags


SAME: dict[str, tuple[dict[str, Any], ...]] = {
    "the same photo under two products": ({},),
    "re-encoded, equal pixels; new EXIF; renamed or moved": (
        {"save": {"compress_level": 1}},
        {"save": {"exif": exif()}},
    ),
    "another option that changes none (`warn_sharpness`)": ({"options": {"warn_sharpness": 0.2}},),
    "another `matte_model`, `min_matte_agreement` or `max_matte_doubt`": (
        {"options": {"matte_model": "off"}},
        {"options": {"min_matte_agreement": 0.5, "max_matte_doubt": 0.5}},
    ),
    "an upgrade of Vitrine, another zlib, another Pillow, another matte": (
        {"encoder": encode_otherwise},
        {"matte": matte_otherwise},
    ),
}
OTHER: dict[str, tuple[dict[str, Any], ...]] = {
    "re-encoded, other pixels (another JPEG quality)": ({"save": {"format_": "JPEG", "quality": 60}},),
    "another orientation in EXIF": ({"save": {"exif": exif(orientation=3)}},),
    "another option of preparation that changes pixels (`margin`)": ({"options": {"margin": 0.2}},),
    "another setting of the generation (`resolution`, `seed`)": (
        {"generation": {"resolution": 1536}},
        {"generation": {"seed": 5}},
    ),
    "`--again`, or `attempt` raised in the recipe": ({"attempt": 2},),
}
ELSEWHERE = {
    "a changed default of an option, a new option": "no",  # test_options_that_are_the_defaults_do_not_count
    "another account alone": "yes",  # test_buy_model.py
    "an account named beside the first": "no",  # test_buy_model.py
}


def test_the_documented_table_is_what_is_tested() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    section = text.partition("## What counts as the same photo")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (yes|no)\b", section, re.MULTILINE)
    assert dict(rows) == dict.fromkeys(SAME, "no") | dict.fromkeys(OTHER, "yes") | ELSEWHERE


def test_options_that_are_the_defaults_do_not_count(photo_bytes: Any) -> None:
    spelled_out = prepare(photo_bytes(), PhotoOptions(**PhotoOptions().model_dump()))
    assert spelled_out.identity == prepare(photo_bytes()).identity
    assert spelled_out.identity.options == {}


@pytest.mark.parametrize(
    "again", [pytest.param(case, id=f"{name}-{n}") for name in SAME for n, case in enumerate(SAME[name])]
)
async def test_what_is_the_same_is_bought_once(
    again: dict[str, Any], buy: Any, account: Any, photo_bytes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await buy(photo_bytes(), product="mug")
    data = saved(photo_bytes(), **again["save"]) if "save" in again else photo_bytes()
    for name, value in (("to_png", again.get("encoder")), ("matte", again.get("matte"))):
        if value is not None:
            monkeypatch.setattr(PREPARE, name, value)
    second = await buy(data, options=PhotoOptions(**again.get("options", {})), product="cup")
    assert (second.key, second.request_id, second.reused) == (first.key, first.request_id, True)
    assert len(account.sold) == 1


@pytest.mark.parametrize(
    "other", [pytest.param(case, id=f"{name}-{n}") for name in OTHER for n, case in enumerate(OTHER[name])]
)
async def test_what_is_another_thing_is_bought(
    other: dict[str, Any], buy: Any, account: Any, photo_bytes: Any
) -> None:
    data = photo_bytes(ON_WHITE)
    await buy(data)
    changed = saved(data, **other["save"]) if "save" in other else data
    options, generation = (other.get(name, {}) for name in ("options", "generation"))
    for _ in range(2):
        await buy(
            changed,
            options=PhotoOptions(**options),
            generation=Generation(**generation),
            attempt=other.get("attempt", 1),
        )
    assert len(account.sold) == 2


async def test_what_was_the_same_once_stays_the_same(
    buy: Any, account: Any, photo_bytes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files with equal pixels share a model, also when another version prepares them otherwise."""
    plain, again = photo_bytes(), saved(photo_bytes(), exif=exif())
    await buy(plain)
    await buy(again)
    monkeypatch.setattr(PREPARE, "matte", matte_otherwise)
    for data in (again, plain):
        assert (await buy(data)).reused
    assert len(account.sold) == 1


async def test_a_plain_run_takes_the_newest_attempt_and_buys_none(
    buy: Any, account: Any, ledger: Ledger, photo_bytes: Any
) -> None:
    await buy(photo_bytes())
    second = await buy(photo_bytes(), attempt=2)
    assert (await buy(photo_bytes())).request_id == second.request_id
    final = await buy(photo_bytes(), generation=Generation(resolution=1536))
    assert len(account.sold) == 3
    seeds = [ledger.get(job.key).settings["seed"] for job in (second, final)]  # type: ignore[union-attr]
    assert seeds[0] == seeds[1]  # other settings of the same photo take the seed of the newest attempt


async def test_an_attempt_that_failed_does_not_hide_the_one_before(
    buy: Any, ledger: Ledger, photo_bytes: Any
) -> None:
    first, second = await buy(photo_bytes()), await buy(photo_bytes(), attempt=2)
    ledger.mark_failed(second.key, "boom")
    assert (await buy(photo_bytes())).request_id == first.request_id


async def test_again_names_the_next_attempt_and_its_price_and_buys_nothing(
    buy: Any, account: Any, ledger: Ledger, earlier_store: WorkStore, photo_bytes: Any
) -> None:
    earlier = EarlierPhotos(ledger, earlier_store)
    photo = prepare(photo_bytes())

    async def again(recipe: Recipe | None = None) -> tuple[int, str]:
        quoted = await quote_again("mug", photo, recipe or Recipe(), [account], "cheapest", earlier)
        return quoted.attempt, str(quoted.usd)

    assert await again() == (1, "0.249")
    first = await buy(photo_bytes())
    ledger.mark_fetched(first.key, Blob(sha256="b" * 64, size_bytes=1, media_type="model/gltf-binary"))
    assert await again() == (2, "0.249")
    assert await again(Recipe(mode="draft-then-final")) == (2, "0.274")
    assert len(account.sold) == 1
    third = await buy(photo_bytes(), attempt=3)
    ledger.mark_failed(third.key, "boom")
    assert await again() == (4, "0.249")


@pytest.mark.parametrize("state", ["unknown", "submitted", "completed"])
async def test_again_goes_on_with_an_attempt_that_is_under_way(
    state: str, buy: Any, account: Any, ledger: Ledger, earlier_store: WorkStore, photo_bytes: Any
) -> None:
    """A command that was interrupted and is repeated, `--again` and all, buys one model anew."""
    await buy(photo_bytes())
    second = await buy(photo_bytes(), attempt=2)
    with ledger.transaction() as connection:
        connection.execute(sa.update(purchases).where(purchases.c.key == second.key).values(state=state))
    quoted = await quote_again(
        "mug", prepare(photo_bytes()), Recipe(), [account], "cheapest", EarlierPhotos(ledger, earlier_store)
    )
    assert (quoted.attempt, quoted.is_under_way, quoted.usd) == (2, True, 0)


async def test_one_photo_twice_in_a_run_is_quoted_once(
    account: Any, ledger: Ledger, photo_bytes: Any
) -> None:
    orders = [
        (name, account.order(prepare(data).identity, Generation()), Decimal("0.249"))
        for name, data in (("mug", photo_bytes()), ("cup", saved(photo_bytes(), exif=exif())))
    ]
    quoted = quote_orders(orders, ledger)
    assert [line.state for line in quoted.lines] == ["new", "same"]


async def test_a_refused_purchase_is_taken_up_by_an_order_with_the_same_pixels(
    account: Any, ledger: Ledger, photo_bytes: Any
) -> None:
    """Its line keeps its key, and says what was really sent."""
    one, other = (
        account.order(prepare(data).identity, Generation(seed=seed))
        for data, seed in ((photo_bytes(), 1), (saved(photo_bytes(), exif=exif()), 1))
    )
    ledger.claim(one, await account.price_usd(one))
    ledger.mark_refused(one.key, "not sent")
    ledger.drop_claim(one.key)
    job = await place_order(other, PhotoUpload(data=b"png!"), account, ledger)
    assert (job.key, job.reused) == (one.key, False)
    purchase = ledger.get(one.key)
    assert purchase is not None
    assert (purchase.state, purchase.source_sha256) == ("submitted", other.photo.source_sha256)
    assert purchase.sent_sha256 == Blob.of(b"png!", "image/png").sha256
