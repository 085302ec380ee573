"""Every feature of glTF materials, through repair, ladder and AR file: no error and no warning by Khronos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.fixtures.feature_models import feature_glbs
from vitrine.lods.build_ar import build_ar
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import ArOptions, Level, RepairOptions, WebOptions
from vitrine.repair.repair_model import repair_model
from vitrine.usdz.build_usdz import build_usdz
from vitrine.usdz.check_usdz import usdz_faults

LADDER = (Level(triangles=400, texture_px=64), Level(triangles=120, texture_px=32))
Validate = Callable[[Iterable[Path]], list[dict[str, Any]]]


def test_files_of_every_feature_are_valid(khronos_validate: Validate, tmp_path: Path) -> None:
    paths = []
    for name, glb in feature_glbs(16).items():
        model, _ = repair_model(glb, RepairOptions(), None)
        ar = build_ar(model, ArOptions(triangles=400, texture_px=64))
        for file in (*build_lods(model, LADDER, WebOptions()), ar):
            paths.append(tmp_path / f"{name}-{file.role}.glb")
            paths[-1].write_bytes(file.data)
        assert usdz_faults(build_usdz(ar).data) == [], name
    verdicts = {Path(each["path"]).stem: each for each in khronos_validate(paths)}
    assert len(verdicts) == 3 * 32
    found = {name: each["messages"] for name, each in verdicts.items() if each["errors"] or each["warnings"]}
    assert found == {}
