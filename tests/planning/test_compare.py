"""What has changed since a release, by name."""

from __future__ import annotations

from typing import Any

import pytest

from vitrine.models import Dimensions, Inputs, Product
from vitrine.planning.compare import compare, may_buy
from vitrine.planning.run_hashes import RunHashes
from vitrine.recipe import Generation, Level, PhotoOptions, Recipe

MUG = Product(id="mug", title="Mug", photos=("mug.jpg",))
STEPS = {"build_lods": "aa", "build_ar": "bb"}
PHOTO = "0123456789abcdef" * 4


def run_of(recipe: Recipe = Recipe(), account: str = "sandbox", steps: dict[str, str] = STEPS) -> RunHashes:
    return RunHashes.of(recipe, account, steps)


def changes(now: RunHashes, product: Product = MUG, photo: str = PHOTO) -> tuple[str, ...]:
    before = run_of()
    published = before.inputs(MUG, PHOTO)
    return compare(now.inputs(product, photo), published, before.details, now.details)


def test_equal_inputs_change_nothing() -> None:
    assert changes(run_of()) == ()
    assert changes(run_of(Recipe(deadline_s=5))) == ()  # it changes no file


@pytest.mark.parametrize(
    ("recipe", "reasons", "buys"),
    [
        (Recipe(ladder=(Level(triangles=5000, texture_px=256),)), ("recipe.ladder",), False),
        (Recipe(generation=Generation(resolution=512)), ("recipe.generation",), True),
        (Recipe(photo=PhotoOptions(margin=0.1)), ("recipe.photo",), True),
        (Recipe(mode="draft-then-final"), ("recipe.mode",), True),
        (Recipe(attempt=2), ("attempt",), True),
    ],
)
def test_the_section_of_the_recipe_is_named(recipe: Recipe, reasons: tuple[str, ...], buys: bool) -> None:
    assert changes(run_of(recipe)) == reasons
    assert may_buy(reasons) is buys


def test_a_lower_attempt_is_no_change() -> None:
    """The recipe of the nightly run says 1; a person has bought the second model."""
    bought = run_of(Recipe(attempt=2)).inputs(MUG, PHOTO)
    now = run_of()
    assert compare(now.inputs(MUG, PHOTO), bought, {}, now.details) == ()


@pytest.mark.parametrize(
    ("product", "photo", "reasons"),
    [
        (MUG.model_copy(update={"title": "Cup"}), PHOTO, ("product data",)),
        (MUG.model_copy(update={"dimensions": Dimensions(height=1)}), PHOTO, ("product data",)),
        (MUG.model_copy(update={"metadata": {"shelf": 3}}), PHOTO, ()),
        (MUG.model_copy(update={"photos": ("elsewhere/mug.jpg",)}), PHOTO, ()),
        (MUG, "f" * 64, ("photo",)),
    ],
)
def test_the_product_and_its_photo(product: Product, photo: str, reasons: tuple[str, ...]) -> None:
    assert changes(run_of(), product, photo) == reasons


@pytest.mark.parametrize(("url", "reasons"), [("https://s/1.jpg", ()), ("https://s/2.jpg", ("photo",))])
def test_a_photo_at_a_url_is_known_by_its_url(url: str, reasons: tuple[str, ...]) -> None:
    run = run_of()
    there = MUG.model_copy(update={"photos": ("https://s/1.jpg",)})
    now = MUG.model_copy(update={"photos": (url,)})
    assert compare(run.inputs(now, ""), run.inputs(there, PHOTO), run.details, run.details) == reasons


def test_the_step_whose_code_differs_is_named() -> None:
    assert changes(run_of(steps=STEPS | {"build_ar": "cc"})) == ("code of build_ar",)
    assert changes(run_of(steps=STEPS | {"build_usdz": "dd"})) == ("code of build_usdz",)
    assert not may_buy(("code of build_ar",))


def test_another_account_may_buy() -> None:
    assert changes(run_of(account="pixazo")) == ("provider",)
    assert may_buy(("provider",))


def test_a_release_without_inputs_is_converted() -> None:
    run = run_of()
    assert compare(run.inputs(MUG, PHOTO), None, {}, run.details) == ("release",)


def test_without_details_the_recipe_is_named_as_a_whole() -> None:
    now = run_of(Recipe(generation=Generation(resolution=512)))
    before: Any = run_of().inputs(MUG, PHOTO)
    assert compare(now.inputs(MUG, PHOTO), before, {}, now.details) == ("recipe",)


def test_inputs_of_a_newer_vitrine_are_read() -> None:
    fields = run_of().inputs(MUG, PHOTO).model_dump() | {"weather": "fine"}
    assert Inputs.model_validate(fields) == run_of().inputs(MUG, PHOTO)
