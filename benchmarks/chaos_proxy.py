"""A proxy in front of the sandbox that loses, delays, cuts, repeats and falsifies what passes through it.

`python -m benchmarks.chaos_proxy --upstream URL --seed 1` listens on a free port and prints its URL.
`GET /proxy/counts` answers with how many requests met which fault. No fault makes an order out of one that
was refused, or hands an order on twice. The sandbox's own routes, under /sandbox, are handed on without a
fault. With `--as-sandbox` the proxy says the sandbox's port is its own, so that clients look for a lost order
after the sandbox's listing delay; that has to be longer than `--hold`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

ORDER_FAULTS = (
    "drop before",  # the order is not handed on, and the connection is closed
    "drop after",  # the order is handed on, and the connection is closed
    "delay before",  # the order is handed on after its client has given up
    "delay after",  # the answer comes after its client has given up
    "cut",  # half of the answer, then the connection is closed
    "502 before",
    "502 after",
    "503 before",
    "404 before",
    "200 with an error",  # the order is handed on, and the answer is a 200 without a receipt
)
READ_FAULTS = ("drop before", "delay after", "cut", "502 before", "repeat", "200 with an error")
NOT_FOUND_FOR_S = 5.0
"""How long a job or a file, now and then, is answered with 404."""
CASES = (str.lower, str.upper, str.title)


@contextlib.contextmanager
def running_proxy(upstream: str, *, seed: int, share: float, as_sandbox: bool = False) -> Iterator[str]:
    """Start a proxy in a process of its own, and yield its URL. The exit kills it."""
    command = [sys.executable, "-m", "benchmarks.chaos_proxy", "--upstream", upstream, "--seed", str(seed)]
    proxy = subprocess.Popen(
        [*command, "--share", str(share), *(["--as-sandbox"] if as_sandbox else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert proxy.stdout is not None
        yield proxy.stdout.readline().split()[-1]
    finally:
        proxy.kill()
        proxy.wait()


class ChaosProxy:
    """Hands requests on, with a fault for a share of them."""

    def __init__(self, upstream: str, seed: int, share: float, hold_s: float) -> None:
        self.host, self.port = urlsplit(upstream).hostname, urlsplit(upstream).port
        self.random = random.Random(seed)
        self.share = share
        self.hold_s = hold_s
        """How long an order or an answer is held back."""
        self.port_as_sandbox: int | None = None
        """The port to write in place of the sandbox's."""
        self.counts: Counter[str] = Counter()
        self.answers: dict[str, bytes] = {}
        """The last whole answer by target, for repeating."""
        self.not_found_until: dict[str, float] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        try:
            request = await _read_request(reader)
            if request is not None:
                await asyncio.shield(asyncio.ensure_future(self._answer(*request, writer)))
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, method: str, target: str, request: bytes, writer: asyncio.StreamWriter) -> None:
        if target == "/proxy/counts":
            writer.write(_response(200, json.dumps(self.counts)))
            return
        if target.startswith("/sandbox/"):
            writer.write(self._change_port(await self._hand_on(request)))
            return
        fault = self._choose(method, target)
        self.counts[f"{method} {fault or 'without a fault'}"] += 1
        if fault and fault.endswith("before"):
            if fault[:3].isdigit():
                writer.write(_response(int(fault[:3]), '{"error": {"message": "chaos"}}'))
            elif fault == "delay before":
                await asyncio.sleep(self.hold_s)
                await self._hand_on(request)
            return
        if fault == "repeat" and target in self.answers:
            writer.write(self.answers[target])
            return
        answer = await self._hand_on(request)
        if method == "GET":
            self.answers[target] = answer
        match fault:
            case "drop after":
                return
            case "502 after":
                answer = _response(502, '{"error": {"message": "chaos"}}')
            case "200 with an error":
                answer = _response(200, '{"error": {"message": "chaos"}}')
            case "delay after":
                await asyncio.sleep(self.hold_s)
            case "cut":
                answer = answer[: len(answer) // 2]
        writer.write(self._change_case(answer))
        await writer.drain()

    def _choose(self, method: str, target: str) -> str | None:
        now, path = time.monotonic(), target.partition("?")[0]
        if method == "POST":
            return self.random.choice(ORDER_FAULTS) if self.random.random() < self.share else None
        if now < self.not_found_until.get(path, 0.0):
            return "404 before"
        if self.random.random() >= self.share:
            return None
        if self.random.random() < 0.15 and path not in self.not_found_until:
            self.not_found_until[path] = now + NOT_FOUND_FOR_S
            return "404 before"
        return self.random.choice(READ_FAULTS)

    async def _hand_on(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()

    def _change_port(self, answer: bytes) -> bytes:
        if self.port_as_sandbox is None:
            return answer
        port = str(self.port_as_sandbox).encode()
        return re.sub(rb"(?i)(\r\nX-Vitrine-Sandbox-Port: )\d+", lambda found: found[1] + port, answer)

    def _change_case(self, answer: bytes) -> bytes:
        """Write the words of a job's status in another case; their length stays."""
        change = self.random.choice(CASES)
        return re.sub(
            rb'("status": ?")(\w+)(")',
            lambda found: found[1] + change(found[2].decode()).encode() + found[3],
            answer,
        )


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes] | None:
    """Return method, target and the bytes to hand on, with `Connection: close`."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    kept = [line for line in lines if not line.lower().startswith("connection:")]
    method, target, _ = first.split(" ", 2)
    return method, target, "\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1") + body


def _response(status: int, body: str) -> bytes:
    head = f"HTTP/1.1 {status} Chaos\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


async def run(options: argparse.Namespace) -> None:
    """Serve until the process is killed."""
    proxy = ChaosProxy(options.upstream, options.seed, options.share, options.hold)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.port_as_sandbox = port if options.as_sandbox else None
    print(f"listening on http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.3, help="share of requests with a fault")
    parser.add_argument("--hold", type=float, default=4.0, help="seconds that a delay takes")
    parser.add_argument("--as-sandbox", action="store_true")
    asyncio.run(run(parser.parse_args()))
