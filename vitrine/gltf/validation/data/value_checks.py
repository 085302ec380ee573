"""Checks of an accessor's values; each looks at all blocks, and reports once."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.issue import Issues
from vitrine.gltf.validation.links.linker import DataCheck

VECTOR_TOLERANCE = 0.00674
QUATERNION_TOLERANCE = 0.00769
"""Somewhat more than the largest error of a unit vector, and of a quaternion, in signed 8-bit integers."""
LAST_ROW = np.array([0, 0, 0, 1], np.float32)
BOUNDS = (
    ("min", "ACCESSOR_MIN_MISMATCH", "ACCESSOR_ELEMENT_OUT_OF_MIN_BOUND"),
    ("max", "ACCESSOR_MAX_MISMATCH", "ACCESSOR_ELEMENT_OUT_OF_MAX_BOUND"),
)
Array = npt.NDArray[Any]


class ValueCheck(Protocol):
    """A check of the values of one accessor."""

    pointer: str
    """Of the issues that `report` adds"""

    def look(self, start: int, block: Array) -> None:
        """Look at the elements from number `start`, (n, width)."""

    def report(self, issues: Issues) -> None:
        """Add the issues that were found."""


class Wrong:
    """Values that break one rule: how many, and the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first: tuple[int, Any] = (0, 0)

    def add(self, start: int, flags: npt.NDArray[np.bool_], values: Array) -> None:
        """Add the flagged ones of (n,) values; `start` is the number of the first value."""
        found = int(np.count_nonzero(flags))
        if found and not self.count:
            place = int(np.argmax(flags))
            self.first = (start + place, values[place].item())
        self.count += found

    def report(self, issues: Issues, code: str, pointer: str, *values: Any) -> None:
        """Add an issue if a value is wrong."""
        if self.count:
            issues.add(code, pointer, self.count, *self.first, *values)


class FiniteCheck:
    """Floats are neither NaN nor infinite."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.wrong = Wrong()

    def look(self, start: int, block: Array) -> None:
        # A sum is finite only if every value is: one pass without an array of flags.
        with np.errstate(invalid="ignore", over="ignore"):
            if np.isfinite(block.sum(dtype=np.float64)):
                return
        self.wrong.add(start * block.shape[1], ~np.isfinite(block).ravel(), block.ravel())

    def report(self, issues: Issues) -> None:
        self.wrong.report(issues, "ACCESSOR_INVALID_FLOAT", self.pointer)


class BoundsCheck:
    """`min` and `max` are those of the values; NaN counts only as the first value."""

    def __init__(self, pointer: str, low: list[Any] | None, high: list[Any] | None) -> None:
        self.pointer = pointer
        self.stated = (low, high)
        self.found: list[Array | None] = [None, None]
        self.outside: list[Any] = [0, 0]

    def look(self, start: int, block: Array) -> None:  # noqa: ARG002  # a method of every check
        columns = np.array(block.T, order="C")
        if columns.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                columns += 0  # makes signaling NaNs quiet: `fmin` and `fmax` take the others as numbers
        for side, (reduce, stated) in enumerate(zip((np.fmin, np.fmax), self.stated, strict=True)):
            if stated is None:
                continue
            found = reduce.reduce(columns, axis=1)
            known = self.found[side]
            if known is None:
                first = columns[:, 0]
                self.found[side] = np.where(first == first, found, first)
            else:
                self.found[side] = np.where(known == known, reduce(known, found), known)
            with np.errstate(invalid="ignore"):
                limit = np.array(stated, np.float64)[:, None]
                beyond = found < limit[:, 0] if side == 0 else found > limit[:, 0]
                if beyond.any():
                    flags = columns < limit if side == 0 else columns > limit
                    self.outside[side] = self.outside[side] + np.count_nonzero(flags, axis=1)

    def report(self, issues: Issues) -> None:
        for side, (name, mismatch, exceeded) in enumerate(BOUNDS):
            found, stated = self.found[side], self.stated[side]
            if found is None or stated is None:
                continue
            outside = np.broadcast_to(self.outside[side], found.shape)
            for place, (limit, value) in enumerate(zip(stated, found.tolist(), strict=True)):
                if limit == value:
                    continue
                pointer = f"{self.pointer}/{name}/{place}"
                issues.add(mismatch, pointer, limit, value)
                if outside[place]:
                    issues.add(exceeded, pointer, int(outside[place]), limit)


class UnitCheck:
    """Normals and the first three components of tangents are of length one; w of a tangent is 1 or -1."""

    def __init__(self, pointer: str, *, signed: bool, normalized: bool) -> None:
        self.pointer = pointer
        self.signed = signed
        self.normalized = normalized
        self.wrong, self.wrong_sign = Wrong(), Wrong()

    def look(self, start: int, block: Array) -> None:
        values = as_floats(block, normalized=self.normalized)
        lengths = _lengths(values[:, :3])
        self.wrong.add(start, np.abs(lengths - 1) > VECTOR_TOLERANCE, lengths)
        if self.signed:
            self.wrong_sign.add(start, np.abs(values[:, 3]) != 1, values[:, 3])

    def report(self, issues: Issues) -> None:
        self.wrong.report(issues, "ACCESSOR_VECTOR3_NON_UNIT", self.pointer)
        self.wrong_sign.report(issues, "ACCESSOR_INVALID_SIGN", self.pointer)


class QuaternionCheck:
    """Quaternions are of length one; of a cubic spline only the second of three elements is one."""

    def __init__(self, pointer: str, *, cubic: bool, normalized: bool) -> None:
        self.pointer = pointer
        self.cubic = cubic
        self.normalized = normalized
        self.wrong = Wrong()

    def look(self, start: int, block: Array) -> None:
        values = as_floats(block[1::3] if self.cubic else block, normalized=self.normalized)
        lengths = _lengths(values)
        self.wrong.add(start, np.abs(lengths - 1) > QUATERNION_TOLERANCE, lengths)

    def report(self, issues: Issues) -> None:
        code = "ACCESSOR_ANIMATION_SAMPLER_OUTPUT_NON_NORMALIZED_QUATERNION"
        self.wrong.report(issues, code, self.pointer)


class ColorCheck:
    """Colours of floats are between 0 and 1."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.wrong = Wrong()

    def look(self, start: int, block: Array) -> None:
        with np.errstate(invalid="ignore"):
            flags = (block > 1) | (block < 0)
        self.wrong.add(start * block.shape[1], flags.ravel(), block.ravel())

    def report(self, issues: Issues) -> None:
        self.wrong.report(issues, "ACCESSOR_NON_CLAMPED", self.pointer)


class IndexCheck:
    """Indices refer to vertices, are not the highest value, and make triangles of three vertices."""

    def __init__(self, check: DataCheck, dtype: np.dtype[Any], count: int) -> None:
        self.pointer, self.last = check.pointer, check.limit
        self.restart_value = int(np.iinfo(dtype).max)
        self.triangles = count // 3 if check.flag else 0
        self.outside, self.restart = Wrong(), Wrong()
        self.degenerate = 0

    def look(self, start: int, block: Array) -> None:
        indices = block[:, 0]
        highest = int(indices.max()) if len(indices) else 0
        if highest > self.last:
            self.outside.add(start, indices > self.last, indices)
        if highest == self.restart_value:
            self.restart.add(start, indices == self.restart_value, indices)
        if self.triangles:
            a, b, c = (indices[corner : len(indices) // 3 * 3 : 3] for corner in range(3))
            self.degenerate += int(np.count_nonzero((a == b) | (b == c) | (a == c)))

    def report(self, issues: Issues) -> None:
        self.outside.report(issues, "ACCESSOR_INDEX_OOB", self.pointer, self.last)
        self.restart.report(issues, "ACCESSOR_INDEX_PRIMITIVE_RESTART", self.pointer)
        if self.degenerate:
            values = (self.degenerate, self.triangles)
            issues.add("ACCESSOR_INDEX_TRIANGLE_DEGENERATE", self.pointer, *values)


class TimeCheck:
    """Times of key frames are not negative, and increase."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.negative, self.falling = Wrong(), Wrong()
        self.last = 0.0

    def look(self, start: int, block: Array) -> None:
        times = block[:, 0]
        with np.errstate(invalid="ignore"):
            below = times < 0
            self.negative.add(start, below, times)
            kept = times[~below]
            before = np.concatenate([[self.last], kept[:-1]]) if len(kept) else kept
            falling = kept <= before
        if start == 0 and len(falling) and not below[0]:
            falling[0] = False
        self.falling.add(start, falling, kept)
        if len(kept):
            self.last = float(kept[-1])

    def report(self, issues: Issues) -> None:
        self.negative.report(issues, "ACCESSOR_ANIMATION_INPUT_NEGATIVE", self.pointer)
        self.falling.report(issues, "ACCESSOR_ANIMATION_INPUT_NON_INCREASING", self.pointer)


class MatrixCheck:
    """The last row of an inverse bind matrix is 0, 0, 0, 1."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.wrong = Wrong()

    def look(self, start: int, block: Array) -> None:
        row = block[:, 3::4]
        self.wrong.add(start * 4, (row != LAST_ROW).ravel(), row.ravel())

    def report(self, issues: Issues) -> None:
        self.wrong.report(issues, "ACCESSOR_INVALID_IBM", self.pointer)


def as_floats(block: Array, *, normalized: bool) -> Array:
    """Return values as float64; normalized integers by the equations of section 3.6.2.2."""
    with np.errstate(invalid="ignore"):  # signaling NaNs
        values = block.astype(np.float64)
    if normalized and block.dtype.kind != "f":
        values /= np.iinfo(block.dtype).max
        np.maximum(values, -1, out=values)
    return values


def _lengths(values: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        lengths: Array = np.sqrt(np.einsum("ij,ij->i", values, values))
    return lengths
