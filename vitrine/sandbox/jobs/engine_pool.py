"""A pool of engine processes, so that the server responds while models are generated."""

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

from vitrine.sandbox.jobs.order import EngineSettings

Format = Literal["webp", "png"]


class EnginePool:
    """Generates models in `processes` processes, or in one thread of the server when `processes` is 0."""

    def __init__(self, processes: int, texture_format: Format) -> None:
        self._processes = processes
        self._format: Format = texture_format
        self._pool: Executor | None = None

    async def generate(self, photo: Path, model: Path, settings: EngineSettings) -> str | None:
        """Generate a model from the file `photo` and write it, whole or not at all, to the file `model`.

        Returns None, or the reason why the engine cannot use the photo. A broken pool is replaced once; then
        `BrokenProcessPool` is raised.
        """
        for attempt in (1, 2):
            pool = self._open()
            try:
                future = pool.submit(_generate, str(photo), str(model), settings.model_dump(), self._format)
                return await asyncio.wrap_future(future)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def start(self) -> None:
        """Start the processes now, so that the first model does not wait for them."""
        if self._processes:
            for _ in range(self._processes):
                self._open().submit(_import_engine)

    def close(self) -> None:
        """Cancel waiting models and let the processes end."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _open(self) -> Executor:
        if self._pool is None:
            if self._processes:
                self._pool = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_exit_with_parent,
                    initargs=(os.getpid(),),
                )
            else:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="sandbox-engine")
        return self._pool


def _generate(photo: str, model: str, settings: dict[str, int], texture_format: Format) -> str | None:
    from vitrine.sandbox.engine import EngineError, generate

    try:
        data = generate(
            Path(photo).read_bytes(),
            faces=settings["faces"],
            texture_size=settings["texture_size"],
            resolution=settings["resolution"],
            seed=settings["seed"],
            remesh=bool(settings["remesh"]),
            texture_format=texture_format,
        )
    except EngineError as error:
        return str(error)
    partial = Path(f"{model}.part")
    partial.write_bytes(data)
    partial.replace(model)
    return None


def _import_engine() -> None:
    import vitrine.sandbox.engine  # noqa: F401


def _exit_with_parent(parent: int) -> None:
    """In a worker process: exit when the server's process is gone, even if it was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server handles Ctrl-C
    threading.Thread(target=watch, daemon=True).start()
