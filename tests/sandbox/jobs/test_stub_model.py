"""The stub model is a valid GLB."""

from __future__ import annotations

from pathlib import Path

from vitrine.sandbox.jobs.stub_model import STUB_GLB


def test_passes_the_khronos_validator(khronos_validate, tmp_path: Path):
    path = tmp_path / "stub.glb"
    path.write_bytes(STUB_GLB)
    (report,) = khronos_validate([path])
    assert report["messages"] == []
    assert len(STUB_GLB) < 3000
