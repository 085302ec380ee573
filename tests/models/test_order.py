"""What an order is known by: never the bytes of an encoder."""

from __future__ import annotations

from typing import Any

from vitrine.models import Blob, PhotoIdentity
from vitrine.models.order import Order, derive_seed


def photo_of(**changes: Any) -> PhotoIdentity:
    blob = Blob(sha256="a" * 64, size_bytes=1, media_type="image/png")
    known = {"blob": blob, "source_sha256": "b" * 64, "options": {}, "pixels_sha256": "c" * 64}
    return PhotoIdentity.model_validate(known | changes)


SETTINGS = {"resolution": "1024", "seed": 1}
ORDER = Order(photo=photo_of(), provider="sandbox", model="trellis-2-4b", settings=SETTINGS)


def test_orders_that_differ_have_keys_that_differ() -> None:
    changed: list[dict[str, Any]] = [
        {"photo": photo_of(source_sha256="d" * 64)},
        {"photo": photo_of(options={"margin": 0.1})},
        {"provider": "pixazo"},
        {"model": "another"},
        {"settings": {"resolution": "1024", "seed": 2}},
        {"settings": {"resolution": 1024, "seed": 1}},
        {"attempt": 2},
    ]
    keys = {ORDER.model_copy(update=change).key for change in changed} | {ORDER.key}
    assert len(keys) == len(changed) + 1


def test_the_png_and_its_pixels_are_no_part_of_the_key() -> None:
    """Another zlib writes other bytes, and another version of the preparation other pixels."""
    other = Blob(sha256="e" * 64, size_bytes=2, media_type="image/png")
    again = ORDER.model_copy(update={"photo": photo_of(blob=other, pixels_sha256="f" * 64)})
    assert (again.key, again.identity) == (ORDER.key, ORDER.identity)
    assert again.pixels_identity != ORDER.pixels_identity


def test_equal_pixels_have_one_identity_whatever_file_they_came_from() -> None:
    other = photo_of(source_sha256="d" * 64, options={"margin": 0.1})
    assert ORDER.model_copy(update={"photo": other}).pixels_identity == ORDER.pixels_identity


def test_a_derived_seed_is_no_part_of_the_key_and_a_chosen_one_is() -> None:
    derived = [
        Order(
            photo=photo_of(),
            provider="sandbox",
            model="m",
            settings={"resolution": "1024", "seed": seed},
            seed_is_derived=True,
        )
        for seed in (1, 2)
    ]
    assert derived[0].key == derived[1].key
    chosen = [order.model_copy(update={"seed_is_derived": False}) for order in derived]
    assert len({order.key for order in (*chosen, derived[0])}) == 3


def test_attempts_have_one_identity() -> None:
    again = ORDER.model_copy(update={"attempt": 2})
    assert (again.identity, again.pixels_identity) == (ORDER.identity, ORDER.pixels_identity)


def test_the_order_of_settings_does_not_matter() -> None:
    turned = ORDER.model_copy(update={"settings": {"seed": 1, "resolution": "1024"}})
    assert turned.key == ORDER.key


def test_keys_never_change() -> None:
    """Ledgers outlive versions: a key that changed would buy everything again."""
    assert ORDER.key == "3b790c311fe84c7217cf0aa87748cda04dc90db17ce057f6f1b357e83c4214a5"
    assert ORDER.identity == "9ad8ccbdc5b96ab4e990b90ef3b05a2fc5924450f5cb88a29ec7c01480f1000a"
    assert ORDER.pixels_identity == "51df4c34342654f5843c092742e15bbb73e7760e8d3d3f5115754f3a6ca5d48c"
    # The key under which releases before revision 0002 of the ledger bought this PNG.
    assert ORDER.png_key == "38de01d13fc25684dd8d0415cd2813957cf200d17b03c733940e78b6a38a9c68"
    assert [derive_seed("a" * 64, attempt) for attempt in (1, 2)] == [280_919_963, 1_683_036_680]
