"""Changes to a valid asset, from which the corpus makes its files."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from tests.gltf.validation.assets import Asset, png

NAN, INF = float("nan"), float("inf")
Change = Callable[[Asset], Any]


def primitive(asset: Asset) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["meshes"][0]["primitives"][0]
    return found


def attribute(asset: Asset, name: str) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["accessors"][primitive(asset)["attributes"][name]]
    return found


def view(asset: Asset, name: str) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["bufferViews"][attribute(asset, name)["bufferView"]]
    return found


def patch(name: str, dtype: str, place: int, value: Any) -> Change:
    return lambda a: a.patch(primitive(a)["attributes"][name], dtype, place, value)


def index(place: int, value: int) -> Change:
    return lambda a: a.patch(primitive(a)["indices"], "u2", place, value)


def set_value(path: str, value: Any) -> Change:
    """Set a property of the document by its path."""

    def change(asset: Asset) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        target: Any = asset.doc
        for part in parents:
            target = target[part]
        if isinstance(target, list) and isinstance(last, int) and last == len(target):
            target.append(value)
        else:
            target[last] = value

    return change


def drop(path: str) -> Change:
    def change(asset: Asset) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        target: Any = asset.doc
        for part in parents:
            target = target[part]
        del target[last]

    return change


def several(*changes: Change) -> Change:
    def change(asset: Asset) -> None:
        for each in changes:
            each(asset)

    return change


def attributes(**names: Any) -> Change:
    """Set attributes to accessors by number; `None` removes one."""

    def change(asset: Asset) -> None:
        attributes = primitive(asset)["attributes"]
        for name, value in names.items():
            if value is None:
                attributes.pop(name, None)
            else:
                attributes[name] = value

    return change


def replace(name: str, values: Any, dtype: str = "f4", kind: str = "VEC3", **more: Any) -> Change:
    """Give an attribute another accessor."""
    return lambda a: attributes(**{name: a.accessor(values, dtype, kind, **more)})(a)


def indexed(values: Any, dtype: str = "u2", kind: str = "SCALAR", **more: Any) -> Change:
    return lambda a: primitive(a).update(indices=a.accessor(values, dtype, kind, 34963, **more))


def accessor(name: str, **properties: Any) -> Change:
    return lambda a: attribute(a, name).update(properties)


def at_view(name: str, **properties: Any) -> Change:
    return lambda a: view(a, name).update(properties)


def image(data: bytes, media_type: str = "image/png", **more: Any) -> Change:
    """Give the image other bytes."""

    def change(asset: Asset) -> None:
        asset.doc["images"][0] = {"bufferView": asset.view(data), "mimeType": media_type} | more

    return change


def png_chunk(name: bytes, content: bytes) -> bytes:
    """A PNG with another chunk before its pixels."""
    data = png()
    place = data.index(b"IDAT") - 4
    return data[:place] + struct.pack(">I", len(content)) + name + content + b"\0\0\0\0" + data[place:]


def sampler(asset: Asset, number: int) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["animations"][0]["samplers"][number]
    return found


def channel(asset: Asset, number: int) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["animations"][0]["channels"][number]
    return found


def skin_matrices(asset: Asset) -> int:
    return int(asset.doc["skins"][0]["inverseBindMatrices"])


def sparse_accessor(asset: Asset) -> dict[str, Any]:
    return next(item for item in asset.doc["accessors"] if "sparse" in item)


def sparse(asset: Asset) -> dict[str, Any]:
    found: dict[str, Any] = sparse_accessor(asset)["sparse"]
    return found


def sparse_indices(asset: Asset, *values: int) -> None:
    start = asset.doc["bufferViews"][sparse(asset)["indices"]["bufferView"]]["byteOffset"]
    asset.bin[start : start + 4] = struct.pack("<2H", *values)
