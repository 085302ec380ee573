"""A prefix of a bucket: each photo is a product."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vitrine.errors import FeedError
from vitrine.feeds import is_photo, read_feed
from vitrine.storage.s3 import S3Bucket


@pytest.fixture
def photos(new_s3: Callable[..., S3Bucket], s3_url: str, monkeypatch: pytest.MonkeyPatch) -> S3Bucket:
    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("ENDPOINT_URL", s3_url)):
        monkeypatch.setenv(f"AWS_{name}", value)
    return new_s3()


def test_each_photo_is_a_product(photos: S3Bucket) -> None:
    for key in ("mug.jpg", "mug_2.jpg", "tall vase.webp", "notes.txt", "old/cup.jpg"):
        photos.put(key, b"x", media_type="image/jpeg")
    for source in (photos.root, f"{photos.root}/"):
        feed = read_feed(source)
        assert [(product.id, product.title, product.photos) for product in feed.products] == [
            ("mug", "Mug", (f"{photos.root}/mug.jpg", f"{photos.root}/mug_2.jpg")),
            ("tall vase", "Tall vase", (f"{photos.root}/tall vase.webp",)),
        ]
        assert feed.summary == "photos in a bucket, 2 products, 3 photos"
        assert sorted(found.code for found in feed.findings) == ["FILE_LEFT_OUT"] * 2 + ["PHOTO_GROUPED"]


def test_an_empty_prefix_and_a_missing_bucket_are_named(photos: S3Bucket) -> None:
    with pytest.raises(FeedError, match="no photos among its 0 objects"):
        read_feed(photos.root)
    with pytest.raises(FeedError, match=r"s3://nobody-made-it/x: cannot be listed"):
        read_feed("s3://nobody-made-it/x")


@pytest.mark.parametrize(
    ("source", "photo"), [("s3://b/a.jpg", True), ("s3://b/a", True), ("s3://b/a/", False), ("s3://b", False)]
)
def test_a_photo_of_a_bucket_is_no_prefix(source: str, photo: bool) -> None:
    assert is_photo(source) == photo
