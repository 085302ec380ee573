"""Run a step once for equal inputs and equal code; later runs read its result from the work store.

A record under `done/` of the work store names the blobs that a step has written to the same store. Every
machine that shares the store shares the results, whatever became of the run that computed them. Purchases are
not cached here: the ledger records them.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from tasks.code_version import code_version
from tasks.resources import work_store
from vitrine.errors import NotFound
from vitrine.models import Blob
from vitrine.progress import log_progress
from vitrine.storage.work_store import WorkStore

P = ParamSpec("P")
R = TypeVar("R")


def cached(body: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Return the recorded result of a step where its arguments and its code are those of an earlier run.

    The code is what `tasks.code_version` hashes of the file that defines `body`. A failure is not recorded.
    """

    @functools.wraps(body)
    async def read_or_run(*args: P.args, **kwargs: P.kwargs) -> R:
        results: TypeAdapter[R] = TypeAdapter(get_type_hints(body)["return"])
        store = work_store()
        key = _key(body, args, kwargs)
        recorded = _read(store, key, results)
        if recorded is not None:
            log_progress("already done")
            return recorded
        result = await body(*args, **kwargs)
        store.bucket.put(key, results.dump_json(result), media_type="application/json")
        return result

    return read_or_run


_code_version = functools.cache(code_version)  # a process runs the code that it started with


def _key(body: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    code = _code_version(Path(body.__code__.co_filename))
    inputs = json.dumps(to_jsonable_python([code, args, kwargs]), sort_keys=True, separators=(",", ":"))
    return f"done/{body.__name__}/{hashlib.sha256(inputs.encode()).hexdigest()}.json"


def _read(store: WorkStore, key: str, results: TypeAdapter[R]) -> R | None:
    """The recorded result; `None` without one, where it does not validate, or where a blob is gone."""
    try:
        result = results.validate_json(store.bucket.get(key))
    except (NotFound, ValidationError):
        return None
    return result if all(store.has(blob) for blob in _blobs(result)) else None


def _blobs(value: object) -> Iterator[Blob]:
    if isinstance(value, Blob):
        yield value
    elif isinstance(value, BaseModel):
        for _, field in value:
            yield from _blobs(field)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _blobs(item)
