"""The document itself: its version, extensions and lists."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.validation.issue import Issues
from vitrine.gltf.validation.rows import Cursor, Document, Rows
from vitrine.gltf.validation.schema.columns import read_column, read_value
from vitrine.gltf.validation.schema.core import CORE, LISTS, VERSION
from vitrine.gltf.validation.schema.extensions import EXTENSION_NAME, PLACES, REQUIRED
from vitrine.gltf.validation.schema.fields import Child
from vitrine.gltf.validation.schema.walk import check_members, walk, walk_extensions

MAJOR_VERSION = 2


def read_document(
    root: dict[str, Any], issues: Issues, more_issues: Issues, *, is_glb: bool
) -> Document | None:
    """Check all objects of a document; `None` where its version is not known, and the rest is not read.

    `more_issues` are those of extensions that the Khronos glTF Validator does not know.
    """
    document = Document(root, issues, is_glb=is_glb)
    document.more = Document(root, more_issues, is_glb=is_glb)
    rows = Rows("glTF", [root])
    cursor = Cursor(document, rows)
    names = check_members(rows, cursor)
    extension_names, required_names, scene = CORE["glTF"]
    if "extensionsRequired" in root and "extensionsUsed" not in root:
        cursor.add("UNSATISFIED_DEPENDENCY", "extensionsRequired", values=("extensionsUsed",))
    for field in (extension_names, required_names):
        rows.values[field.name] = read_column(field, rows, cursor, names)
    _load_extensions(rows, cursor)
    if not _has_known_version(rows, cursor):
        return None
    for name, kind in LISTS.items():
        document.lists[name] = _read_list(name, kind, rows, document)
    index = read_value(scene, cursor)
    if index != -1 and not document.lists["scenes"].has(index):
        cursor.add("UNRESOLVED_REFERENCE", "scene", values=(index,))
    walk_extensions(rows, document, names)
    return document


def _load_extensions(rows: Rows, cursor: Cursor) -> None:
    """Note which extensions are used, and which of them are checked."""
    document = cursor.document
    used = rows.values["extensionsUsed"][0] or []
    required = rows.values["extensionsRequired"][0] or []
    document.extensions_used = set(used)
    if document.more is not None:
        document.more.extensions_used = document.extensions_used
    for number, name in enumerate(used):
        if not EXTENSION_NAME.fullmatch(name):
            cursor.add("INVALID_EXTENSION_NAME_FORMAT", "extensionsUsed", number)
        if name not in PLACES:
            cursor.add("UNSUPPORTED_EXTENSION", "extensionsUsed", number, values=(name,))
            continue
        document.extensions_loaded.add(name)
        if name in REQUIRED and name not in required:
            cursor.add("NON_REQUIRED_EXTENSION", "extensionsUsed", number, values=(name,))
    for number, name in enumerate(required):
        if name not in document.extensions_used:
            cursor.add("UNUSED_EXTENSION_REQUIRED", "extensionsRequired", number, values=(name,))


def _has_known_version(rows: Rows, cursor: Cursor) -> bool:
    asset = read_value(Child(name="asset", kind="asset", required=True), cursor)
    if asset == -1:
        return False
    assets = Rows("asset", [asset], ("asset",), rows)
    walk(assets, cursor.document)
    version = assets.values["version"][0]
    match = VERSION.fullmatch(version) if version is not None else None
    if match is None:
        return False
    major, minor = (int(part[-100:]) for part in match.groups())
    pointer = assets.pointer(0, "version")
    if major != MAJOR_VERSION:
        cursor.document.issues.add("UNKNOWN_ASSET_MAJOR_VERSION", pointer, major)
    elif minor > 0:
        cursor.document.issues.add("UNKNOWN_ASSET_MINOR_VERSION", pointer, minor)
    return major == MAJOR_VERSION


def _read_list(name: str, kind: str, rows: Rows, document: Document) -> Rows:
    """Check a list of the document; an item that is no object keeps its index."""
    value = document.root.get(name)
    cursor = Cursor(document, rows)
    if type(value) is not list:
        if name in document.root:
            cursor.add("TYPE_MISMATCH", name, values=(value, "array"))
        return Rows(kind, [], (name,), rows)
    if not value:
        cursor.add("EMPTY_ENTITY", name)
    present = [type(item) is dict for item in value]
    for number, is_object in enumerate(present):
        if not is_object:
            cursor.add("TYPE_MISMATCH", name, number, values=(value[number], "object"))
    items = value if all(present) else [item if type(item) is dict else {} for item in value]
    found = Rows(kind, items, (name,), rows, numbers=list(range(len(items))))
    found.present = None if all(present) else present
    if items:
        walk(found, document)
    return found
