"""What was made stays made: a step that has run on the same input with the same code is not run again.

A record under `done/` of the work store names the contents a step has made, which lie in the same store. So
both are there or neither, for every machine that shares the store, whatever became of the run that made them.
The ledger records purchases; they are not cached here.
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

import vitrine
from tasks.resources import work_store
from vitrine.errors import NotFound
from vitrine.models import Blob
from vitrine.progress import say
from vitrine.storage.work_store import WorkStore

P = ParamSpec("P")
R = TypeVar("R")


def cached(body: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Run a step once for equal arguments and equal code of the library; then answer from the work store."""

    @functools.wraps(body)
    async def look_first(*args: P.args, **kwargs: P.kwargs) -> R:
        answers: TypeAdapter[R] = TypeAdapter(get_type_hints(body)["return"])
        store = work_store()
        key = _key(body.__name__, args, kwargs)
        known = _recall(store, key, answers)
        if known is not None:
            say("already done")
            return known
        made = await body(*args, **kwargs)
        store.bucket.put(key, answers.dump_json(made), media_type="application/json")
        return made

    return look_first


def _key(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    said = json.dumps(to_jsonable_python([_code(), args, kwargs]), sort_keys=True, separators=(",", ":"))
    return f"done/{name}/{hashlib.sha256(said.encode()).hexdigest()}.json"


def _recall(store: WorkStore, key: str, answers: TypeAdapter[R]) -> R | None:
    """The answer on record, unless there is none, it is of another shape, or its contents are gone."""
    try:
        known = answers.validate_json(store.bucket.get(key))
    except (NotFound, ValidationError):
        return None
    return known if all(store.has(blob) for blob in _blobs(known)) else None


def _blobs(value: object) -> Iterator[Blob]:
    if isinstance(value, Blob):
        yield value
    elif isinstance(value, BaseModel):
        for _, field in value:
            yield from _blobs(field)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _blobs(item)


@functools.cache
def _code() -> str:
    """sha256 (hex) of the library's sources: other code, other results."""
    folder = Path(vitrine.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
