"""Where models are made: in processes of their own, so that the server keeps answering."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Literal

from vitrine.sandbox.jobs.orders import Wanted

Format = Literal["webp", "png"]


class EnginePool:
    """Makes one model after the other, first come, first served."""

    def __init__(self, processes: int, texture_format: Format) -> None:
        self._processes = processes
        self._format: Format = texture_format
        self._pool: Executor | None = None

    async def make(self, photo: Path, to: Path, wanted: Wanted) -> str | None:
        """Write the model of `photo` to `to`, whole or not at all. Returns why there is none, or None."""
        for attempt in (1, 2):
            pool = self._open()
            try:
                job = pool.submit(_make, str(photo), str(to), wanted.model_dump(), self._format)
                return await asyncio.wrap_future(job)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def warm(self) -> None:
        """Start the processes now, so that the first model does not wait for them."""
        if self._processes:
            for _ in range(self._processes):
                self._open().submit(_warm)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _open(self) -> Executor:
        if self._pool is None:
            if self._processes:
                self._pool = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_end_with,
                    initargs=(os.getpid(),),
                )
            else:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="sandbox-engine")
        return self._pool


def _make(photo: str, to: str, wanted: dict[str, int], texture_format: Format) -> str | None:
    from vitrine.sandbox.engine import EngineError, generate

    try:
        data = generate(
            Path(photo).read_bytes(),
            faces=wanted["faces"],
            texture_size=wanted["texture_size"],
            resolution=wanted["resolution"],
            seed=wanted["seed"],
            remesh=bool(wanted["remesh"]),
            texture_format=texture_format,
        )
    except EngineError as error:
        return str(error)
    half = Path(f"{to}.part")
    half.write_bytes(data)
    half.replace(to)
    return None


def _warm() -> None:
    import vitrine.sandbox.engine  # noqa: F401


def _end_with(parent: int) -> None:
    """In a worker: end when the server is gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    threading.Thread(target=watch, daemon=True).start()
