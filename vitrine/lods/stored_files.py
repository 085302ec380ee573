"""Move the files of an asset between memory and the work store."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from vitrine.lods.built_file import BuiltFile
from vitrine.models import AssetFile, Finding, Quality
from vitrine.record import Record

if TYPE_CHECKING:  # the levels depend on what a store is, not on how one works
    from vitrine.storage.work_store import WorkStore


class StoredFiles(Record):
    """Files of an asset in the work store, and what was found while they were built."""

    files: tuple[AssetFile, ...]
    findings: tuple[Finding, ...] = ()


def put_files(store: WorkStore, files: Sequence[BuiltFile], qualities: Sequence[Quality] = ()) -> StoredFiles:
    """Write files to the work store and return their records.

    `qualities` has one measurement for each file, in the same order, or none at all.
    """
    for file in files:
        store.put(file.data, file.media_type)
    return StoredFiles(
        files=tuple(file.record(quality) for file, quality in zip_longest(files, qualities)),
        findings=tuple(finding for file in files for finding in file.findings),
    )


def read_files(store: WorkStore, stored: StoredFiles) -> tuple[BuiltFile, ...]:
    """Read stored files back into memory, in their order."""
    return tuple(
        BuiltFile(data=store.read(file.blob), media_type=file.blob.media_type, **file.file_fields())
        for file in stored.files
    )
