"""Read a table with our own columns: `id,title,photo` and more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vitrine.feeds.feed import Entry
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.tables.columns import ROLES, Columns
from vitrine.feeds.tables.lines import Line, cell_text
from vitrine.feeds.values.dimensions import SIDES


def own_roles(columns: Columns) -> dict[str, tuple[int, ...]]:
    """Return role -> the positions of its columns; `photo` has those with further photos, too."""
    roles: dict[str, tuple[int, ...]] = {role: (at,) for role, at in columns.roles.items()}
    if "photo" in roles:
        roles["photo"] += columns.further
    return roles


def read_own_table(lines: Iterable[Line | Entry], columns: Columns, reading: Reading) -> Iterator[Entry]:
    """Yield a product or findings for each line.

    `length,width,height,unit,category` are optional; any other column becomes metadata. `|` separates
    several photos.
    """
    for line in lines:
        if isinstance(line, Line):
            yield from read_product(_raw(line, columns), reading, line.pointer)
        else:
            yield line


def _raw(line: Line, columns: Columns) -> RawProduct:
    taken = {at for positions in line.roles.values() for at in positions}
    others = {
        name: cell_text(cell).strip()
        for at, (name, cell) in enumerate(zip(columns.names, line.cells, strict=False))
        if at not in taken and name and name not in ROLES
    }
    return RawProduct(
        id=line["id"],
        title=line["title"],
        photos=line.all("photo"),
        sizes={name: line.raw(name) for name in (*SIDES, "unit")},
        header_units=columns.units,
        category=line["category"] or None,
        metadata={name: text for name, text in others.items() if text},
    )
