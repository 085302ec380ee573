"""A .gltf with its buffers and images -> one GLB (glTF 2.0 section 4)."""

from __future__ import annotations

import io
from typing import Any, NamedTuple
from urllib.parse import unquote

from PIL import Image

from vitrine.codecs.images import sniff_media_type
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.container import DEFAULT_LIMITS, parse_document, write_container
from vitrine.gltf.limits import require
from vitrine.gltf.reader.buffers import MESHOPT_NAMES, unsigned_int
from vitrine.gltf.reader.data_uri import decode_data_uri
from vitrine.importers.model_files import ModelFiles
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits


def pack_gltf(files: ModelFiles, limits: ModelLimits = DEFAULT_LIMITS) -> tuple[bytes, tuple[Finding, ...]]:
    """Move every external buffer, image and data URI of a .gltf into the binary chunk of a GLB.

    An image that is missing leaves its texture out and is a finding, TEXTURE_MISSING. Raises `ModelError` for
    a file that is no glTF 2.x document, when a buffer is missing, and for more bytes than `limits` allow.
    """
    document, findings = parse_document(files.read_model(), limits)
    try:
        packer = _Packer(document, files, limits)
        packer.findings += findings
        packer.pack_buffers()
        packer.pack_images()
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        message = f"{files.name} is not a well-formed glTF 2.0 document: {type(error).__name__}: {error}"
        raise ModelError(message) from error
    return write_container(document, packer.binary), tuple(packer.findings)


class _Part(NamedTuple):
    """Where the bytes of a former buffer are now."""

    buffer: int
    offset: int
    length: int | None
    """None for a buffer without bytes"""


class _Packer:
    """A document whose bytes are being collected; it is changed in place."""

    def __init__(self, document: dict[str, Any], files: ModelFiles, limits: ModelLimits) -> None:
        self.document = document
        self.files = files
        self.limits = limits
        self.binary = bytearray()
        self.findings: list[Finding] = []

    def pack_buffers(self) -> None:
        """Join all buffers that have bytes; buffers without (fallbacks of compressed views) follow them."""
        without_bytes: list[dict[str, Any]] = []
        parts: dict[int, _Part] = {}
        for number, buffer in enumerate(self.document.get("buffers") or []):
            if buffer.get("uri") is None:
                without_bytes.append(buffer)
                parts[number] = _Part(len(without_bytes), 0, None)
                continue
            data = self._bytes_of(buffer["uri"], f"buffers/{number}")
            if data is None:
                raise ModelError(
                    f"{self.files.name} needs {buffer['uri'][:80]!r}, which is not beside it: "
                    "put it there, or export a .glb"
                )
            length = unsigned_int(buffer.get("byteLength"), f"buffers/{number}/byteLength")
            if len(data) < length:
                raise ModelError(f"buffers/{number} says {length} bytes, its file has {len(data)}")
            parts[number] = _Part(0, self._append(data[:length]), length)
        for number, view in enumerate(self.document.get("bufferViews") or []):
            extensions = view.get("extensions") or {}
            for item in (view, *(extensions[name] for name in MESHOPT_NAMES if name in extensions)):
                if item.get("buffer") in parts:
                    _move(item, parts[item["buffer"]], f"bufferViews/{number}")
        self.document["buffers"] = [{}, *without_bytes]

    def pack_images(self) -> None:
        """Store images in buffer views, and complete the buffer that holds them."""
        missing = set()
        for number, image in enumerate(self.document.get("images") or []):
            uri = image.pop("uri", None)
            if uri is None:
                continue
            data = self._bytes_of(uri, f"images/{number}")
            if data is None:
                missing.add(number)
                self.findings.append(texture_missing(uri, f"/images/{number}"))
                data = _white_png()
            views = self.document.setdefault("bufferViews", [])
            views.append({"buffer": 0, "byteOffset": self._append(data), "byteLength": len(data)})
            image |= {"bufferView": len(views) - 1, "mimeType": sniff_media_type(data) or "image/png"}
        if missing:
            self._remove_textures(missing)
        self.document["buffers"][0] = {"byteLength": len(self.binary)}
        if not self.binary and len(self.document["buffers"]) == 1:
            del self.document["buffers"]

    def _remove_textures(self, images: set[int]) -> None:
        """Take the texture infos that show one of these images out of all materials."""
        textures = set()
        for number, texture in enumerate(self.document.get("textures") or []):
            sources = [texture, *(texture.get("extensions") or {}).values()]
            if any(source.get("source") in images for source in sources):
                textures.add(number)
        for material in self.document.get("materials") or []:
            _remove_texture_infos(material, textures)

    def _append(self, data: bytes) -> int:
        require(
            self.limits,
            "file_bytes",
            len(self.binary) + len(data),
            "its buffers and images take too many bytes",
        )
        self.binary += bytes(-len(self.binary) % 4)
        self.binary += data
        return len(self.binary) - len(data)

    def _bytes_of(self, uri: str, where: str) -> bytes | None:
        if uri[:5].lower() == "data:":
            return decode_data_uri(uri, where, self.findings)
        return self.files.read(unquote(uri))


def _move(item: dict[str, Any], part: _Part, where: str) -> None:
    """Point a buffer view, or its compression extension, to the new buffer.

    Raises `ModelError` when it exceeds its former buffer, after which another one's bytes follow now.
    """
    start = unsigned_int(item.get("byteOffset"), f"{where}/byteOffset", default=0)
    end = start + unsigned_int(item.get("byteLength"), f"{where}/byteLength")
    if part.length is not None and end > part.length:
        raise ModelError(f"{where} exceeds its buffer: it ends at byte {end}, there are {part.length}")
    item |= {"buffer": part.buffer, "byteOffset": start + part.offset}


def texture_missing(reference: str, pointer: str = "") -> Finding:
    """A texture's file is not there, or cannot be decoded: the model goes on without it."""
    message = f"texture {reference[:80]!r} is not beside the model or cannot be decoded: it is left out"
    return finding("TEXTURE_MISSING", message, pointer=pointer)


def _remove_texture_infos(value: Any, textures: set[int]) -> None:
    if isinstance(value, list):
        for item in value:
            _remove_texture_infos(item, textures)
    elif isinstance(value, dict):
        for key in list(value):
            item = value[key]
            if key.endswith("Texture") and isinstance(item, dict) and item.get("index") in textures:
                del value[key]
            else:
                _remove_texture_infos(item, textures)


def _white_png() -> bytes:
    """A valid image for an entry that no texture shows any more: indices of the other images stay."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(out, "PNG")
    return out.getvalue()
