"""A bucket in a local folder: keys are paths."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from vitrine.errors import ConfigError, NotFound, PreconditionFailed, StorageError
from vitrine.private_files import FILE_MODE
from vitrine.record import Record
from vitrine.storage.bucket import SHORT, ObjectInfo
from vitrine.storage.keys import PRIVATE, check_key, media_type_of

CHUNK = 1 << 20


class _Metadata(Record):
    """The metadata of a file in `.vitrine/notes`, valid while its size and modification time are these."""

    size_bytes: int
    mtime_ns: int
    sha256: str
    media_type: str


class LocalBucket:
    """A folder as a bucket, safe for several threads and processes of one machine (POSIX).

    Writes are atomic (temporary file, fsync, rename). The conditions of `put` are checked under a file lock,
    which the system releases when its process ends. An object's ETag is the SHA-256 of its content. The
    hidden folder `.vitrine` holds media types and hashes; they are computed again for files that were copied
    or edited by hand.
    """

    def __init__(self, root: Path, *, public_url: str | None = None, private: bool = False) -> None:
        """Open the folder `root`; `public_url` is the URL under which it is served, if it is.

        Only the owner may read the files that are written with `private`.
        """
        self._mode = FILE_MODE if private else 0o666
        self.folder = Path(os.path.expanduser(root)).absolute()  # noqa: PTH111  # for `~somebody`, `Path.expanduser` raises
        self.root = str(self.folder)
        self.public_url = public_url.rstrip("/") if public_url else None
        if self.folder.exists() and not self.folder.is_dir():
            raise ConfigError(f"{self.folder} is a file: give a folder")

    def path(self, key: str) -> Path:
        """Return the file of a key, existing or not. Raises `StorageError` for one outside the folder."""
        path = self.folder / check_key(key)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise StorageError(f"{key!r} is outside {self.folder}, through a symbolic link")
        return path

    def head(self, key: str) -> ObjectInfo | None:
        path = self.path(key)
        with _storage_errors(f"reading {key} in {self.folder}"):
            try:
                file = path.open("rb")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None
            with file:
                return self._describe(key, file)

    def get(self, key: str) -> bytes:
        path = self.path(key)
        with _storage_errors(f"reading {key} in {self.folder}"):
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
        temporary = self._private("aside") / uuid.uuid4().hex
        with _storage_errors(f"writing {key} in {self.folder}"):
            try:
                sha256 = _write(temporary, body, self._opener)
                path.parent.mkdir(parents=True, exist_ok=True)
                with self._locked(key):
                    self._check(key, if_absent, if_match)
                    stat = temporary.stat()
                    metadata = _Metadata(
                        size_bytes=stat.st_size,
                        mtime_ns=stat.st_mtime_ns,
                        sha256=sha256,
                        media_type=media_type,
                    )
                    notes = self._metadata_path(key, make=True)
                    with open(notes, "w", encoding="utf-8", opener=self._opener) as file:
                        file.write(metadata.model_dump_json())
                    temporary.replace(path)
                _sync_folder(path.parent)
            finally:
                temporary.unlink(missing_ok=True)
        return ObjectInfo(key=key, size_bytes=stat.st_size, etag=sha256, media_type=media_type, sha256=sha256)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield the metadata of every object whose key starts with `prefix`, in the order of the keys."""
        start = self.folder / prefix.rpartition("/")[0] if prefix else self.folder
        if not start.resolve().is_relative_to(self.folder.resolve()):
            raise StorageError(f"{prefix!r} is outside {self.folder}")
        keys = []
        for folder, folders, files in os.walk(start):
            here = Path(folder).relative_to(self.folder)
            if here == Path():
                folders[:] = [name for name in folders if name != PRIVATE]
            keys += [(here / name).as_posix() for name in files]
        for key in sorted(keys):
            if key.startswith(prefix) and (info := self.head(key)):
                with suppress(FileNotFoundError):  # it was deleted meanwhile
                    written = datetime.fromtimestamp(self.path(key).stat().st_mtime, UTC)
                    yield info.model_copy(update={"modified_at": written})

    def delete(self, key: str) -> None:
        """Delete an object; a key without one is no error."""
        path = self.path(key)
        with _storage_errors(f"deleting {key} in {self.folder}"), self._locked(key):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            self._metadata_path(key).unlink(missing_ok=True)

    def url(self, key: str, *, expires_s: int | None = None) -> str:
        """Return the http URL where the folder is served, else a `file:` URL."""
        path = self.path(key)
        if self.public_url:
            return f"{self.public_url}/{quote(key)}"
        if expires_s is not None:
            raise ConfigError(
                f"{key} is in the folder {self.folder}, which is not served over http: "
                "publish to s3://bucket/prefix, or set the folder's public_url if it is served"
            )
        return path.as_uri()

    def _check(self, key: str, if_absent: bool, if_match: str | None) -> None:
        if not if_absent and if_match is None:
            return
        existing = self.head(key)
        if if_absent and existing is not None:
            raise PreconditionFailed(f"{key} is already in {self.folder}")
        if if_match is not None and (existing is None or existing.etag != if_match):
            found = "does not exist" if existing is None else f"has ETag {existing.etag}"
            raise PreconditionFailed(f"{key} in {self.folder} {found}, expected {if_match}")

    def _describe(self, key: str, file: io.BufferedReader) -> ObjectInfo:
        stat = os.fstat(file.fileno())
        media_type = media_type_of(key)
        sha256 = None
        with suppress(OSError, ValidationError):
            metadata = _Metadata.model_validate_json(self._metadata_path(key).read_bytes())
            media_type = metadata.media_type
            if (metadata.size_bytes, metadata.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
                sha256 = metadata.sha256
        sha256 = sha256 or hashlib.file_digest(file, "sha256").hexdigest()
        return ObjectInfo(key=key, size_bytes=stat.st_size, etag=sha256, media_type=media_type, sha256=sha256)

    def _private(self, name: str) -> Path:
        folder = self.folder / PRIVATE / name
        with _storage_errors(f"making {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _metadata_path(self, key: str, *, make: bool = False) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        path = self.folder / PRIVATE / "notes" / name[:2] / f"{name[2:]}.json"
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _opener(self, path: str, flags: int) -> int:
        return os.open(path, flags, self._mode)

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """Hold one of 256 locks, chosen by the key, until the block ends or the process dies."""
        name = hashlib.sha256(key.encode()).hexdigest()[:2]
        with open(self._private("locks") / name, "a", opener=self._opener) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _storage_errors(action: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{action}: {error.strerror or error}") from error


def _write(to: Path, body: bytes | Path, opener: Callable[[str, int], int]) -> str:
    """Write and sync a new file; return the SHA-256 of its content in hex."""
    with open(to, "x+b", opener=opener) as file:  # `Path.open` takes no opener
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
