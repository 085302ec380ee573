"""How a catalogue is cut into batches, and put together again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from flows.convert_in_batches import convert_in_batches
from vitrine.errors import ConfigError
from vitrine.models import Product
from vitrine.planning.batches import Batch
from vitrine.runs import Conversion

Planned = tuple[Product, Conversion | None]


def row(name: str, status: str = "published") -> Conversion:
    return Conversion.model_validate({"product_id": name, "status": status})


def feed(count: int, kept: tuple[int, ...] = ()) -> Iterator[Planned]:
    for number in range(count):
        name = f"p{number}"
        yield Product(id=name, photos=("a.jpg",)), row(name, "unchanged") if number in kept else None


class Elsewhere:
    """Converts batches after a moment, the first ones last; notes which, and how many at once."""

    def __init__(self, status: str = "published") -> None:
        self.batches: list[Batch] = []
        self.status = status
        self.running = self.most = 0

    async def __call__(self, batch: Batch) -> tuple[Conversion, ...]:
        self.batches.append(batch)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.03 / len(self.batches))
        self.running -= 1
        return tuple(row(product.id, self.status) for product in batch.products)

    @property
    def cut(self) -> list[list[str]]:
        return [[product.id for product in batch.products] for batch in self.batches]


async def convert(products: Iterator[Planned], run: Elsewhere, **options: object) -> list[tuple[str, str]]:
    chosen = {"batch_size": 2, "at_once": 3, "attempts": {}, "max_failed": 0.5, **options}
    rows = await convert_in_batches(products, run, **chosen)  # type: ignore[arg-type]
    return [(conversion.product_id, conversion.status) for conversion in rows]


async def test_results_come_in_the_order_of_the_feed_and_kept_products_are_in_no_batch() -> None:
    run = Elsewhere()
    rows = await convert(feed(8, kept=(0, 3, 7)), run)
    assert rows == [(f"p{n}", "unchanged" if n in (0, 3, 7) else "published") for n in range(8)]
    assert run.cut == [["p1", "p2"], ["p4", "p5"], ["p6"]]


async def test_an_unchanged_catalogue_starts_no_batch() -> None:
    run = Elsewhere()
    assert len(await convert(feed(3, kept=(0, 1, 2)), run)) == 3
    assert run.batches == []


async def test_so_many_batches_run_at_once_and_the_feed_is_read_no_further() -> None:
    run, read = Elsewhere(), 0

    def counted() -> Iterator[Planned]:
        nonlocal read
        for planned in feed(40):
            read += 1
            assert read <= 2 * (len(run.batches) + 2)
            yield planned

    await convert(counted(), run, at_once=2)
    assert run.most == 2


async def test_a_batch_has_the_decisions_about_its_own_products() -> None:
    run = Elsewhere()
    await convert(feed(4), run, accept=("p3", "p0", "other"), attempts={"p1": 2, "p2": 5})
    assert [(batch.accept, batch.attempts) for batch in run.batches] == [
        (("p0",), (("p1", 2),)),
        (("p3",), (("p2", 5),)),
    ]


async def test_no_batch_is_started_after_too_many_failures() -> None:
    run = Elsewhere("failed")
    rows = await convert(feed(60), run, batch_size=10, at_once=1)
    assert run.cut == [[f"p{n}" for n in range(10)], [f"p{n}" for n in range(10, 20)]]
    assert [status for _, status in rows] == ["failed"] * 60


async def test_an_error_of_a_batch_stops_the_others() -> None:
    class Broken(Elsewhere):
        async def __call__(self, batch: Batch) -> tuple[Conversion, ...]:
            self.batches.append(batch)
            if len(self.batches) == 2:
                raise ConfigError("no deployment")
            await asyncio.sleep(60)
            return ()

    run = Broken()
    with pytest.raises(ConfigError, match="no deployment"):
        await convert(feed(100), run, at_once=2)
    assert len(run.batches) <= 3
