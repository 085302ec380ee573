"""Which products share a model, in which order, and what later runs do."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from vitrine.models import PhotoIdentity, PreparedPhoto
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.purchasing.shared_photos import SOURCE_MEDIA_TYPE, SharedPhotos
from vitrine.recipe import PhotoOptions
from vitrine.storage import LocalBucket, WorkStore

OPTIONS = PhotoOptions()


class World:
    """A work store, and which photos were bought."""

    def __init__(self, folder: Path) -> None:
        self.store = WorkStore(LocalBucket(folder / "work"), folder / "cache")
        self.bought: set[str] = set()

    def run(self, **options: bool) -> SharedPhotos:
        return SharedPhotos(self.store, self.is_bought, OPTIONS, **options)

    def is_bought(self, photo: PhotoIdentity) -> bool:
        return photo.pixels_sha256 in self.bought

    def photo(self, name: str, quality: int = 95, colour: str = "peru") -> PreparedPhoto:
        """Return a photo of a pot, as it is prepared and stored."""
        image = Image.new("RGB", (640, 640), "white")
        pen = ImageDraw.Draw(image)
        pen.ellipse([120, 160, 520, 600], fill=colour)
        pen.rectangle([200, 60, 360, 300], fill=colour)
        image = image.filter(ImageFilter.GaussianBlur(1))  # as a lens does
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        png, photo, _ = prepare_photo(file.getvalue(), name, OPTIONS)
        self.store.put(file.getvalue(), SOURCE_MEDIA_TYPE)
        self.store.put(png, "image/png")
        return photo

    async def all(self, run: SharedPhotos, *photos: PreparedPhoto) -> list[PreparedPhoto]:
        return [await run.resolve(photo, photo.source, run.turn()) for photo in photos]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def pots(world: World) -> dict[str, PreparedPhoto]:
    return {
        "first": world.photo("first"),
        "again": world.photo("again"),
        "smaller file": world.photo("smaller file", quality=85),
        "blue": world.photo("blue", colour="steelblue"),
        "bronze": world.photo("bronze", colour="#bf7f3a"),
    }


@pytest.fixture(autouse=True)
def nothing_is_bought(world: World) -> None:
    world.bought.clear()
    for entry in list(world.store.bucket.list("shared/")):
        world.store.bucket.delete(entry.key)


def bought_for(photo: PreparedPhoto) -> str:
    return photo.identity.pixels_sha256


async def test_equal_and_alike_photos_share_and_other_colours_do_not(
    world: World, pots: dict[str, PreparedPhoto]
) -> None:
    results = dict(zip(pots, await world.all(world.run(), *pots.values()), strict=True))
    first = bought_for(pots["first"])
    assert [name for name, photo in results.items() if bought_for(photo) == first] == [
        "first",
        "again",
        "smaller file",
    ]
    assert bought_for(results["blue"]) != bought_for(results["bronze"])
    said = [photo.findings[-1].message for photo in results.values() if photo.findings[-1:]]
    assert said == [
        "the photo is that of product 'first': they share one model",
        "the photo looks like that of product 'first': they share one model",
    ]


async def test_the_order_of_the_feed_decides_not_the_order_of_arrival(
    world: World, pots: dict[str, PreparedPhoto]
) -> None:
    run = world.run()
    early, late = run.turn(), run.turn()
    waiting = asyncio.create_task(run.resolve(pots["smaller file"], "late", late))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert bought_for(await run.resolve(pots["first"], "early", early)) == bought_for(pots["first"])
    assert bought_for(await waiting) == bought_for(pots["first"])


async def test_a_product_that_fails_holds_nobody_up(world: World, pots: dict[str, PreparedPhoto]) -> None:
    run = world.run()
    turns = [run.turn() for _ in range(3)]
    waiting = asyncio.create_task(run.resolve(pots["first"], "third", turns[2]))
    turns[1].finish()
    turns[0].finish()
    turns[0].finish()
    assert bought_for(await asyncio.wait_for(waiting, 60)) == bought_for(pots["first"])


async def test_a_photo_that_was_bought_keeps_its_model(world: World, pots: dict[str, PreparedPhoto]) -> None:
    world.bought.add(bought_for(pots["smaller file"]))
    _, second = await world.all(world.run(), pots["first"], pots["smaller file"])
    assert bought_for(second) == bought_for(pots["smaller file"])


async def test_later_runs_follow_what_was_decided_and_bought(
    world: World, pots: dict[str, PreparedPhoto]
) -> None:
    first, other = pots["first"], pots["smaller file"]
    _, shared = await world.all(world.run(), first, other)
    (alone,) = await world.all(world.run(), other)
    assert bought_for(alone) == bought_for(other)  # nothing was bought yet
    world.bought.add(bought_for(first))
    in_other_order = await world.all(world.run(), other, first)
    assert {bought_for(photo) for photo in in_other_order} == {bought_for(first)}
    single = await world.run().resolve(other, "other", None)
    assert bought_for(single) == bought_for(first)
    assert (await world.all(world.run(), first, other))[1] == shared


async def test_it_can_be_switched_off_and_a_quote_records_nothing(
    world: World, pots: dict[str, PreparedPhoto]
) -> None:
    photos = pots["first"], pots["smaller file"]
    assert len({bought_for(photo) for photo in await world.all(world.run(similar=False), *photos)}) == 2
    assert len({bought_for(photo) for photo in await world.all(world.run(record=False), *photos)}) == 1
    assert not [*world.store.bucket.list("shared/")]
