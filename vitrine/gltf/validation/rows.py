"""All objects of one type in a document, as a table: a row an object, a column a property.

A file with 300,000 nodes is checked property by property; what a later check needs stays in the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.issue import Issues, join_pointer


class Rows:
    """Objects of one type that the same property of their parents holds."""

    def __init__(
        self,
        kind: str,
        items: list[dict[str, Any]],
        path: tuple[str, ...] = (),
        parent: Rows | None = None,
        owners: list[int] | None = None,
        numbers: list[int] | None = None,
    ) -> None:
        self.kind = kind
        self.items = items
        self.path = path
        """Reference tokens from the parent to the object, or to the list that holds it"""
        self.parent = parent
        self.owners = owners if owners is not None else [0] * len(items)
        """Row of the parent of each object"""
        self.numbers = numbers
        """Index of each object in its list; `None` where the property is no list"""
        self.present: list[bool] | None = None
        """Which rows are objects; `None` for all"""
        self.values: defaultdict[str, list[Any]] = defaultdict(list)
        """Columns: valid values, and the property's default where there is none"""
        self.children: dict[tuple[str, ...], Rows] = {}
        self.extension_counts: list[int] = []
        """How many objects `extensions` of each row has that belong there"""

    def __len__(self) -> int:
        return len(self.items)

    def pointer(self, row: int, *tokens: str | int) -> str:
        """Return the JSON pointer of an object, or of a property of it."""
        return join_pointer(self._base(row), *tokens)

    def _base(self, row: int) -> str:
        if self.parent is None:
            return ""
        base = join_pointer(self.parent._base(self.owners[row]), *self.path)
        return base if self.numbers is None else f"{base}/{self.numbers[row]}"

    def is_present(self, row: int) -> bool:
        """Whether a row is an object."""
        return self.present is None or self.present[row]

    def has(self, index: int) -> bool:
        """Whether an index, -1 for none, refers to an object."""
        return 0 <= index < len(self.items) and self.is_present(index)

    def array(self, name: str) -> npt.NDArray[np.int64]:
        """Return a column of indices as (n,) int64; what is larger than 2⁵³ becomes 2⁵³."""
        return np.array([min(value, 1 << 53) for value in self.values[name]], np.int64)

    def presence(self) -> npt.NDArray[np.bool_]:
        """Return which rows are objects, as (n,) bool."""
        return np.ones(len(self.items), bool) if self.present is None else np.array(self.present, bool)

    def holds(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return which indices, -1 for none, refer to an object, as (n,) bool."""
        known: npt.NDArray[np.bool_] = (indices >= 0) & (indices < len(self.items))
        if self.present is not None and known.any():
            known &= self.presence()[np.where(known, indices, 0)]
        return known

    def root_row(self, row: int, kind: str) -> int | None:
        """Return the row of the nearest ancestor of a type, `None` without one."""
        rows: Rows | None = self
        while rows is not None and rows.kind != kind:
            row, rows = rows.owners[row], rows.parent
        return None if rows is None else row


class Document:
    """A document whose objects are being checked."""

    def __init__(self, root: dict[str, Any], issues: Issues, *, is_glb: bool) -> None:
        self.root = root
        self.issues = issues
        self.is_glb = is_glb
        self.by_kind: defaultdict[str, list[Rows]] = defaultdict(list)
        self.lists: dict[str, Rows] = {}
        """The lists of the document, such as `nodes`; empty where there is none"""
        self.extensions_used: set[str] = set()
        self.extensions_loaded: set[str] = set()
        """Those of `extensionsUsed` that are checked"""
        self.more: Document | None = None
        """Objects of further extensions, whose issues are kept apart"""
        self.used: dict[str, npt.NDArray[np.bool_]] = {}
        """Which objects of each list something refers to"""

    def mark(self, name: str, index: int) -> None:
        """Note that something refers to an object of a list."""
        self.used[name][index] = True

    def resolve(self, name: str, index: int, code_pointer: str) -> bool:
        """Whether an index (-1 for none) refers to an object of a list; a wrong one is an issue."""
        if self.lists[name].has(index):
            return True
        if index != -1:
            self.issues.add("UNRESOLVED_REFERENCE", code_pointer, index)
        return False

    def of(self, kind: str) -> Iterator[Rows]:
        """All tables of a type of object."""
        return iter(self.by_kind.get(kind, ()))


class Cursor:
    """The row that is being checked."""

    __slots__ = ("document", "row", "rows")

    def __init__(self, document: Document, rows: Rows, row: int = 0) -> None:
        self.document = document
        self.rows = rows
        self.row = row

    def add(self, code: str, *tokens: str | int, values: tuple[Any, ...] = ()) -> None:
        """Add an issue with the object, or with a property of it."""
        self.document.issues.add(code, self.rows.pointer(self.row, *tokens), *values)
