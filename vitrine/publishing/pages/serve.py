"""Serve a published folder over HTTP, with the media types and headers that a bucket would send."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from vitrine.errors import ConfigError
from vitrine.publishing.pages.connections import BoundedServer, is_own_name
from vitrine.storage.bucket import IMMUTABLE
from vitrine.storage.keys import media_type_of

CHUNK = 1 << 16


class FolderServer:
    """A running server; `url` has no trailing slash. `close`, or the end of a `with` block, stops it."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        host, port = server.server_address[:2]
        self.url = f"http://{host!s}:{port}"
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        """Return when the server is closed, or raise `KeyboardInterrupt` on Ctrl-C."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve_folder(
    root: Path, host: str = "127.0.0.1", port: int = 0, *, front_page: Callable[[], str] | None = None
) -> FolderServer:
    """Serve a published folder in background threads; port 0 takes a free one.

    `front_page` returns the HTML to show at `/` while the folder has no `index.html`: it has one once a
    catalogue is published. Raises `ConfigError` when the folder is missing or the port is taken.
    """
    root = Path(root).resolve()
    if not root.is_dir():
        raise ConfigError(f"{root} is not a folder: publish something into it first")
    try:
        server = BoundedServer((host, port), partial(_Handler, root, front_page, host))
    except OSError as error:
        raise ConfigError(
            f"cannot serve on {host}:{port}: {error.strerror or error}. Choose another port"
        ) from error
    return FolderServer(server)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the files of a folder, but not for hidden ones (a name with a dot first)."""

    server_version = "vitrine"
    protocol_version = "HTTP/1.1"

    def __init__(self, root: Path, front_page: Callable[[], str] | None, host: str, *args: object) -> None:
        self.root = root
        self.host = host
        self.front_page = front_page
        super().__init__(*args)  # type: ignore[arg-type]

    def parse_request(self) -> bool:
        """Refuse what names another host; a request with a body is the last one of its connection."""
        parsed = super().parse_request()
        if isinstance(self.server, BoundedServer):
            self.server.mark(self.request, busy=parsed)
        if not parsed:
            return False
        if not is_own_name(self.headers.get("Host"), self.host):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "this server has another name")
            return False
        if self.headers.get("Transfer-Encoding") or self.headers.get("Content-Length", "0") != "0":
            self.close_connection = True
        return True

    def handle_one_request(self) -> None:
        super().handle_one_request()
        if isinstance(self.server, BoundedServer):
            self.server.mark(self.request, busy=False)

    def do_GET(self) -> None:
        self._respond(body=True)

    def do_HEAD(self) -> None:
        self._respond(body=False)

    def do_OPTIONS(self) -> None:
        self.send_response(HTTPStatus.NO_CONTENT)
        self._send_shared_headers()
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Print no access log."""

    def _respond(self, *, body: bool) -> None:
        path = self._find()
        if path is None and self.front_page and urlsplit(self.path).path == "/":
            self._send_front_page(self.front_page().encode(), body=body)
            return
        if isinstance(path, str):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        key = path.relative_to(self.root).as_posix()
        with path.open("rb") as file:
            size = path.stat().st_size
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", media_type_of(key))
            self.send_header("Content-Length", str(size))
            self.send_header("Last-Modified", formatdate(path.stat().st_mtime, usegmt=True))
            immutable = key.startswith("blobs/") or "/releases/" in key
            self.send_header("Cache-Control", IMMUTABLE if immutable else "no-cache")
            self._send_shared_headers()
            self.end_headers()
            try:
                while body and (data := file.read(CHUNK)):
                    self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the browser has left the page

    def _send_front_page(self, html: bytes, *, body: bool) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(html)))
        self.send_header("Cache-Control", "no-cache")
        self._send_shared_headers()
        self.end_headers()
        if body:
            self.wfile.write(html)

    def _find(self) -> Path | str | None:
        """Return the requested file, or the path to redirect to, or `None`."""
        requested = unquote(urlsplit(self.path).path)
        parts = [part for part in requested.split("/") if part]
        if any(part.startswith(".") or "\0" in part or "\\" in part for part in parts):
            return None
        path = self.root.joinpath(*parts)
        if not path.resolve().is_relative_to(self.root):
            return None
        if path.is_dir():
            if not requested.endswith("/"):
                return f"/{'/'.join(urlsplit(self.path).path.strip('/').split('/'))}/"
            path /= "index.html"
        return path if path.is_file() else None

    def _send_shared_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD")
        self.send_header("Access-Control-Expose-Headers", "ETag, Content-Length")
        self.send_header("X-Content-Type-Options", "nosniff")
