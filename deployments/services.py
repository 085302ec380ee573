"""The servers that a run on this machine needs: Prefect and, for the sandbox provider, a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitrine.errors import VitrineError
from vitrine.private_files import UMASK, make_private_folder, private_opener
from vitrine.providers.routing import parse_accounts


class Sandbox:
    """A sandbox that is starting, or none."""

    def __init__(self, process: subprocess.Popen[str] | None = None, log: Path | None = None) -> None:
        self.started = process is not None
        self._process, self._log = process, log

    def wait_until_ready(self) -> None:
        """Wait until it listens, and set `VITRINE_SANDBOX_URL`. Raises `VitrineError` if it has ended."""
        if self._process is None:
            return
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "listening on " in line:
                os.environ["VITRINE_SANDBOX_URL"] = line.rsplit(" ", 1)[-1].strip()
                return
        code = self._process.wait()
        raise VitrineError(f"the sandbox did not start (exit code {code}): see {self._log}")


@contextmanager
def sandbox_for(provider: str, home: Path) -> Iterator[Sandbox]:
    """Run a sandbox while the body runs, if `provider` names it; the body waits until it is ready.

    A sandbox at `VITRINE_SANDBOX_URL` is used as it is.
    """
    if "sandbox" not in parse_accounts(provider)[1] or os.environ.get("VITRINE_SANDBOX_URL"):
        yield Sandbox()
        return
    book = home / "sandbox" / "sales.jsonl"
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--book", str(book)]
    make_private_folder(book.parent)
    log = book.with_name("sandbox.log")
    with open(log, "w", opener=private_opener) as errors:
        process = subprocess.Popen(
            [*command, "--parent-pid", str(os.getpid())],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
            umask=UMASK,
        )
    try:
        yield Sandbox(process, log)
    finally:
        os.environ.pop("VITRINE_SANDBOX_URL", None)
        process.kill()  # its sales are on disk; an orderly end takes half a second
        process.wait()
