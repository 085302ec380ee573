"""Log the progress of conversions.

All records go to the logger `vitrine.progress`. Product, step, state and text are fields of the record, which
the terminal shows, Prefect stores and tests read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from vitrine.fetching.redact import redact
from vitrine.plain_text import visible

logger = logging.getLogger("vitrine.progress")

_product: ContextVar[str] = ContextVar("product", default="")
_step: ContextVar[str] = ContextVar("step", default="")


@contextmanager
def bind_product(product_id: str) -> Iterator[None]:
    """Add this product to every record that the body logs."""
    token = _product.set(product_id)
    try:
        yield
    finally:
        _product.reset(token)


def current_product() -> str:
    """Return the id of the product that is bound, or an empty string."""
    return _product.get()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Log the start of a step, and its end: done, or failed with the error."""
    token = _step.set(name)
    start = time.monotonic()
    log_progress("started", state="started")
    try:
        yield
    except BaseException as error:
        text = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "stopped"
        log_progress(text, state="failed", seconds=time.monotonic() - start)
        raise
    else:
        log_progress("done", state="done", seconds=time.monotonic() - start)
    finally:
        _step.reset(token)


def log_progress(
    message: str, *, state: str = "note", fraction: float | None = None, seconds: float | None = None
) -> None:
    """Log a message about the current product and step; `fraction` is the share that is done, 0 to 1."""
    product, step_name = visible(_product.get()), _step.get()
    message = visible(redact(message))
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
            "text": message,
            "fraction": fraction,
            "seconds": seconds,
        },
    )
