"""Whether a destination takes what will be published is known before anything is bought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles

from vitrine.errors import ConfigError, NotFound, StorageError
from vitrine.storage import check_bucket as module
from vitrine.storage.bucket import Bucket
from vitrine.storage.check_bucket import READS, check_bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.s3 import S3Bucket


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.0)


def test_a_good_bucket_is_left_as_it_was(bucket: Bucket) -> None:
    bucket.put("index.html", b"x", media_type="text/html")
    check_bucket(bucket, public=False)
    assert [info.key for info in bucket.list()] == ["index.html"]


def test_a_bucket_that_is_missing(s3_url: str) -> None:
    bucket = S3Bucket("s3://nobody-made-it/shop", endpoint_url=s3_url, access_key="k", secret_key="s")
    with pytest.raises(
        ConfigError,
        match=r"cannot publish to s3://nobody-made-it/shop, so nothing is bought: .*no such bucket",
    ):
        check_bucket(bucket)


def test_a_server_that_is_not_there(free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    bucket = S3Bucket("s3://shop", endpoint_url=url, access_key="k", secret_key="s")
    with pytest.raises(StorageError, match=f"nothing is bought: .*cannot reach {url}"):
        check_bucket(bucket)


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE"])
def test_a_key_that_lacks_a_right(
    new_s3: Callable[..., S3Bucket], serve_s3: Callable[[Callable[..., Any]], str], method: str
) -> None:
    def refuse(app: Any) -> Any:
        def front(environ: dict[str, Any], start: Any) -> Any:
            if environ["REQUEST_METHOD"] != method or "vitrine-check" not in environ["PATH_INFO"]:
                return app(environ, start)
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start("403 Forbidden", [("Content-Type", "application/xml")])
            return [b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"]

        return front

    bucket = new_s3(endpoint_url=serve_s3(refuse))
    with pytest.raises(ConfigError, match=r"nothing is bought: .*refused \((AccessDenied|403)\)"):
        check_bucket(bucket)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot publish to .*so nothing is bought"):
        check_bucket(LocalBucket(tmp_path / "file" / "public"))


def test_readers_must_reach_what_is_published(tmp_path: Path, serve_app: Any, free_port: int) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    app = Starlette()
    app.mount("/3d", StaticFiles(directory=folder))
    with serve_app(app) as url:
        check_bucket(LocalBucket(folder, public_url=f"{url}/3d"))
        wrong = LocalBucket(folder, public_url=f"{url}/elsewhere")
        with pytest.raises(
            ConfigError, match=r"readers cannot open .*/elsewhere/vitrine-check-\w+\.txt answers HTTP 404"
        ):
            check_bucket(wrong)
        check_bucket(wrong, public=False)
    away = LocalBucket(folder, public_url=f"http://127.0.0.1:{free_port}")
    with pytest.raises(ConfigError, match=r"answers ConnectError.*VITRINE_PUBLIC_URL"):
        check_bucket(away)
    assert list(away.list()) == []


def test_a_private_bucket_is_not_reported_as_a_public_page(new_s3: Callable[..., S3Bucket]) -> None:
    bucket = new_s3()  # private, as buckets are
    says = r"readers cannot open .* answers HTTP 403.*VITRINE_CHECK_PUBLIC_URL=off"
    with pytest.raises(ConfigError, match=says):
        check_bucket(bucket)
    check_bucket(bucket, public=False)


class Late(LocalBucket):
    """Shows what was written only at the `misses`-th read."""

    misses = 0

    def get(self, key: str) -> bytes:
        if self.misses:
            self.misses -= 1
            raise NotFound("not yet")
        return super().get(key)


def test_a_server_that_shows_writes_late_is_given_a_moment(tmp_path: Path) -> None:
    bucket = Late(tmp_path)
    bucket.misses = READS - 1
    check_bucket(bucket)
    bucket.misses = READS
    with pytest.raises(ConfigError, match="cannot be found"):
        check_bucket(bucket)
