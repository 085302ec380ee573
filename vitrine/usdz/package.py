"""The package of a USDZ file: a ZIP without compression, whose files start at multiples of 64 bytes.

The rules are those of the Usdz File Format Specification (openusd.org/release/spec_usdz.html).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

from vitrine.errors import ModelError

ALIGNMENT = 64
HEADER_BYTES = 30
"""A local file header of ZIP without its name and extra field (APPNOTE.TXT, section 4.3.7)."""
PADDING_ID = 0x1986
"""Header of the extra field that holds the padding; any number that no program gives a meaning."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time of ZIP, so that equal contents give equal bytes"""


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return a package of files by path; the first one is the default layer."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for path, data in files.items():
            info = zipfile.ZipInfo(path, LONG_AGO)
            start = out.tell() + HEADER_BYTES + len(path.encode()) + 4
            padding = -start % ALIGNMENT
            info.extra = struct.pack("<2H", PADDING_ID, padding) + bytes(padding)
            package.writestr(info, data)
    return out.getvalue()


def unpack_files(data: bytes) -> dict[str, bytes]:
    """Return the files of a package by path, in their order. Raises `ModelError` for what is no ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {info.filename: package.read(info) for info in package.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"the USDZ is not a readable ZIP: {error}") from error


def package_faults(data: bytes) -> list[str]:
    """Return which files are compressed, encrypted or not aligned. Raises `ModelError` for what is no ZIP."""
    faults = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in package.infolist():
                name_bytes, extra_bytes = struct.unpack_from("<2H", data, info.header_offset + 26)
                start = info.header_offset + HEADER_BYTES + name_bytes + extra_bytes
                if info.compress_type != zipfile.ZIP_STORED:
                    faults.append(f"{info.filename} is compressed")
                if info.flag_bits & 1:
                    faults.append(f"{info.filename} is encrypted")
                if start % ALIGNMENT:
                    faults.append(f"{info.filename} starts at byte {start}, no multiple of {ALIGNMENT}")
    except (zipfile.BadZipFile, struct.error) as error:
        raise ModelError(f"the USDZ is not a readable ZIP: {error}") from error
    return faults
