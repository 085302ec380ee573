"""Functions that tests run in a worker."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass

import numpy as np

from vitrine.errors import LimitExceeded, PhotoError
from vitrine.models import Finding


@dataclass(frozen=True)
class Built:
    data: bytes
    findings: tuple[Finding, ...]
    size: float | None = None


def built(data: bytes, code: str) -> tuple[bytes, Built, int]:
    found = Finding(code=code, severity="info", message="ä", limit=0.1)
    print("a library prints")  # which is no answer
    return data[::-1], Built(data, (found,)), len(data)


def process() -> tuple[int, dict[str, str]]:
    return os.getpid(), dict(os.environ)


def refuse(text: str) -> bytes:
    if text == "limit":
        raise LimitExceeded("too many", measured=3.0, limit=2.0)
    if text == "bug":
        raise ZeroDivisionError("by zero")
    raise PhotoError(text)


def crash(how: str) -> bytes:
    if how == "segfault":
        ctypes.string_at(0)
    elif how == "exit":
        os._exit(3)
    elif how == "abort":
        os.abort()
    elif how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "stack":
        sys.setrecursionlimit(10**9)
        deep: list[object] = []
        for _ in range(10**6):
            deep = [deep]
        repr(deep)
    return b""


def spin(seconds: float) -> float:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return seconds


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fill(megabytes: int) -> int:
    return int(np.ones(megabytes << 17).nbytes)


def wrong() -> int:
    return "no number"  # type: ignore[return-value]
