"""What a file is that is no GLB, in words a person knows, and what to do about it."""

from __future__ import annotations

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip file: unpack it first"),
    (b"PK\x03\x04", "a ZIP archive (a .usdz is one, too): give a .zip with one .glb or .gltf in it"),
    (b"PXR-USDC", "a USD file: export it as .glb, for instance from Blender"),
    (b"#usda", "a USD file: export it as .glb, for instance from Blender"),
    (b"Kaydara FBX Binary", "an FBX file: export it as .glb, for instance from Blender"),
    (b"; FBX ", "an FBX file: export it as .glb, for instance from Blender"),
    (b"BLENDER", "a Blender file: export it as .glb from Blender (File, Export, glTF 2.0)"),
    (b"MM", "a 3DS or TIFF file: export the model as .glb"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image, not a model"),
    (b"\xff\xd8\xff", "a JPEG image, not a model"),
    (b"RIFF", "a WebP image, not a model"),
    (b"%PDF", "a PDF, not a model"),
    (b"solid ", "an STL file: give it its suffix .stl"),
    (b"ply\n", "a PLY file: give it its suffix .ply"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself: run `git lfs pull`"),
)
"""First bytes of a file, and what it is."""


def is_gltf_json(data: bytes) -> bool:
    """Whether the bytes are a glTF document in JSON, as a .gltf file is."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] == b"{" and b'"asset"' in data


def describe_file(data: bytes) -> str:
    """Return what a file without a GLB header is, as a phrase that goes on after "not a GLB but"."""
    if not data.strip(b"\0"):
        return "an empty file" if not data else f"{len(data)} zero bytes"
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            return what
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page: the download has gone wrong"
    if start.startswith(b"<"):
        return "an XML file: a COLLADA .dae has to be exported as .glb"
    if is_gltf_json(data):
        return "a .gltf document: give it its suffix .gltf, with its .bin and images beside it"
    if start.startswith((b"{", b"[")):
        return "a JSON file that is no glTF document"
    if all(byte in b"\t\r\n" or byte >= 32 for byte in data[:512]):
        return "a text file"
    return f"an unknown kind of file (its first bytes are {data[:8].hex(' ')})"
