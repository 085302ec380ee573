"""Ways to set up S3 wrong: each is one error that names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import ConfigError, StorageError
from vitrine.storage.s3 import S3Bucket

TEXT = "text/plain; charset=utf-8"
KEYS = {"access_key": "key", "secret_key": "secret"}


def test_a_bucket_that_does_not_exist_is_named(s3_url) -> None:
    bucket = S3Bucket("s3://nowhere/p", endpoint_url=s3_url, **KEYS)
    with pytest.raises(ConfigError, match=r"s3://nowhere/p: there is no such bucket at http://127\.0\.0\.1"):
        bucket.put("k.txt", b"x", media_type=TEXT)


def test_an_endpoint_nobody_listens_at(free_port: int) -> None:
    bucket = S3Bucket("s3://shop", endpoint_url=f"http://127.0.0.1:{free_port}", **KEYS)
    with pytest.raises(StorageError, match=f"cannot reach http://127.0.0.1:{free_port}") as caught:
        bucket.head("k.txt")
    assert not isinstance(caught.value, ConfigError)


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, s3_url: str) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigError, match=r"no credentials\. Set AWS_ACCESS_KEY_ID"):
        S3Bucket("s3://shop", endpoint_url=s3_url).put("k.txt", b"x", media_type=TEXT)


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, s3_url: str) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(ConfigError, match="nobody"):
        S3Bucket("s3://shop", endpoint_url=s3_url)


@pytest.mark.parametrize(
    ("url", "options", "says"),
    [
        ("s3://", KEYS, "s3://bucket/prefix"),
        ("https://s3.example/shop", KEYS, "s3://bucket/prefix"),
        ("s3://shop/../up", KEYS, "not a valid key"),
        ("s3://shop", {"access_key": "key"}, "both"),
        ("s3://shop", KEYS | {"endpoint_url": "nonsense"}, "nonsense"),
    ],
)
def test_a_wrong_address_is_refused(url, options, says) -> None:
    with pytest.raises(ConfigError, match=says):
        S3Bucket(url, **options)
