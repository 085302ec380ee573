"""Read a table of any format: its header tells which."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats import google
from vitrine.feeds.formats.own_table import own_roles, read_own_table
from vitrine.feeds.formats.shopify_table import read_shopify_table
from vitrine.feeds.formats.woocommerce import read_woocommerce_table, size_columns
from vitrine.feeds.product import Reading
from vitrine.feeds.tables.column_names import SHOPIFY, WOOCOMMERCE
from vitrine.feeds.tables.columns import Columns, find_columns
from vitrine.feeds.tables.csv_rows import Row
from vitrine.feeds.tables.header import HEADER_WITHIN, Header, header_score
from vitrine.feeds.tables.lines import cell_text, data_lines
from vitrine.feeds.tables.mapping import list_names, mapped_names, mapped_roles, suggest_map, wanted_names
from vitrine.feeds.tables.plain_name import plain_name
from vitrine.feeds.values.dimensions import SIDES
from vitrine.feeds.values.length import is_decimal_comma, is_decimal_point
from vitrine.recipe import FeedOptions

SAMPLE_ROWS = 5_000
"""So many rows decide whether the numbers of a feed have decimal points."""
FEW_ROWS = 20
"""So many rows are looked at for sizes that stand together in one cell."""
JOINED_SIZES = re.compile(r"\d\s*\D{0,4}\s*[x×*]\s*\D{0,4}\d", re.IGNORECASE)
"""`12 x 9.6 x 8 cm`"""
SIZE_NAMES = ("dimension", "size", "measure", "abmess", "maße", "größe", "taille", "misure", "medidas")
KINDS = {"shopify": "Shopify export", "woocommerce": "WooCommerce export", "google": "Google Merchant feed"}
Roles = dict[str, tuple[int, ...]]


def open_table(rows: Iterable[Row], path: Path, options: FeedOptions, kind: str) -> Opened:
    """Return the products of a table; `kind` is what a table with our own columns is called.

    Rows above the header are skipped. Raises `FeedError` when required columns are missing, or a column is
    repeated.
    """
    above, head, rest = _header(iter(rows), path, options)
    columns = find_columns(head.cells)
    format_ = Header.of(head.cells).kind
    roles, units = _roles(format_, Header.of(head.cells), columns)
    roles |= mapped_roles(columns.names, options, str(path))
    has_sides = any(side in roles for side in SIDES)
    sample = list(itertools.islice(rest, SAMPLE_ROWS if has_sides else FEW_ROWS))
    rest = itertools.chain(sample, rest)
    reading = Reading(path.parent, options.unit, _point_is_decimal(sample, roles))
    lines = data_lines(rest, head, columns.names, roles, path.name)
    said = _said(above, head, columns.renamed if format_ == "table" else {}, path)
    if not has_sides:
        said = itertools.chain(said, _joined_sizes(sample, head, columns.names, path))
    match format_:
        case "shopify":
            entries = read_shopify_table(lines, reading)
        case "woocommerce":
            entries = read_woocommerce_table(lines, units, reading)
        case "google":
            entries = google.read_google_table(lines, reading)
        case _:
            entries = read_own_table(lines, columns, reading)
    return Opened(KINDS.get(format_, kind), itertools.chain(said, entries))


def _said(above: Sequence[Row], head: Row, renamed: Mapping[str, str], path: Path) -> Iterator[Entry]:
    if above:
        first, last = above[0].line, above[-1].line
        lines = f"lines {first} to {last} are" if len(above) > 1 else f"line {first} is"
        yield entry("FEED_REPAIRED", f"{lines} above the header and not read", f"{path.name}:{first}")
    for name, role in renamed.items():
        yield entry("COLUMN_MAPPED", f"column {name!r} is read as {role}", f"{path.name}:{head.line}")


def _joined_sizes(sample: Sequence[Row], head: Row, names: Sequence[str], path: Path) -> Iterator[Entry]:
    """Yield a finding for a column whose cells hold several sides: in which order is not known."""
    for at, name in enumerate(names):
        cells = [cell_text(row.cells[at]) for row in sample if at < len(row.cells)]
        joined = next((cell for cell in cells if JOINED_SIZES.search(cell)), None)
        if joined is not None and any(word in name for word in SIZE_NAMES):
            message = (
                f"column {name!r} is not read, as the order of {joined[:40]!r} is not known: "
                "give columns width, height and length"
            )
            yield entry("SIZES_NOT_READ", message, f"{path.name}:{head.line}")


def _header(rows: Iterator[Row], path: Path, options: FeedOptions) -> tuple[list[Row], Row, Iterator[Row]]:
    """Return the rows above the header, the header, and the rows below it."""
    wanted = wanted_names(options)
    first = list(itertools.islice((row for row in rows if not row.blank), HEADER_WITHIN))
    if not first:
        raise FeedError(f"{path}: empty; it has no line")
    at = max(
        range(len(first)),
        key=lambda number: (
            not _missing(first[number], options),
            header_score(first[number].cells, wanted),
            -number,
        ),
    )
    head = first[at]
    columns = find_columns(head.cells)
    named = [name for name in columns.names if name]
    mapped_roles(columns.names, options, str(path))
    if missing := _missing(head, options):
        raise FeedError(
            f"{path}: missing columns {', '.join(missing)}; found {list_names(named)}. "
            f"The first line of a feed names the columns: id,title,photo. {suggest_map(missing, named)}"
        )
    doubled = sorted(name for name, count in Counter(named).items() if count > 1)
    if doubled and Header.of(head.cells).kind == "table":
        raise FeedError(f"{path}: more than one column is called {', '.join(doubled)}")
    return first[:at], head, itertools.chain(first[at + 1 :], rows)


def _missing(row: Row, options: FeedOptions) -> list[str]:
    """The required columns that a row would not name as a header."""
    if Header.of(row.cells).kind != "table":
        return []
    plain = Header.of(row.cells)
    columns = find_columns(row.cells)
    mapped = mapped_names(options)
    return [
        role
        for role in columns.missing
        if not any(plain.has(plain_name(name)) for name in mapped.get(role, ()))
    ]


def _roles(format_: str, header: Header, columns: Columns) -> tuple[Roles, Mapping[str, str]]:
    """Return role -> positions of its columns, and side -> unit of its column."""
    if format_ == "shopify":
        return _positions(SHOPIFY, header), {}
    if format_ == "google":
        plain = Header(tuple(name.removeprefix("g:") for name in header.names))
        return _positions(google.ROLES, plain), {}
    if format_ == "woocommerce":
        roles = _positions(WOOCOMMERCE, header)
        sides, units = size_columns(header.names)
        shop_id = {"woocommerce id": roles.pop("id", ())}
        # The SKU is the id where there is one: people know it, and it outlives a move of the shop.
        return roles | shop_id | sides | {"id": roles.get("sku", ()) + shop_id["woocommerce id"]}, units
    return own_roles(columns), columns.units


def _positions(names: Mapping[str, tuple[str, ...]], header: Header) -> Roles:
    """Return role -> positions of all columns with one of its names, in the order of the names."""
    return {
        role: tuple(at for name in several for at, own in enumerate(header.names) if own == name)
        for role, several in names.items()
    }


def _point_is_decimal(rows: Iterable[Row], roles: Roles) -> bool:
    """Whether some size of the feed has a decimal point, and none a decimal comma."""
    positions = [at for side in SIDES for at in roles.get(side, ())]
    cells = [row.cells[at] for row in rows for at in positions if at < len(row.cells)]
    return any(map(is_decimal_point, cells)) and not any(map(is_decimal_comma, cells))
