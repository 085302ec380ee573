"""What is happening, said once and heard by whoever listens.

Everything goes through the logger `vitrine.progress`, with the product, the step and its state as fields of
the log record: a terminal draws it, Prefect files it, a test reads it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

logger = logging.getLogger("vitrine.progress")

_product: ContextVar[str] = ContextVar("product", default="")
_step: ContextVar[str] = ContextVar("step", default="")


@contextmanager
def of_product(product_id: str) -> Iterator[None]:
    """Everything said inside is about this product."""
    token = _product.set(product_id)
    try:
        yield
    finally:
        _product.reset(token)


def current_product() -> str:
    """The id of the product that this is about, or nothing."""
    return _product.get()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say that a step starts, and that it ends: well or with its error."""
    token = _step.set(name)
    start = time.monotonic()
    say("started", state="started")
    try:
        yield
    except BaseException as error:
        said = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "stopped"
        say(said, state="failed", seconds=time.monotonic() - start)
        raise
    else:
        say("done", state="done", seconds=time.monotonic() - start)
    finally:
        _step.reset(token)


def say(
    message: str, *, state: str = "note", fraction: float | None = None, seconds: float | None = None
) -> None:
    """Log one line about the current product and step; `fraction` is how much of the step is done, 0 to 1."""
    product, step_name = _product.get(), _step.get()
    where = " · ".join(part for part in (product, step_name) if part)
    took = "" if seconds is None else f" ({seconds:.1f} s)"
    logger.info(
        "%s: %s%s",
        where or "vitrine",
        message,
        took,
        extra={
            "product": product,
            "step": step_name,
            "state": state,
            "said": message,
            "fraction": fraction,
            "seconds": seconds,
        },
    )
