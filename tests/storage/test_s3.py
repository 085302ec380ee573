"""What only S3 has: servers that differ, signatures, parts, and many ways to be set up wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest

from vitrine.errors import ConditionUnsupported, ConfigError, PreconditionFailed, StorageError
from vitrine.storage.bucket import IMMUTABLE
from vitrine.storage.put_if_absent import put_if_absent
from vitrine.storage.s3 import S3Bucket
from vitrine.storage.s3_features import NO_OBJECT_HAS_IT

TEXT = "text/plain; charset=utf-8"
KEYS = {"access_key": "key", "secret_key": "secret"}


class Front:
    """WSGI middleware that makes moto behave like other servers; `seen` are the If-Match headers of PUTs."""

    def __init__(self, app) -> None:
        self.app = app
        self.mode = "plain"
        self.seen: list[str] = []
        self.stored: set[str] = set()

    def __call__(self, environ, start):
        asked = environ.get("HTTP_IF_MATCH") if environ["REQUEST_METHOD"] == "PUT" else None
        if asked:
            self.seen.append(asked)
        is_put = environ["REQUEST_METHOD"] == "PUT"
        conditions = [name for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH") if is_put and name in environ]
        status = None
        if self.mode == "stores-then-500" and is_put and environ["PATH_INFO"] not in self.stored:
            self.stored.add(environ["PATH_INFO"])
            b"".join(self.app(environ, lambda *_: None))
            start("500 Internal Server Error", [("Content-Type", "application/xml")])
            return [b"<Error><Code>InternalError</Code><Message>no</Message></Error>"]
        if (
            self.mode == "cuts"
            and environ["REQUEST_METHOD"] == "GET"
            and environ["PATH_INFO"] not in self.stored
        ):
            self.stored.add(environ["PATH_INFO"])
            whole = b"".join(self.app(environ, start))
            return [whole[: len(whole) // 2]]
        if self.mode == "drops-types" and is_put:
            environ["CONTENT_TYPE"] = "application/octet-stream"
        if self.mode == "ignores-conditions":
            for name in conditions:
                del environ[name]
        if (self.mode == "no-conditions" and conditions) or (self.mode == "no-if-match" and asked):
            status, code = "501 Not Implemented", "NotImplemented"
        elif self.mode == "bare-etags" and asked and asked.startswith('"'):
            status, code = "412 Precondition Failed", "PreconditionFailed"
        elif self.mode == "no-trailers" and "HTTP_X_AMZ_TRAILER" in environ:
            status, code = "501 Not Implemented", "NotImplemented"
        elif self.mode in ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            status, code = "403 Forbidden", self.mode
        elif self.mode == "full" and is_put:
            status, code = "403 Forbidden", "QuotaExceeded"
        elif self.mode == "no-metadata" and is_put and "HTTP_X_AMZ_META_SHA256" in environ:
            status, code = "400 Bad Request", "InvalidArgument"
        elif self.mode == "busy":
            status, code = "409 Conflict", "ConditionalRequestConflict"
        if status is None:
            if self.mode == "bare-etags" and asked:
                environ["HTTP_IF_MATCH"] = f'"{asked}"'
            return self.app(environ, start)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(status, [("Content-Type", "application/xml")])
        return [f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()]


@pytest.fixture
def front(serve_s3):
    """A `Front` and its URL."""
    made: list[Front] = []

    def wrap(app):
        made.append(Front(app))
        return made[0]

    url = serve_s3(wrap)
    return made[0], url


def test_headers_are_those_a_cdn_obeys(new_s3) -> None:
    bucket = new_s3()
    bucket.put("blobs/a.glb", b"glTF", media_type="model/gltf-binary", cache_control=IMMUTABLE)
    answer = httpx.get(bucket.url("blobs/a.glb", expires_s=60))
    assert answer.content == b"glTF"
    assert answer.headers["content-type"] == "model/gltf-binary"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-amz-meta-sha256"] == hashlib.sha256(b"glTF").hexdigest()


def test_keys_lie_under_the_prefix_and_nowhere_else(new_s3) -> None:
    bucket = new_s3()
    bucket.put("k.txt", b"x", media_type=TEXT)
    above = S3Bucket(f"s3://{bucket.bucket}", endpoint_url=bucket.endpoint, **KEYS)
    assert [info.key for info in above.list()] == ["some/prefix/k.txt"]
    assert (bucket.root, above.root) == (f"s3://{bucket.bucket}/some/prefix", f"s3://{bucket.bucket}")


def test_urls(new_s3) -> None:
    bucket = new_s3(public_url="https://cdn.example/3d/")
    assert bucket.url("a b/c.glb") == "https://cdn.example/3d/a%20b/c.glb"
    signed = httpx.URL(bucket.url("c.glb", expires_s=600))
    assert signed.params["X-Amz-Expires"] == "600"
    assert signed.params["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert signed.path == f"/{bucket.bucket}/some/prefix/c.glb"
    plain = S3Bucket("s3://shop/p", endpoint_url="https://s3.example", **KEYS)
    assert plain.url("c.glb") == "https://s3.example/shop/p/c.glb"
    with pytest.raises(ConfigError, match=r"604800 s \(7 days\), not 604801 s"):
        bucket.url("c.glb", expires_s=604_801)


@pytest.mark.parametrize("from_file", [True, False])
def test_large_objects_go_up_in_parts_with_their_condition(new_s3, tmp_path: Path, from_file) -> None:
    bucket = new_s3(part_bytes=5 << 20)
    data = bytes(range(256)) * (12 << 12)  # 12 MiB: three parts
    source = tmp_path / "big"
    source.write_bytes(data)
    body = source if from_file else data
    put = bucket.put("big.bin", body, media_type="application/octet-stream", if_absent=True)
    assert put.etag.endswith("-3")
    assert bucket.head("big.bin") == put
    assert put.sha256 == hashlib.sha256(data).hexdigest()
    assert bucket.get("big.bin") == data
    with pytest.raises(PreconditionFailed):
        bucket.put("big.bin", body, media_type="application/octet-stream", if_absent=True)
    assert bucket._client.list_multipart_uploads(Bucket=bucket.bucket).get("Uploads", []) == []


def test_a_server_that_wants_etags_bare(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    front.mode = "bare-etags"
    second = bucket.put("k.txt", b"two", media_type=TEXT, if_match=first.etag)
    assert bucket.get("k.txt") == b"two"
    assert front.seen == [NO_OBJECT_HAS_IT, f'"{first.etag}"', first.etag]  # the first is the probe's
    with pytest.raises(PreconditionFailed):
        bucket.put("k.txt", b"three", media_type=TEXT, if_match=first.etag)
    assert bucket.head("k.txt").etag == second.etag


def test_a_server_without_if_match_is_named(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    front.mode = "no-if-match"
    with pytest.raises(ConditionUnsupported, match="writing k"):
        bucket.put("k.txt", b"two", media_type=TEXT, if_match=first.etag)
    assert bucket.get("k.txt") == b"one"


@pytest.mark.parametrize("part_bytes", [64 << 20, 5 << 20], ids=["whole", "in parts"])
def test_a_write_whose_answer_is_lost_is_recognised_as_our_own(new_s3, front, part_bytes) -> None:
    """boto3 sends it again, and meets what it has written itself: 412."""
    front, url = front
    bucket = new_s3(endpoint_url=url, part_bytes=part_bytes)
    bucket.features()
    front.mode = "stores-then-500"
    body = b"one" * (3 << 20)
    first = bucket.put("k.bin", body, media_type=TEXT, if_absent=True)
    assert first == bucket.head("k.bin")
    front.stored.clear()
    second = bucket.put("k.bin", b"two", media_type=TEXT, if_match=first.etag)
    assert second == bucket.head("k.bin")
    assert bucket.get("k.bin") == b"two"


def test_a_write_of_others_is_not_taken_for_our_own(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    bucket.put("k.txt", b"theirs", media_type=TEXT)
    bucket.features()
    front.mode = "stores-then-500"
    with pytest.raises(PreconditionFailed):
        bucket.put("k.txt", b"ours!!", media_type=TEXT, if_absent=True)
    assert bucket.get("k.txt") == b"theirs"


@pytest.mark.parametrize("mode", ["ignores-conditions", "no-conditions"])
def test_a_server_without_conditions_is_found_out_once(new_s3, front, mode) -> None:
    front, url = front
    front.mode = mode
    bucket = new_s3(endpoint_url=url)
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    for condition in ({"if_absent": True}, {"if_match": first.etag}, {"if_match": "0" * 32}):
        with pytest.raises(ConditionUnsupported, match="does not heed the condition"):
            bucket.put("k.txt", b"two", media_type=TEXT, **condition)
    assert bucket.get("k.txt") == b"one"
    assert len(front.seen) == 1  # the probe's own
    assert [info.key for info in bucket.list()] == ["k.txt"]
    assert put_if_absent(bucket, "new.txt", b"new", TEXT)
    assert not put_if_absent(bucket, "new.txt", b"new", TEXT)


def test_an_object_that_breaks_off_is_read_again(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    bucket.put("k.txt", b"0123456789", media_type=TEXT)
    front.mode = "cuts"
    assert bucket.get("k.txt") == b"0123456789"


def test_a_full_bucket_is_no_question_of_keys(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    front.mode = "full"
    with pytest.raises(StorageError, match=r"writing k\.txt .*: the bucket is full"):
        bucket.put("k.txt", b"x", media_type=TEXT)


def test_a_server_that_forgets_media_types_is_named_once(new_s3, front, caplog) -> None:
    front, url = front
    front.mode = "drops-types"
    bucket = new_s3(endpoint_url=url)
    for key in "ab":
        bucket.put(key, b"x", media_type=TEXT, if_absent=True)
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["s3"]
    assert "another Content-Type than was written" in caplog.text


def test_a_server_without_metadata_gets_none(new_s3, front) -> None:
    front, url = front
    front.mode = "no-metadata"
    bucket = new_s3(endpoint_url=url)
    bucket.put("k.txt", b"x", media_type=TEXT, if_absent=True)
    assert bucket.head("k.txt").sha256 is None


def test_no_checksum_trailers_are_sent(new_s3, front) -> None:
    front, url = front
    front.mode = "no-trailers"
    bucket = new_s3(endpoint_url=url)
    bucket.put("k.txt", b"one", media_type=TEXT)
    assert bucket.get("k.txt") == b"one"


def test_a_conflict_is_a_lost_race(new_s3, front) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    front.mode = "busy"
    with pytest.raises(PreconditionFailed, match="another writer"):
        bucket.put("k.txt", b"one", media_type=TEXT, if_absent=True)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("AccessDenied", "s3:PutObject"),
        ("InvalidAccessKeyId", "access key was refused"),
        ("SignatureDoesNotMatch", "access key was refused"),
    ],
)
def test_a_refused_key_is_explained(new_s3, front, code, says) -> None:
    front, url = front
    bucket = new_s3(endpoint_url=url)
    front.mode = code
    for act in (
        lambda: bucket.put("a/k.txt", b"x", media_type=TEXT),
        lambda: bucket.get("a/k.txt"),
        lambda: list(bucket.list("a/k.txt")),
    ):
        with pytest.raises(ConfigError, match=says) as caught:
            act()
        assert "a/k.txt" in str(caught.value)
        assert bucket.root in str(caught.value)
