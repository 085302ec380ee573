"""Names of places, right and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import ConfigError
from vitrine.storage.local import LocalBucket
from vitrine.storage.open import open_bucket
from vitrine.storage.s3 import S3Bucket


def test_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    for ref, root in (
        ("public", tmp_path / "public"),
        (str(tmp_path / "x"), tmp_path / "x"),
        ((tmp_path / "a b").as_uri(), tmp_path / "a b"),
        ("~/shop", Path("/home/someone/shop")),
    ):
        bucket = open_bucket(ref)
        assert isinstance(bucket, LocalBucket)
        assert bucket.root == str(root)


def test_s3_with_its_options() -> None:
    bucket = open_bucket(
        "s3://shop/3d/",
        endpoint_url="https://s3.example",
        access_key="k",
        secret_key="s",
        public_url="https://x",
    )
    assert isinstance(bucket, S3Bucket)
    assert bucket.root == "s3://shop/3d"
    assert bucket.url("a") == "https://x/a"


@pytest.mark.parametrize(
    "ref", ["", "  ", "https://shop.example/3d", "gs://shop/3d", "file://other/x", "s3:///x"]
)
def test_other_places_are_refused(ref: str) -> None:
    with pytest.raises(ConfigError, match=r"s3://bucket/prefix"):
        open_bucket(ref)
