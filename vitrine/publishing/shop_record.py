"""In which shops a product is shown: one small file beside its pointer, from which the page links there."""

from __future__ import annotations

from vitrine.errors import NotFound, PreconditionFailed
from vitrine.json_text import parse_json
from vitrine.publishing.published import Published
from vitrine.storage.bucket import SHORT, Bucket
from vitrine.storage.keys import shops_key


class ShopRecord(Published):
    """One shop that shows the product."""

    shop: str
    product: str
    """The shop's own id of the product."""
    url: str | None = None
    release: str | None = None
    ref: str = ""
    """The name by which the run knows the shop: `shopify`, `block:shopify-shop/main`."""


class ShopRecords(Published):
    """All shops that show the product."""

    shops: tuple[ShopRecord, ...] = ()


TRIES = 8
"""How often a write is tried when another process writes the same file."""


def read_listings(bucket: Bucket, slug: str) -> tuple[ShopRecord, ...]:
    """Return the shops that show a product, by name."""
    return _read(bucket, slug).shops


def is_listed(bucket: Bucket, slug: str, ref: str, release: str) -> bool:
    """Tell whether a run has put this release into the shop that it knows as `ref`."""
    return any(one.ref == ref and one.release == release for one in read_listings(bucket, slug))


def store_listing(bucket: Bucket, slug: str, record: ShopRecord) -> bool:
    """Note that a shop shows a product; return whether that is news."""
    return _update(bucket, slug, record.shop, record)


def forget_listing(bucket: Bucket, slug: str, shop: str) -> bool:
    """Note that a shop no longer shows a product; return whether that is news."""
    return _update(bucket, slug, shop, None)


def _update(bucket: Bucket, slug: str, shop: str, record: ShopRecord | None) -> bool:
    key = shops_key(slug)
    for _ in range(TRIES):
        there = bucket.head(key)
        before = _read(bucket, slug)
        others = [one for one in before.shops if one.shop != shop]
        after = ShopRecords(
            shops=tuple(sorted([*others, *([record] if record else [])], key=lambda one: one.shop))
        )
        if after == before:
            return False
        try:
            _write(bucket, key, after, there.etag if there else None)
        except PreconditionFailed:
            continue
        return True
    raise PreconditionFailed(f"{key} in {bucket.root} changed {TRIES} times while it was written; run again")


def _write(bucket: Bucket, key: str, records: ShopRecords, etag: str | None) -> None:
    from vitrine.errors import ConditionUnsupported

    data = records.to_json()
    try:
        bucket.put(
            key,
            data,
            media_type="application/json",
            cache_control=SHORT,
            if_absent=etag is None,
            if_match=etag,
        )
    except ConditionUnsupported:  # the last writer wins then: the record only feeds a link
        bucket.put(key, data, media_type="application/json", cache_control=SHORT)


def _read(bucket: Bucket, slug: str) -> ShopRecords:
    key = shops_key(slug)
    try:
        data = bucket.get(key)
    except NotFound:
        return ShopRecords()
    try:
        parse_json(data)
    except ValueError:
        return ShopRecords()  # it is written anew
    return ShopRecords.from_json(data, f"{key} in {bucket.root}")
