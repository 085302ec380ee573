"""Log the progress of conversions.

All records go to the logger `vitrine.progress`. Product, step, state and text are fields of the record, which
the terminal shows, Prefect stores and tests read.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from vitrine.fetching.redact import redact
from vitrine.plain_text import visible

logger = logging.getLogger("vitrine.progress")


@dataclass
class StepTimes:
    """How often the steps of a product ran, for how long, and how often they failed."""

    runs: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, seconds: float, *, failed: bool) -> None:
        """Add one run of a step."""
        self.runs[name] += 1
        self.failures[name] += failed
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


_times: ContextVar[StepTimes | None] = ContextVar("times", default=None)
_product: ContextVar[str] = ContextVar("product", default="")
_step: ContextVar[str] = ContextVar("step", default="")


@contextmanager
def bind_product(product_id: str) -> Iterator[StepTimes]:
    """Add this product to every record that the body logs; yield the times of the body's steps."""
    times = StepTimes()
    token, times_token = _product.set(product_id), _times.set(times)
    try:
        yield times
    finally:
        _product.reset(token)
        _times.reset(times_token)


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
        _end_step(name, text, time.monotonic() - start, failed=True)
        raise
    else:
        _end_step(name, "done", time.monotonic() - start, failed=False)
    finally:
        _step.reset(token)


def _end_step(name: str, text: str, seconds: float, *, failed: bool) -> None:
    log_progress(text, state="failed" if failed else "done", seconds=seconds)
    if times := _times.get():
        times.add(name, seconds, failed=failed)


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
