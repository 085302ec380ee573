"""A small HTTP service on loopback that answers as a test tells it, down to the bytes, and counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

Reaction = bytes | str | None
"""Bytes are written as they are; `reset`, `hang`, or `None`: closed in silence."""


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """`react(request)` decides; `requests` holds what came whole."""

    react: Callable[[Request], Reaction] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    read_body: bool = True
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            method, path, _ = first.split(" ")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            if not self.read_body:
                await asyncio.sleep(30)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(method, path, headers, body)
            self.requests.append(request)
            reaction = self.react(request)
            if reaction == "hang":
                await asyncio.sleep(30)
            if reaction == "reset":
                writer.transport.abort()
            if isinstance(reaction, bytes):
                writer.write(reaction)
                await writer.drain()
        writer.close()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=2**24)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def answer(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, *, length: int | None = None
) -> bytes:
    """An HTTP answer; a dict becomes JSON; `length` lies about its size."""
    data = json.dumps(body).encode() if isinstance(body, dict | list) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(data) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


def glb(payload: bytes = b"{}  ") -> bytes:
    """The smallest thing with a GLB's header and length."""
    chunk = struct.pack("<II", len(payload), 0x4E4F534A) + payload
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk


@pytest.fixture
def http() -> Callable[..., bytes]:
    return answer


@pytest.fixture
def tiny_glb() -> bytes:
    return glb()
