"""One list of steps: the flow, `vitrine optimize` and the README go by it."""

from __future__ import annotations

import ast
import logging
import re
from pathlib import Path

import pytest

from vitrine import optimize, pipeline
from vitrine.gltf import write_glb
from vitrine.gltf.model import Model
from vitrine.pipeline import STEPS, begin, step_names
from vitrine.recipe import CertifyOptions, Level, PosterOptions, Recipe, TurntableOptions

BESIDE = {"build_lods", "build_ar", "render_poster", "build_usdz", "build_destinations"}
"""Steps of `optimize` that run side by side: the files for AR in their order, and the others"""
CHECKING, DRAWING = {"check_destinations"}, {"render_turntable", "draw_levels"}
"""Steps that run side by side when the levels are certified"""
ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = Recipe(
    mode="draft-then-final",
    destinations=("shopify",),
    shop="shopify",
    turntable=TurntableOptions(enabled=True, size_px=64, frames=2),
)


def calls_in_order(node: ast.AST, names: set[str]) -> list[str]:
    found = []
    for child in ast.iter_child_nodes(node):
        found += calls_in_order(child, names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
        found.append(node.func.id)
    return found


def test_the_flow_takes_the_steps_in_their_order() -> None:
    tree = ast.parse((ROOT / "flows" / "convert_product.py").read_text(encoding="utf-8"))
    (convert,) = (n for n in tree.body if isinstance(n, ast.AsyncFunctionDef) and n.name == "convert")
    names = {step.name for step in STEPS}
    assert tuple(calls_in_order(convert, names)) == step_names("convert", EVERYTHING)


def test_every_step_of_the_flow_is_a_task() -> None:
    for name in step_names("convert", EVERYTHING):
        source = (ROOT / "tasks" / f"{name}.py").read_text(encoding="utf-8")
        assert re.search(rf"^@step\(.*\n(@cached\n)?async def {name}\(", source, re.MULTILINE), name


def test_the_readme_lists_the_steps_of_the_flow() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [a-z ]+ \| `(\w+)` \|", readme, re.MULTILINE)
    assert rows == list(dict.fromkeys(step_names("convert", EVERYTHING)))


def test_optimize_takes_the_steps_in_their_order(
    globe: Model, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "model.glb").write_bytes(write_glb(globe))
    recipe = Recipe(
        destinations=("google-ads",),
        ladder=(Level(triangles=100, texture_px=64),),
        poster=PosterOptions(size_px=64),
        turntable=TurntableOptions(size_px=64, frames=2),
    )
    for turntable, certify in ((False, True), (True, False)):
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="vitrine.progress"):
            optimize(tmp_path / "model.glb", tmp_path / "out", recipe, turntable=turntable, certify=certify)
        started = [vars(record)["step"] for record in caplog.records if vars(record)["state"] == "started"]
        taken = recipe.model_copy(
            update={
                "turntable": recipe.turntable.model_copy(update={"enabled": turntable}),
                "certify": recipe.certify.model_copy(update={"enabled": certify}),
            }
        )
        expected = [name for name in step_names("optimize", taken) if name != "prepare_photo"]
        assert sorted(started) == sorted(expected)
        for beside in (
            BESIDE | CHECKING,
            BESIDE | DRAWING,
            {"build_lods", "render_poster"} | CHECKING,
        ):
            names = set(expected) - beside
            assert [name for name in started if name in names] == [name for name in expected if name in names]


def test_what_a_recipe_does_not_ask_for_is_left_out() -> None:
    plain = step_names("convert", Recipe())
    assert "approve_draft" not in plain
    assert "render_turntable" not in plain
    assert "certify_lods" in plain
    assert "certify_lods" not in step_names("convert", Recipe(certify=CertifyOptions(enabled=False)))
    assert plain.count("buy_model") == 1
    assert step_names("convert", EVERYTHING).count("buy_model") == 2


def test_a_step_outside_the_list_is_refused() -> None:
    with pytest.raises(KeyError, match="polish is no step"), begin("polish"):
        pass
    assert pipeline.STEPS is STEPS
