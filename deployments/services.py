"""The servers that a run on this machine needs: Prefect and, for the sandbox provider, a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from vitrine.errors import VitrineError
from vitrine.private_files import UMASK, make_private_folder, private_opener
from vitrine.providers.routing import parse_accounts


@contextmanager
def sandbox_for(provider: str, home: Path) -> Iterator[bool]:
    """Run a sandbox while the body runs, if `provider` names it; yields whether one was started.

    A sandbox at `VITRINE_SANDBOX_URL` is used as it is.
    """
    if "sandbox" not in parse_accounts(provider)[1] or os.environ.get("VITRINE_SANDBOX_URL"):
        yield False
        return
    with ExitStack() as stack:
        os.environ["VITRINE_SANDBOX_URL"] = stack.enter_context(_sandbox(home))
        stack.callback(os.environ.pop, "VITRINE_SANDBOX_URL")
        yield True


@contextmanager
def _sandbox(home: Path) -> Iterator[str]:
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
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "listening on " in line:
                yield line.rsplit(" ", 1)[-1].strip()
                return
        raise VitrineError(f"the sandbox did not start (exit code {process.wait()}): see {log}")
    finally:
        process.kill()  # its sales are on disk; an orderly end takes half a second
        process.wait()
