"""Import OpenUSD, which takes 0.1 s, when it is needed."""

from __future__ import annotations

import functools
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from vitrine.errors import ConfigError, ModelError

P = ParamSpec("P")
R = TypeVar("R")
_lock = threading.RLock()


def one_at_a_time(function: Callable[P, R]) -> Callable[P, R]:
    """Let one thread at a time into functions that call OpenUSD.

    Its bindings hold Python's lock while they wait for locks of their own: two threads wait for each other.
    """

    @functools.wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with _lock:
            return function(*args, **kwargs)

    return alone


def load_usd() -> None:
    """Load OpenUSD's libraries, if they are installed, while no other thread computes.

    Their initialisation gives up Python's lock while it holds the dynamic linker's. A thread that takes
    Python's lock meanwhile and then needs the linker, for a library or thread-local storage, waits for ever.
    """
    with suppress(ConfigError):
        open_usd()


def open_usd() -> Any:
    """Return a namespace with the modules of `pxr` that are used here.

    Raises `ConfigError` where the package `usd-core` is not installed.
    """
    try:
        from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, UsdValidation, Vt
    except ImportError as error:
        raise ConfigError(
            "USDZ needs the package usd-core: install it, or set usdz.enabled = false in the recipe"
        ) from error
    modules = ModuleType("usd")
    for module in (Gf, Sdf, Usd, UsdGeom, UsdShade, UsdValidation, Vt):
        setattr(modules, module.__name__.rpartition(".")[2], module)
    return modules


@contextmanager
def open_stage(usd: Any, data: bytes) -> Iterator[tuple[Any, Path]]:
    """Yield the stage of a package, and the file that it is open from.

    Raises `ModelError` for a file that OpenUSD does not open.
    """
    with tempfile.TemporaryDirectory(prefix="vitrine_usd_") as folder:
        path = Path(folder) / "model.usdz"
        path.write_bytes(data)
        try:
            stage = usd.Usd.Stage.Open(str(path))
        except Exception as error:  # pxr.Tf.ErrorException, and whatever a broken layer raises
            raise ModelError(f"OpenUSD does not open the file: {error}") from error
        yield stage, path
