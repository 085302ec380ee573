"""What refers to what: the state that the checks of references share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from vitrine.gltf.validation.rows import Document, Rows
from vitrine.gltf.validation.schema.accessor_rules import COMPONENT_BYTES, WIDTHS

VERTEX_BUFFER = "vertex attributes"
INDEX_BUFFER = "indices"
OTHER = "other data"
IMAGE = "an image"
MATRICES = "inverse bind matrices"
USAGES_OF_TARGETS = {34962: VERTEX_BUFFER, 34963: INDEX_BUFFER}


class Format(NamedTuple):
    """The format of an accessor's elements."""

    type: str | None
    component: int
    normalized: bool = False

    def __str__(self) -> str:
        return f"{self.type} of {self.component}{' normalized' if self.normalized else ''}"


@dataclass(slots=True)
class DataCheck:
    """A check of an accessor's values, and where its issues are reported."""

    kind: str
    pointer: str
    limit: int = 0
    """Highest index for `indices`"""
    flag: bool = False
    """Triangle lists for `indices`, cubic splines for `quaternions`"""


@dataclass(slots=True)
class Linker:
    """References between the objects of a document, while they are resolved."""

    document: Document
    view_usages: list[str | None] = field(default_factory=list)
    accessor_usages: list[str | None] = field(default_factory=list)
    vertex_accessors: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Accessors of vertex attributes by buffer view, where the view has no byteStride"""
    data_checks: defaultdict[int, list[DataCheck]] = field(default_factory=lambda: defaultdict(list))
    """Checks of values by accessor"""

    def __post_init__(self) -> None:
        lists = self.document.lists
        self.view_usages = [USAGES_OF_TARGETS.get(target) for target in self._targets()]
        self.accessor_usages = [None] * len(lists["accessors"])
        for name, kind in (("lights", "light"), ("variants", "variant")):
            lists[name] = next(self.document.of(kind), Rows(kind, []))
        for name, rows in lists.items():
            self.document.used[name] = np.zeros(len(rows), bool)

    def _targets(self) -> list[Any]:
        return self.views.values.get("target", [])

    @property
    def views(self) -> Rows:
        return self.document.lists["bufferViews"]

    @property
    def accessors(self) -> Rows:
        return self.document.lists["accessors"]

    def add(self, code: str, pointer: str, *values: Any) -> None:
        """Add an issue."""
        self.document.issues.add(code, pointer, *values)

    def format(self, accessor: int) -> Format:
        """Return the format of an accessor."""
        values = self.accessors.values
        component, normalized = values["componentType"][accessor], values["normalized"][accessor]
        return Format(values["type"][accessor], component, normalized)

    def view_of(self, accessor: int) -> int | None:
        """Return the buffer view of an accessor, `None` without one."""
        view: int = self.accessors.values["bufferView"][accessor]
        return view if self.views.has(view) else None

    def stride_of_view(self, view: int) -> int:
        """Return the byteStride of a view, -1 without one."""
        stride: int = self.views.values["byteStride"][view]
        return stride

    def use_view(self, view: int, usage: str, pointer: str) -> None:
        """Note what a buffer view is used for; two purposes are an issue."""
        self.document.mark("bufferViews", view)
        known = self.view_usages[view]
        if known is None:
            self.view_usages[view] = usage
            if usage in (VERTEX_BUFFER, INDEX_BUFFER):
                self.add("BUFFER_VIEW_TARGET_MISSING", pointer)
        elif known != usage:
            self.add("BUFFER_VIEW_TARGET_OVERRIDE", pointer, known, usage)

    def use_accessor(self, accessor: int, usage: str, pointer: str) -> None:
        """Note what an accessor is used for; two purposes are an issue."""
        self.document.mark("accessors", accessor)
        known = self.accessor_usages[accessor]
        if known is None:
            self.accessor_usages[accessor] = usage
        elif known != usage:
            self.add("ACCESSOR_USAGE_OVERRIDE", pointer, known, usage)

    def check_data(self, accessor: int, check: DataCheck) -> None:
        """Check an accessor's values, later."""
        self.data_checks[accessor].append(check)


def element_bytes(kind: str | None, component: int) -> int:
    """Return the bytes of an element; columns of a matrix start at multiples of 4 bytes (section 3.6.2.4)."""
    size = COMPONENT_BYTES[component]
    if (kind, size) == ("MAT2", 1):
        return 6
    if kind == "MAT3" and size < 4:
        return 11 if size == 1 else 22
    return size * WIDTHS.get(kind or "", 0)


def natural_stride(kind: str | None, component: int) -> int:
    """Return the bytes from an element to the next in a view without a byteStride."""
    size = COMPONENT_BYTES[component]
    if (kind, size) == ("MAT2", 1):
        return 8
    if kind == "MAT3" and size < 4:
        return 12 * size
    return size * WIDTHS.get(kind or "", 0)
