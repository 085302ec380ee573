"""Tell an image by its file signature (magic number), whatever the file is called."""

from __future__ import annotations

from vitrine.errors import PhotoError

READABLE: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png", ".apng"),
    "WebP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif", ".avifs"),
    "HEIC": (".heic", ".heif", ".hif", ".heics", ".heifs"),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "JPEG 2000": (".jp2", ".jpx", ".j2k"),
}
"""The formats that photos are read from, with their usual suffixes."""
SUFFIXES = frozenset(suffix for suffixes in READABLE.values() for suffix in suffixes)
"""Suffixes of the files that a folder of photos is searched for; a file's content decides what it is."""

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "TIFF"),
    (0, b"MM\x00+", "TIFF"),
    (8, b"WEBP", "WebP"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
)
BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"hej2"), "HEIC"
    ),
}
"""Brands of ISO/IEC 23008-12 (HEIF) that name the codec; `mif1`, `msf1` and `miaf` leave it open."""
CODEC_SEARCH_BYTES = 1 << 16
"""The item table is at the start of a file: so far the codec of a file without such a brand is searched."""

OTHER_IMAGES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\x0a", "a JPEG XL image"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (0, b"8BPS", "a Photoshop document (PSD)"),
    (0, b"\x00\x00\x01\x00", "a Windows icon (ICO)"),
    (0, b"\x00\x00\x02\x00\x00\x00", "a Truevision image (TGA)"),  # a cursor's next field is its count
    (0, b"\x00\x00\x02\x00", "a Windows cursor (CUR)"),
    (0, b"qoif", "a QOI image"),
    (0, b"v/1\x01", "an OpenEXR image"),
    (0, b"#?RADIANCE", "a Radiance HDR image"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"\xabKTX", "a KTX texture"),
    (0, b"gimp xcf", "a GIMP image (XCF)"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw photo (RAF)"),
    (0, b"IIRO", "a camera's raw photo (ORF)"),
    (0, b"IIU\x00", "a camera's raw photo (RW2)"),
    (4, b"ftypcrx ", "a camera's raw photo (CR3)"),
    (0, b"icns", "a macOS icon (ICNS)"),
)
"""Images of formats that photos are not read from."""

OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"glTF", "a GLB model"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (8, b"AVI ", "a video"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"\x00\x05\x16\x07", "an AppleDouble file, which holds a Mac's notes about another file"),
)


def require_image(data: bytes, source: str) -> str:
    """Return the format of `data`, a key of `READABLE`, by its signature.

    Raises `PhotoError`, which says what the data is, for everything else.
    """
    form = _format(data)
    if form is None:
        image = _named(data, OTHER_IMAGES)
        what = f"{image}, which is not read" if image else f"{_what(data)}, not an image"
        raise PhotoError(f"{source}: {what}; give a JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP")
    return form


def brands(data: bytes) -> tuple[bytes, ...]:
    """Return the major brand and the compatible brands of an ISO base media file; none for another file."""
    if data[4:8] != b"ftyp":
        return ()
    end = min(int.from_bytes(data[:4], "big"), len(data), 512)
    return (data[8:12], *(data[at : at + 4] for at in range(16, end, 4)))


def _format(data: bytes) -> str | None:
    name = _named(data, SIGNATURES)
    if name is not None:
        return name
    declared = brands(data)
    named = {BRANDS[brand] for brand in declared if brand in BRANDS}
    if not named and not {b"mif1", b"msf1", b"miaf"} & set(declared):
        return None
    if len(named) == 1:
        return named.pop()
    return "AVIF" if b"av01" in data[:CODEC_SEARCH_BYTES] else "HEIC"


def _named(data: bytes, signatures: tuple[tuple[int, bytes, str], ...]) -> str | None:
    return next((name for at, mark, name in signatures if data[at : at + len(mark)] == mark), None)


def _what(data: bytes) -> str:
    if not data:
        return "an empty file"
    name = _named(data, OTHERS)
    if name is not None:
        return name
    start = data[:512]
    opening = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if opening.startswith((b"<svg", b"<?xml")):
        return "an SVG or XML file"
    unknown = f"unknown content (begins {data[:8].hex(' ')})"
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:
            return unknown
        text = start[: error.start].decode()
    return "text" if text.isprintable() or not set(text) - _TEXT else unknown


_TEXT = {chr(code) for code in range(32, 0x3000) if chr(code).isprintable()} | set("\r\n\t\f")
