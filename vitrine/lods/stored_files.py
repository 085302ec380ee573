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
    findings_by_file: tuple[tuple[Finding, ...], ...]
    """In the order of the files: a level that is built again leaves only its own findings."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all files, in their order."""
        return tuple(finding for findings in self.findings_by_file for finding in findings)

    def with_files(self, other: StoredFiles) -> StoredFiles:
        """Return the files and findings of both."""
        return StoredFiles(
            files=self.files + other.files,
            findings_by_file=self.findings_by_file + other.findings_by_file,
        )


def put_files(store: WorkStore, files: Sequence[BuiltFile], qualities: Sequence[Quality] = ()) -> StoredFiles:
    """Write files to the work store and return their records.

    `qualities` has one measurement for each file, in the same order, or none at all.
    """
    for file in files:
        store.put(file.data, file.media_type)
    return StoredFiles(
        files=tuple(file.record(quality) for file, quality in zip_longest(files, qualities)),
        findings_by_file=tuple(file.findings for file in files),
    )


def read_files(store: WorkStore, stored: StoredFiles) -> tuple[BuiltFile, ...]:
    """Read stored files back into memory, in their order."""
    return tuple(
        BuiltFile(
            data=store.read(file.blob),
            media_type=file.blob.media_type,
            findings=findings,
            **file.file_fields(),
        )
        for file, findings in zip(stored.files, stored.findings_by_file, strict=True)
    )
