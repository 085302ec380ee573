"""Check the values of all accessors."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from vitrine.gltf.validation.data.budget import Budget
from vitrine.gltf.validation.data.buffers import Buffers
from vitrine.gltf.validation.data.elements import Elements, read_elements, sparse_indices
from vitrine.gltf.validation.data.value_checks import (
    BoundsCheck,
    ColorCheck,
    FiniteCheck,
    IndexCheck,
    MatrixCheck,
    QuaternionCheck,
    TimeCheck,
    UnitCheck,
    ValueCheck,
    Wrong,
)
from vitrine.gltf.validation.links.linker import DataCheck, Linker


def check_accessors(linker: Linker, buffers: Buffers, budget: Budget) -> None:
    """Check the values of each accessor: its own rules, and those of what uses it.

    Raises `LimitExceeded` when many accessors refer to the same bytes.
    """
    for row in range(len(linker.accessors)):
        _check_sparse_indices(linker, row, buffers)
        elements = read_elements(linker, row, buffers)
        if elements is None:
            continue
        checks = _own_checks(linker, row, elements)
        uses = _uses(linker, row, elements)
        budget.take(elements.stored_bytes() * max(len(uses), 1))
        for start, block in elements.blocks():
            for check in (*checks, *(check for check, _ in uses)):
                check.look(start, block)
        for check in checks:
            check.report(linker.document.issues)
        for check, pointers in uses:
            for check.pointer in pointers:
                check.report(linker.document.issues)


def _check_sparse_indices(linker: Linker, row: int, buffers: Buffers) -> None:
    """Indices of a sparse accessor increase, and are those of elements."""
    found = sparse_indices(linker, row, buffers)
    if found is None:
        return
    pointer, indices = found
    count = linker.accessors.values["count"][row]
    falling, outside = Wrong(), Wrong()
    falling.add(1, indices[1:] <= indices[:-1], indices[1:])
    outside.add(0, indices.astype(np.int64) >= count, indices)
    falling.report(linker.document.issues, "ACCESSOR_SPARSE_INDICES_NON_INCREASING", pointer)
    outside.report(linker.document.issues, "ACCESSOR_SPARSE_INDEX_OOB", pointer, count)


def _own_checks(linker: Linker, row: int, elements: Elements) -> list[ValueCheck]:
    values = linker.accessors.values
    pointer = linker.accessors.pointer(row)
    checks: list[ValueCheck] = []
    if elements.dtype.kind == "f":
        checks.append(FiniteCheck(pointer))
    low, high = values["min"][row], values["max"][row]
    if low is not None or high is not None:
        checks.append(BoundsCheck(pointer, low, high))
    return checks


def _uses(linker: Linker, row: int, elements: Elements) -> list[tuple[ValueCheck, list[str]]]:
    """Return the checks of what uses an accessor, and where; the same check of several uses is one."""
    pointers: defaultdict[tuple[str, int, bool], list[str]] = defaultdict(list)
    for check in linker.data_checks.get(row, ()):
        pointers[check.kind, check.limit, check.flag].append(check.pointer)
    normalized = linker.accessors.values["normalized"][row]
    return [
        (_check_of(DataCheck(kind, places[0], limit, flag), elements, normalized=normalized), places)
        for (kind, limit, flag), places in pointers.items()
    ]


def _check_of(check: DataCheck, elements: Elements, *, normalized: bool) -> ValueCheck:
    match check.kind:
        case "normal" | "tangent":
            return UnitCheck(check.pointer, signed=check.kind == "tangent", normalized=normalized)
        case "color":
            return ColorCheck(check.pointer)
        case "indices":
            return IndexCheck(check, elements.dtype, elements.count)
        case "times":
            return TimeCheck(check.pointer)
        case "quaternions":
            return QuaternionCheck(check.pointer, cubic=check.flag, normalized=normalized)
        case "matrices":
            return MatrixCheck(check.pointer)
        case _:
            raise ValueError(f"{check.kind} is no check")
