"""Tell an image by its file signature (magic number), whatever the file is called."""

from __future__ import annotations

from vitrine.errors import PhotoError

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (8, b"WEBP", "WebP"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
)

OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"glTF", "a GLB model"),
    (4, b"ftyp", "a video"),
    (0, b"\x1f\x8b", "a gzip file"),
)


def require_image(data: bytes, source: str) -> None:
    """Raise `PhotoError` unless `data` starts with an image's signature; the message says what it is."""
    if any(data[at : at + len(mark)] == mark for at, mark, _ in SIGNATURES):
        return
    raise PhotoError(f"{source}: {_what(data)}, not an image; give a PNG, JPEG, WebP, TIFF, AVIF or GIF")


def _what(data: bytes) -> str:
    if not data:
        return "an empty file"
    for at, mark, name in OTHERS:
        if data[at : at + len(mark)] == mark:
            return name
    start = data[:512]
    opening = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if opening.startswith((b"<svg", b"<?xml")):
        return "an SVG or XML file"
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:
            return f"unknown content (begins {data[:8].hex(' ')})"
        text = start[: error.start].decode()
    return (
        "text"
        if text.isprintable() or not set(text) - _TEXT
        else f"unknown content (begins {data[:8].hex(' ')})"
    )


_TEXT = {chr(code) for code in range(32, 0x3000) if chr(code).isprintable()} | set("\r\n\t\f")
