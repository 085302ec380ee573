"""A real S3 server on loopback, and both kinds of bucket for tests that must hold for either."""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.s3 import S3Bucket


@contextmanager
def moto(wrap: Callable = lambda app: app) -> Iterator[str]:
    """Run moto's S3 on a free port; `wrap` may put WSGI middleware in front. Gives its URL."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = wrap(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    with moto() as url:
        yield url


@pytest.fixture
def serve_s3() -> Iterator[Callable[[Callable], str]]:
    """Starts further servers, each behind the middleware it is given; gives the URL."""
    with ExitStack() as running:
        yield lambda wrap: running.enter_context(moto(wrap))


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def new_s3(s3_url: str) -> Callable[..., S3Bucket]:
    """Makes `S3Bucket`s in a fresh bucket of its own each time, under a prefix."""

    def make(endpoint_url: str = s3_url, **options) -> S3Bucket:
        name = f"shop-{uuid.uuid4().hex[:12]}"
        bucket = S3Bucket(
            f"s3://{name}/some/prefix",
            endpoint_url=endpoint_url,
            access_key="key",
            secret_key="secret",
            **options,
        )
        bucket._client.create_bucket(Bucket=name)
        return bucket

    return make


@pytest.fixture(params=["local", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path, new_s3: Callable[..., S3Bucket]) -> Bucket:
    return LocalBucket(tmp_path / "public") if request.param == "local" else new_s3()
