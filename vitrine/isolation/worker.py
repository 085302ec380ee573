"""The worker process: it runs one call after another, each within limits of memory and processor time."""

from __future__ import annotations

import importlib
import math
import os
import pickle  # requests come from the process that has started this one
import resource
import struct
import sys
from gc import set_threshold
from pathlib import Path
from typing import Any, get_type_hints

from vitrine.errors import VitrineError
from vitrine.isolation.messages import as_plain, pack


def main() -> None:
    """Answer requests on stdin until it is closed."""
    set_threshold(200_000)  # imports make tens of thousands of objects that stay
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for module in sys.argv[1:]:
        importlib.import_module(module)
    while head := requests.read(8):
        request = requests.read(struct.unpack("<Q", head)[0])
        module, name, args, kwargs, memory_bytes, cpu_s = pickle.loads(request)  # noqa: S301
        answers.write(pack(_answer(module, name, args, kwargs, memory_bytes, cpu_s)))
        answers.flush()


def _answer(
    module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], memory_bytes: int, cpu_s: float
) -> dict[str, Any]:
    try:
        function = getattr(importlib.import_module(module), name)
        kind = get_type_hints(function)["return"]
        _set_limits(memory_bytes, cpu_s)
        result = as_plain(function(*args, **kwargs), kind)
    except VitrineError as error:
        numbers = {key: value for key, value in vars(error).items() if isinstance(value, int | float | bool)}
        return {"error": type(error).__name__, "message": str(error), "fields": numbers}
    except MemoryError:
        return {"error": "MemoryError", "message": ""}
    except Exception as error:  # what went wrong here is told there, and this process goes on
        return {"error": "", "message": f"{type(error).__name__}: {error}"}
    finally:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    return {"result": result, "max_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def _set_limits(memory_bytes: int, cpu_s: float) -> None:
    """Allow so much more memory and processor time than are in use."""
    _limit(resource.RLIMIT_AS, _address_space_bytes() + memory_bytes)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + cpu_s))


def _address_space_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux
        return 0


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(which, (value, hard))
    except (ValueError, OSError):  # macOS has no limit of the address space
        return


if __name__ == "__main__":
    main()
