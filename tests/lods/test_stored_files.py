from __future__ import annotations

from pathlib import Path

from vitrine.findings import finding
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.stored_files import put_files, read_files
from vitrine.storage import LocalBucket, WorkStore


def test_files_come_back_each_with_its_own_findings(tmp_path: Path) -> None:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    fields = {"triangles": 2, "vertices": 4, "error": 0.0, "error_m": 0.0, "texture_px": 0}
    found = finding("LOD_REBAKED", "web-lod1 has new triangles")
    files = (
        BuiltFile(role="web-lod0", data=b"glTF0", **fields),
        BuiltFile(role="web-lod1", data=b"glTF1", findings=(found,), **fields),
    )
    stored = put_files(store, files)
    assert stored.findings == (found,)
    assert read_files(store, stored) == files
