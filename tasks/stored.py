"""From a file in memory to its name in the work store."""

from __future__ import annotations

from tasks.resources import work_store
from vitrine.lods.built_file import BuiltFile
from vitrine.models import AssetFile, Finding
from vitrine.record import Record


class StoredFiles(Record):
    """Files of an asset, and what was found while they were built."""

    files: tuple[AssetFile, ...]
    findings: tuple[Finding, ...] = ()


def stored(*built: BuiltFile) -> StoredFiles:
    """Put built files into the work store, and say where they are and what they measure."""
    return StoredFiles(
        files=tuple(_stored(file) for file in built),
        findings=tuple(finding for file in built for finding in file.findings),
    )


def taken(files: StoredFiles) -> tuple[BuiltFile, ...]:
    """The same files back in memory."""
    return tuple(
        BuiltFile(
            data=work_store().read(file.blob),
            media_type=file.blob.media_type,
            **file.file_fields(),
        )
        for file in files.files
    )


def _stored(file: BuiltFile) -> AssetFile:
    record = file.record()
    work_store().put(file.data, file.media_type)
    return record
