from __future__ import annotations

from pathlib import Path

from vitrine.findings import finding
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.stored_files import put_files, read_files
from vitrine.models import Quality
from vitrine.storage import LocalBucket, WorkStore


def built(role: str, *codes: str) -> BuiltFile:
    fields = {"triangles": 2, "vertices": 4, "error": 0.0, "error_m": 0.0, "texture_px": 0}
    findings = tuple(finding(code, role) for code in codes)
    return BuiltFile(role=role, data=role.encode(), findings=findings, **fields)


def test_files_come_back_each_with_its_own_findings(tmp_path: Path) -> None:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    files = (built("web-lod0"), built("web-lod1", "LOD_REBAKED"))
    stored = put_files(store, files)
    assert stored.findings == files[1].findings
    assert read_files(store, stored) == files


def test_files_are_joined(tmp_path: Path) -> None:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    quality = Quality(rms_percent=0, max_percent=0, silhouette_iou=1, ssim=1, psnr_db=60, normal_deg=0)
    both = put_files(store, [built("ar", "UNLIT_BAKED")], [quality]).with_files(
        put_files(store, [built("usdz", "VERTEX_COLORS_BAKED")])
    )
    assert [found.message for found in both.findings] == ["ar", "usdz"]
    assert [file.quality for file in both.files] == [quality, None]
    assert [file.data for file in read_files(store, both)] == [b"ar", b"usdz"]
