"""The steps of a conversion, in order: the one list that the flow and `vitrine optimize` follow.

A step has one name everywhere: here, as task, in progress messages and in the README's table; tests compare
them. The flow buys the model that it converts; `optimize` reads it from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from vitrine import progress
from vitrine.recipe import Recipe

Pipeline = Literal["convert", "optimize"]
BOTH: tuple[Pipeline, ...] = ("convert", "optimize")
CONVERT: tuple[Pipeline, ...] = ("convert",)
OPTIMIZE: tuple[Pipeline, ...] = ("optimize",)


def _always(_recipe: Recipe) -> bool:
    return True


def _with_draft(recipe: Recipe) -> bool:
    return recipe.mode == "draft-then-final"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pipeline."""

    name: str
    pipelines: tuple[Pipeline, ...] = BOTH
    enabled: Callable[[Recipe], bool] = _always
    """Whether a recipe asks for it."""


STEPS = (
    Step("read_model", OPTIMIZE),
    Step("prepare_photo"),  # `optimize` has it when a photo is given
    Step("buy_model", CONVERT, _with_draft),
    Step("fetch_model", CONVERT, _with_draft),
    Step("approve_draft", CONVERT, _with_draft),
    Step("buy_model", CONVERT),
    Step("fetch_model", CONVERT),
    Step("repair_model"),
    Step("build_lods"),
    Step("build_ar"),
    Step("render_poster"),
    Step("build_usdz", enabled=lambda recipe: recipe.usdz.enabled),
    Step("build_destinations", enabled=lambda recipe: bool(recipe.destinations)),
    Step("certify_lods", enabled=lambda recipe: recipe.certify.enabled),
    Step("check_destinations"),
    Step("render_turntable", enabled=lambda recipe: recipe.turntable.enabled),
    Step("draw_levels"),
    Step("approve_model", CONVERT),
    Step("publish_release", CONVERT),
    Step("push_to_shop", CONVERT, enabled=lambda recipe: recipe.shop is not None),
    Step("report_product", CONVERT),
    Step("write_files", OPTIMIZE),
)


def step_names(pipeline: Pipeline, recipe: Recipe) -> tuple[str, ...]:
    """Return the names of the steps that a pipeline takes with this recipe, in order."""
    return tuple(step.name for step in STEPS if pipeline in step.pipelines and step.enabled(recipe))


@contextmanager
def begin(name: str) -> Iterator[None]:
    """Report the progress of a step while the body runs. Raises `KeyError` for a step that is not listed."""
    if name not in {step.name for step in STEPS}:
        raise KeyError(f"{name} is no step of the pipeline")
    with progress.step(name):
        yield
