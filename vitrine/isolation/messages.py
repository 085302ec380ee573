"""Messages between a process and its workers: lengths, JSON, and bytes beside it.

An answer is data, and no code: it comes from a process that has read bytes from elsewhere. The caller knows
the type of what it has asked for, and checks the answer against it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

BYTES = "$bytes"
MAX_PARTS = 10_000
MAX_PART_BYTES = 2_000_000_000


def pack(value: Any) -> bytes:
    """Serialize numbers, texts, bytes, lists, tuples and dicts as JSON, with the bytes after it."""
    parts: list[bytes] = []

    def plain(item: Any) -> Any:
        if isinstance(item, bytes | bytearray | memoryview):
            parts.append(bytes(item))
            return {BYTES: len(parts) - 1}
        if isinstance(item, list | tuple):
            return [plain(each) for each in item]
        if isinstance(item, dict):
            return {str(key): plain(each) for key, each in item.items()}
        return str(item) if isinstance(item, Decimal | Path) else item

    text = json.dumps(plain(value)).encode()
    sizes = struct.pack(f"<{len(parts) + 2}Q", len(parts) + 1, len(text), *map(len, parts))
    return b"".join([sizes, text, *parts])


def unpack(read: Callable[[int], bytes]) -> Any:
    """Read one message by `read(size)`, which returns that many bytes. Raises `ValueError`."""
    (count,) = struct.unpack("<Q", read(8))
    if not 1 <= count <= MAX_PARTS:
        raise ValueError(f"a message of {count} parts")
    sizes = struct.unpack(f"<{count}Q", read(8 * count))
    if sum(sizes) > MAX_PART_BYTES:
        raise ValueError(f"a message of {sum(sizes):,} bytes")
    text, *parts = (read(size) for size in sizes)

    def full(item: Any) -> Any:
        if isinstance(item, dict):
            return parts[item[BYTES]] if item.keys() == {BYTES} else {k: full(v) for k, v in item.items()}
        return [full(each) for each in item] if isinstance(item, list) else item

    return full(json.loads(text))


def as_plain(value: Any, kind: Any) -> Any:
    """Turn a result of the type `kind` into what `pack` takes."""
    from pydantic import TypeAdapter  # not needed to start a worker

    return TypeAdapter(kind).dump_python(value)


def as_result(plain: Any, kind: Any) -> Any:
    """Return the result of the type `kind`. Raises `ValueError` where the answer is no such result."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_python(plain)
