"""Take the GLB out of what was downloaded: gzip, a ZIP, or padding after its end."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from vitrine.errors import DownloadFailed

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
MAX_LAYERS = 2
"""A ZIP of a gzip file, or the other way round."""
MAX_PADDING_BYTES = 64
CHUNK_BYTES = 1 << 20
GLB_NAMES = (".glb", ".glb.gz")
BROKEN = (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""Errors of archives that are cut short, damaged, encrypted or compressed in a rare way."""


def extract_glb(path: Path, *, max_bytes: int, account: str) -> None:
    """Replace the file at `path` by the GLB in it, and check that it is whole (glTF 2.0, 4.4.2).

    Of several GLBs in a ZIP the largest is taken. White space or zeros after the GLB's end are cut off.
    Raises `DownloadFailed`, which says what came instead; `account` starts the message.
    """
    for _ in range(MAX_LAYERS):
        head = _head(path)
        if not head.startswith((GZIP, ZIP)):
            break
        inner = path.with_name(path.name + ".inner")
        try:
            if head.startswith(GZIP):
                with gzip.open(path) as source:
                    _copy(source, inner, max_bytes, account)  # type: ignore[arg-type]
            else:
                _unzip(path, inner, max_bytes, account)
            inner.replace(path)
        except (
            OSError,
            EOFError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            ValueError,  # a name in the directory that is no UTF-8
        ) as error:
            raise DownloadFailed(f"{account}: the archive around the model is broken: {error}") from error
        finally:
            inner.unlink(missing_ok=True)
    _cut_padding(path)
    check_complete(_head(path), path.stat().st_size, account=account)


def check_complete(head: bytes, received_bytes: int, *, account: str) -> None:
    """Check a GLB by its header (glTF 2.0, 4.4.2): magic, version 2 and length.

    `head` is its first 12 bytes, `received_bytes` the size of what came. Raises `DownloadFailed`, which says
    what came instead; `account` starts the message.
    """
    if len(head) < 12 or head[:4] != b"glTF":
        raise DownloadFailed(f"{account}: no GLB: {received_bytes:,} bytes{_describe(head)}")
    version, length = struct.unpack_from("<II", head, 4)
    if version != 2:
        raise DownloadFailed(f"{account}: a GLB of version {version}; only version 2 is read")
    if length != received_bytes:
        raise DownloadFailed(
            f"{account}: a truncated GLB: its header says {length:,} bytes, {received_bytes:,} came"
        )


def _describe(head: bytes) -> str:
    """Return how a file that is no GLB starts: as text if it is text, else in hexadecimal."""
    text = head.decode("ascii", "replace")
    if text.isprintable() and "\ufffd" not in text:
        kind = " of HTML" if text.lstrip().lower().startswith(("<html", "<!doctype")) else ""
        return f'{kind} that start with "{text}"' if text else ""
    return f" that start with {head.hex(' ')}"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def _unzip(path: Path, to: Path, max_bytes: int, account: str) -> None:
    with zipfile.ZipFile(path) as archive:
        models = [member for member in archive.infolist() if member.filename.lower().endswith(GLB_NAMES)]
        if not models:
            names = ", ".join(archive.namelist()[:5]) or "nothing"
            raise DownloadFailed(f"{account}: a ZIP without a GLB: it holds {names}")
        with archive.open(max(models, key=lambda member: member.file_size)) as source:
            _copy(source, to, max_bytes, account)  # type: ignore[arg-type]


def _copy(source: BinaryIO, to: Path, max_bytes: int, account: str) -> None:
    size_bytes = 0
    with to.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            size_bytes += len(chunk)
            if size_bytes > max_bytes:
                raise DownloadFailed(f"{account}: more than the {max_bytes:,} bytes a model may have")
            file.write(chunk)


def _cut_padding(path: Path) -> None:
    """Cut white space and zeros off that follow the length in the GLB's header."""
    head, size_bytes = _head(path), path.stat().st_size
    if len(head) < 12 or head[:4] != b"glTF":
        return
    length = struct.unpack_from("<I", head, 8)[0]
    if not length < size_bytes <= length + MAX_PADDING_BYTES:
        return
    with path.open("r+b") as file:
        file.seek(length)
        if not file.read().strip(b"\0 \t\r\n"):
            file.truncate(length)
