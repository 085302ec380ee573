"""One worker process, as its owner sees it: requests, answers, deadlines, and its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from vitrine.isolation.messages import unpack

PASSED_ON = (
    *("PATH", "HOME", "U2NET_HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED"),
)
"""The variables of the environment that a worker gets; there are keys among the others."""
PIPE_BYTES = 1 << 20
"""Of the pipes' buffers, where the system has them so large; by default 64 KiB."""
F_SETPIPE_SZ = 1031


class WorkerDied(Exception):
    """The worker ended before it answered; `signal` is what killed it, if anything did."""

    def __init__(self, returncode: int | None) -> None:
        super().__init__(f"worker ended with {returncode}")
        self.signal = signal.Signals(-returncode) if returncode is not None and returncode < 0 else None


class WorkerLate(Exception):
    """The worker did not answer in time; it has been killed."""


class WorkerProcess:
    """A running worker."""

    def __init__(self, modules: tuple[str, ...] = ()) -> None:
        """Start a worker, which imports `modules` before it waits for a request."""
        self.calls = 0
        self.max_rss_bytes = 0
        self._deadline = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vitrine.isolation.worker", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for its owner, which closes it
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # no Linux, or no more pipe memory for this user
                fcntl.fcntl(pipe.fileno(), F_SETPIPE_SZ, PIPE_BYTES)

    def send(
        self,
        function: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        limits: tuple[int, float],
        wall_s: float,
    ) -> None:
        """Send a request, which must be answered within `wall_s` seconds. Raises `WorkerDied`."""
        request = pickle.dumps((function.__module__, function.__qualname__, args, kwargs, *limits))
        self._deadline = time.monotonic() + wall_s
        self.calls += 1
        assert self._process.stdin is not None
        try:
            for part in (struct.pack("<Q", len(request)), request):
                view = memoryview(part)
                while view:
                    view = view[self._process.stdin.write(view) :]
        except OSError as error:
            raise WorkerDied(self.kill()) from error

    def receive(self) -> dict[str, Any]:
        """Return the answer to the request that was sent. Raises `WorkerDied`, `WorkerLate`."""
        try:
            answer = unpack(self._read)
        except (OSError, EOFError, ValueError, KeyError, IndexError, RecursionError) as error:
            raise WorkerDied(self.kill()) from error
        if not isinstance(answer, dict):
            raise WorkerDied(self.kill())
        self.max_rss_bytes = int(answer.get("max_rss_bytes") or self.max_rss_bytes)
        return answer

    def kill(self) -> int | None:
        """End the process, if it has not ended; return its exit code, negative for a signal of another."""
        code = self._wait(1.0)
        if code is None:
            self._process.kill()
            self._process.wait()
        self._close_pipes()
        return code

    def close(self) -> None:
        """End the process, which waits for a request: an orderly end takes a quarter of a second."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _wait(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        data = memoryview(bytearray(size))
        got = 0
        while got < size:
            ready, _, _ = select.select([pipe], [], [], max(self._deadline - time.monotonic(), 0))
            if not ready:
                self._process.kill()
                self.kill()
                raise WorkerLate
            count = os.readv(pipe, [data[got:]])
            if not count:
                raise EOFError
            got += count
        return bytes(data)


def _environment() -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # Threads of BLAS would wait, and spin, beside those of the work; a search for plugins takes 15 to 30 ms.
    return (
        {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
        | passed_on
        | {
            # A worker runs the code that its owner runs; an empty path is the current folder.
            "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
        }
    )
