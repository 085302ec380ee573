"""A model file and the files it refers to, read from its folder or from a ZIP archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from vitrine.errors import ModelError
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.gltf.limits import require, require_expansion
from vitrine.recipe.limits import ModelLimits

MAX_ARCHIVE_FILES = 10_000
SUFFIXES = (".glb", ".gltf", ".obj", ".3mf", ".ply", ".stl")
"""Model formats; of several in one archive the first one listed here is read, as it says most."""


class ModelFiles(Protocol):
    """Where a model's bytes and those of its materials, textures and buffers come from."""

    @property
    def name(self) -> str:
        """The model's file name."""

    def read_model(self) -> bytes:
        """The model file. Raises `ModelError` when it cannot be read."""

    def read(self, reference: str) -> bytes | None:
        """A file the model refers to; `None` when it is missing or lies outside the model's folder.

        Where the path does not exist, the file of that name beside the model is taken: exporters write
        absolute paths of the machine they ran on.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A model on disk; only files below its own folder are read."""

    path: Path
    limits: ModelLimits = DEFAULT_LIMITS

    @property
    def name(self) -> str:
        return self.path.name

    def read_model(self) -> bytes:
        try:
            return _read_file(self.path, self.limits)
        except OSError as error:
            raise ModelError(f"{self.path}: {error.strerror or error}") from error

    def read(self, reference: str) -> bytes | None:
        root = self.path.parent.resolve()
        reference = reference.replace("\\", "/")
        for name in (reference, PurePosixPath(reference).name):
            try:
                path = _in_other_case(root, PurePosixPath(name)).resolve()
                if path.is_relative_to(root) and path.is_file():
                    return _read_file(path, self.limits)
            except (OSError, ValueError):  # a name that no file can have
                continue
        return None


@dataclass(frozen=True, slots=True)
class Archive:
    """A model inside a ZIP archive; nothing is written to disk."""

    archive: zipfile.ZipFile
    member: str
    """The model's path in the archive"""

    @property
    def name(self) -> str:
        return PurePosixPath(self.member).name

    def read_model(self) -> bytes:
        return self._read(self.member)

    def read(self, reference: str) -> bytes | None:
        names = {name.lower(): name for name in self.archive.namelist()}
        path = _normalized(PurePosixPath(self.member).parent / reference.replace("\\", "/"))
        if path is not None and path.lower() in names:
            return self._read(names[path.lower()])
        base = PurePosixPath(reference.replace("\\", "/")).name.lower()
        same = [name for name in names.values() if PurePosixPath(name).name.lower() == base]
        return self._read(same[0]) if len(same) == 1 else None

    def _read(self, member: str) -> bytes:
        try:
            return self.archive.read(member)
        # An encrypted member raises RuntimeError, an unknown compression NotImplementedError.
        except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
            raise ModelError(f"{member} cannot be unpacked: {error}") from error


def open_archive(data: bytes, name: str, limits: ModelLimits = DEFAULT_LIMITS) -> zipfile.ZipFile:
    """Open a ZIP archive whose contents are within `limits`.

    Raises `ModelError` for an archive that is broken, too large, or has paths outside of itself. Python reads
    no more of a member than the size in the directory, which is what is checked here.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ModelError(f"{name} is no ZIP archive: {error}") from error
    members = archive.infolist()
    if len(members) > MAX_ARCHIVE_FILES:
        raise ModelError(f"{name} holds {len(members):,} files, the limit is {MAX_ARCHIVE_FILES:,}")
    size_bytes = sum(member.file_size for member in members)
    require(limits, "file_bytes", size_bytes, f"{name} unpacks to too many bytes")
    require_expansion(limits, size_bytes, len(data), f"{name} unpacks to too many bytes")
    for member in members:
        if _normalized(PurePosixPath(member.filename.replace("\\", "/"))) is None:
            raise ModelError(f"{name} holds {member.filename!r}, a path outside of the archive")
    return archive


def find_model(archive: zipfile.ZipFile, name: str) -> Archive:
    """The model in an archive. Raises `ModelError` when there is none, or several of one format."""
    members = [PurePosixPath(member) for member in archive.namelist() if not member.endswith("/")]
    visible = [path for path in members if not any(part.startswith((".", "__MACOSX")) for part in path.parts)]
    for suffix in SUFFIXES:
        models = [str(path) for path in visible if path.suffix.lower() == suffix]
        if len(models) > 1:
            raise ModelError(f"{name} holds {len(models)} models ({', '.join(models[:4])}): keep one")
        if models:
            return Archive(archive, models[0])
    raise ModelError(f"{name} holds no model: {', '.join(SUFFIXES)} are read")


def _read_file(path: Path, limits: ModelLimits) -> bytes:
    require(limits, "file_bytes", path.stat().st_size, f"{path} has too many bytes")
    return path.read_bytes()


def _in_other_case(root: Path, relative: PurePosixPath) -> Path:
    """Return the path below `root`, or the only one that differs in case, as Windows would."""
    path = root
    if relative.is_absolute() or ".." in relative.parts:
        return root / relative
    for part in relative.parts:
        found = path / part
        if not found.exists() and path.is_dir():
            alike = [child for child in path.iterdir() if child.name.casefold() == part.casefold()]
            found = alike[0] if len(alike) == 1 else found
        path = found
    return path


def _normalized(path: PurePosixPath) -> str | None:
    """A relative path without `.` and `..`; `None` when it leaves the folder it starts in."""
    parts: list[str] = []
    if path.is_absolute() or (path.parts and path.parts[0].endswith(":")):
        return None
    for part in path.parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
