"""A bucket in a folder: what a person sees there is exactly the keys."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from vitrine.errors import ConfigError, NotFound, PreconditionFailed, StorageError
from vitrine.record import Record
from vitrine.storage.bucket import SHORT, ObjectInfo
from vitrine.storage.keys import PRIVATE, check_key, media_type_of

CHUNK = 1 << 20


class _Note(Record):
    """What `.vitrine/notes` says of a file; true only of the file with this size and time."""

    size_bytes: int
    mtime_ns: int
    sha256: str
    media_type: str


class LocalBucket:
    """A folder as a bucket, safe between threads and processes of one machine (POSIX).

    Objects appear whole (written aside, synced, renamed) and the conditions of `put` hold under a file lock
    that dies with its process. An object's ETag is the sha256 of its contents. Media types and hashes are
    noted in the hidden folder `.vitrine`, and worked out anew for files that a person put or edited.
    """

    def __init__(self, root: Path, *, public_url: str | None = None) -> None:
        """`public_url` is where this folder is served over http, if it is."""
        self.folder = Path(root).expanduser().absolute()
        self.root = str(self.folder)
        self.public_url = public_url.rstrip("/") if public_url else None
        if self.folder.exists() and not self.folder.is_dir():
            raise ConfigError(f"{self.folder} is a file: name a folder to store into")

    def path(self, key: str) -> Path:
        """The file behind a key, whether it exists or not. Raises `StorageError` if it is not inside."""
        path = self.folder / check_key(key)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise StorageError(f"{key!r} leads out of {self.folder} through a link")
        return path

    def head(self, key: str) -> ObjectInfo | None:
        path = self.path(key)
        with _said(f"reading {key} in {self.folder}"):
            try:
                file = path.open("rb")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None
            with file:
                return self._describe(key, file)

    def get(self, key: str) -> bytes:
        path = self.path(key)
        with _said(f"reading {key} in {self.folder}"):
            try:
                return path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                raise NotFound(f"no {key} in {self.folder}") from error

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        media_type: str,
        cache_control: str = SHORT,  # noqa: ARG002 - a folder has no headers; `serve_folder` sets its own
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        path = self.path(key)
        aside = self._private("aside") / uuid.uuid4().hex
        with _said(f"writing {key} in {self.folder}"):
            try:
                sha256 = _write(aside, body)
                path.parent.mkdir(parents=True, exist_ok=True)
                with self._locked(key):
                    self._check(key, if_absent, if_match)
                    stat = aside.stat()
                    note = _Note(
                        size_bytes=stat.st_size,
                        mtime_ns=stat.st_mtime_ns,
                        sha256=sha256,
                        media_type=media_type,
                    )
                    self._note_path(key, make=True).write_text(note.model_dump_json(), encoding="utf-8")
                    aside.replace(path)
                _sync_folder(path.parent)
            finally:
                aside.unlink(missing_ok=True)
        return ObjectInfo(key=key, size_bytes=stat.st_size, etag=sha256, media_type=media_type, sha256=sha256)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with `prefix`, in the order of the keys."""
        start = self.folder / prefix.rpartition("/")[0] if prefix else self.folder
        if not start.resolve().is_relative_to(self.folder.resolve()):
            raise StorageError(f"{prefix!r} leads out of {self.folder}")
        keys = []
        for folder, folders, files in os.walk(start):
            here = Path(folder).relative_to(self.folder)
            if here == Path():
                folders[:] = [name for name in folders if name != PRIVATE]
            keys += [(here / name).as_posix() for name in files]
        for key in sorted(keys):
            if key.startswith(prefix) and (info := self.head(key)):
                yield info

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        path = self.path(key)
        with _said(f"deleting {key} in {self.folder}"), self._locked(key):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            self._note_path(key).unlink(missing_ok=True)

    def url(self, key: str, *, expires_s: int | None = None) -> str:
        """Its http address where the folder has one, else a `file:` address."""
        path = self.path(key)
        if self.public_url:
            return f"{self.public_url}/{quote(key)}"
        if expires_s is not None:
            raise ConfigError(
                f"{key} lies in the folder {self.folder}, which nobody can fetch over http: "
                "store into s3://bucket/prefix, or give the folder's public_url if it is served"
            )
        return path.as_uri()

    def _check(self, key: str, if_absent: bool, if_match: str | None) -> None:
        if not if_absent and if_match is None:
            return
        there = self.head(key)
        if if_absent and there is not None:
            raise PreconditionFailed(f"{key} is already in {self.folder}")
        if if_match is not None and (there is None or there.etag != if_match):
            found = "is not there" if there is None else f"has ETag {there.etag}"
            raise PreconditionFailed(f"{key} in {self.folder} {found}, expected {if_match}")

    def _describe(self, key: str, file: io.BufferedReader) -> ObjectInfo:
        stat = os.fstat(file.fileno())
        media_type = media_type_of(key)
        sha256 = None
        with suppress(OSError, ValidationError):
            note = _Note.model_validate_json(self._note_path(key).read_bytes())
            media_type = note.media_type
            if (note.size_bytes, note.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
                sha256 = note.sha256
        sha256 = sha256 or hashlib.file_digest(file, "sha256").hexdigest()
        return ObjectInfo(key=key, size_bytes=stat.st_size, etag=sha256, media_type=media_type, sha256=sha256)

    def _private(self, name: str) -> Path:
        folder = self.folder / PRIVATE / name
        with _said(f"making {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _note_path(self, key: str, *, make: bool = False) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        path = self.folder / PRIVATE / "notes" / name[:2] / f"{name[2:]}.json"
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """Hold one of 256 locks, chosen by the key, until the block ends or the process dies."""
        name = hashlib.sha256(key.encode()).hexdigest()[:2]
        with (self._private("locks") / name).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _said(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{doing}: {error.strerror or error}") from error


def _write(to: Path, body: bytes | Path) -> str:
    """Write and sync a new file; the sha256 of what was written, in hex."""
    with to.open("x+b") as file:
        if isinstance(body, Path):
            with body.open("rb") as source:
                shutil.copyfileobj(source, file, CHUNK)
        else:
            file.write(body)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
