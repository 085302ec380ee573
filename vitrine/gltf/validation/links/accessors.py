"""Buffer views and accessors: do they fit into what they refer to (glTF 2.0 sections 3.6.1 and 3.6.2)?"""

from __future__ import annotations

from vitrine.gltf.validation.issue import Issues
from vitrine.gltf.validation.links.linker import OTHER, Linker, element_bytes, natural_stride
from vitrine.gltf.validation.rows import Rows
from vitrine.gltf.validation.schema.accessor_rules import COMPONENT_BYTES, WIDTHS


def link_buffer_views(linker: Linker) -> None:
    """Each view refers to a buffer, and lies inside it."""
    rows, buffers = linker.views, linker.document.lists["buffers"]
    for row in range(len(rows)):
        buffer = rows.values["buffer"][row]
        if not linker.document.resolve("buffers", buffer, rows.pointer(row, "buffer")):
            continue
        linker.document.mark("buffers", buffer)
        size = buffers.values["byteLength"][buffer]
        offset, length = rows.values["byteOffset"][row], rows.values["byteLength"][row]
        if size == -1:
            continue
        if offset >= size:
            linker.add("BUFFER_VIEW_TOO_LONG", rows.pointer(row, "byteOffset"), buffer, size)
        elif offset + length > size:
            linker.add("BUFFER_VIEW_TOO_LONG", rows.pointer(row, "byteLength"), buffer, size)


def link_accessors(linker: Linker) -> None:
    """Each accessor lies inside its view, aligned; so do the two parts of a sparse one."""
    for row in range(len(linker.accessors)):
        if is_complete(linker.accessors, row):
            _link_view(linker, row)
            _link_sparse(linker, row)


def is_complete(accessors: Rows, row: int) -> bool:
    """Whether an accessor has a type, a component type and a count."""
    values = accessors.values
    return (
        accessors.is_present(row)
        and values["componentType"][row] != -1
        and values["count"][row] != -1
        and values["type"][row] is not None
    )


def byte_length(linker: Linker, row: int) -> int:
    """Return the bytes from the first to the last of an accessor."""
    values = linker.accessors.values
    kind, component = values["type"][row], values["componentType"][row]
    length: int = byte_stride(linker, row) * (values["count"][row] - 1) + element_bytes(kind, component)
    return length


def byte_stride(linker: Linker, row: int) -> int:
    """Return the bytes from an element to the next."""
    values = linker.accessors.values
    view = linker.view_of(row)
    stated = -1 if view is None else linker.stride_of_view(view)
    return stated if stated != -1 else natural_stride(values["type"][row], values["componentType"][row])


def _link_view(linker: Linker, row: int) -> None:
    accessors = linker.accessors
    values = accessors.values
    view = values["bufferView"][row]
    if not linker.document.resolve("bufferViews", view, accessors.pointer(row, "bufferView")):
        return
    linker.document.mark("bufferViews", view)
    kind, component = values["type"][row], values["componentType"][row]
    stride, size = linker.stride_of_view(view), element_bytes(kind, component)
    if stride != -1 and stride < size:
        linker.add("ACCESSOR_SMALL_BYTESTRIDE", accessors.pointer(row), stride, size)
    offset, length = values["byteOffset"][row], byte_length(linker, row)
    report = (linker.document.issues, accessors.pointer(row))
    fits_view(offset, COMPONENT_BYTES[component], length, linker.views, view, report)


def fits_view(
    offset: int,
    size: int,
    length: int,
    views: Rows,
    view: int,
    report: tuple[Issues, str] | None = None,
) -> bool:
    """Whether `length` bytes from `offset` lie inside a view, aligned to components of `size` bytes.

    Issues are added only with `report`: to what, and with which pointer.
    """
    if offset == -1:
        return False
    start, available = views.values["byteOffset"][view], views.values["byteLength"][view]
    broken: list[tuple[str, str, tuple[int, ...]]] = []
    if offset % size:
        broken.append(("ACCESSOR_OFFSET_ALIGNMENT", "/byteOffset", (offset, size)))
    if start != -1 and (start + offset) % size:
        broken.append(("ACCESSOR_TOTAL_OFFSET_ALIGNMENT", "", (start + offset, size)))
    if start != -1 and offset + length > available:
        end = "/byteOffset" if offset > available else ""
        broken.append(("ACCESSOR_TOO_LONG", end, (offset, length, view, available)))
    if report is not None:
        issues, pointer = report
        for code, end, values in broken:
            issues.add(code, pointer + end, *values)
    return not broken and start != -1


def sparse_parts(linker: Linker, row: int) -> tuple[Rows, Rows, Rows, int, int, int] | None:
    """Return the tables of a sparse accessor's objects and their rows; `None` unless all are there."""
    number = linker.accessors.values["sparse"][row]
    if number == -1:
        return None
    sparse = linker.accessors.children[("sparse",)]
    indices, values = sparse.values["indices"][number], sparse.values["values"][number]
    if sparse.values["count"][number] == -1 or indices == -1 or values == -1:
        return None
    return (
        *(sparse, sparse.children[("indices",)], sparse.children[("values",)]),
        *(number, indices, values),
    )


def _link_sparse(linker: Linker, row: int) -> None:
    parts = sparse_parts(linker, row)
    if parts is None:
        return
    sparse, indices, substitutes, number, indices_row, values_row = parts
    count, total = sparse.values["count"][number], linker.accessors.values["count"][row]
    if count > total:
        linker.add("ACCESSOR_SPARSE_COUNT_OUT_OF_RANGE", sparse.pointer(number, "count"), count, total)
    component = indices.values["componentType"][indices_row]
    size = COMPONENT_BYTES.get(component, 0)
    _link_part(linker, indices, indices_row, size, size * count)
    size = COMPONENT_BYTES[linker.accessors.values["componentType"][row]]
    width = WIDTHS.get(linker.accessors.values["type"][row], 0)
    _link_part(linker, substitutes, values_row, size, size * width * count)


def _link_part(linker: Linker, rows: Rows, row: int, size: int, length: int) -> None:
    view = rows.values["bufferView"][row]
    pointer = rows.pointer(row, "bufferView")
    if not linker.document.resolve("bufferViews", view, pointer):
        return
    linker.use_view(view, OTHER, pointer)
    if linker.stride_of_view(view) != -1:
        linker.add("BUFFER_VIEW_INVALID_BYTE_STRIDE", pointer)
    if size:
        report = (linker.document.issues, rows.pointer(row))
        fits_view(rows.values["byteOffset"][row], size, length, linker.views, view, report)
