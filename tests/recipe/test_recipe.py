from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from vitrine.errors import RecipeError
from vitrine.recipe import Generation, Level, Recipe

SAID = {
    "r.toml": "deadline_s = 60\n[generation]\nresolution = 512\nseed = 7\n"
    "[[ladder]]\ntriangles = 9000\ntexture_px = 512\n",
    "r.yaml": "deadline_s: 60\ngeneration: {resolution: 512, seed: 7}\n"
    "ladder: [{triangles: 9000, texture_px: 512}]\n",
    "r.json": '{"deadline_s": 60, "generation": {"resolution": 512, "seed": 7},'
    ' "ladder": [{"triangles": 9000, "texture_px": 512}]}',
}


@pytest.mark.parametrize("name", SAID)
def test_every_format_says_the_same(tmp_path: Path, name: str):
    (tmp_path / name).write_text(SAID[name])
    assert Recipe.load(tmp_path / name) == Recipe(
        deadline_s=60,
        generation=Generation(resolution=512, seed=7),
        ladder=(Level(triangles=9000, texture_px=512),),
    )


def test_an_empty_yaml_is_the_default(tmp_path: Path):
    (tmp_path / "r.yaml").write_text("")
    assert Recipe.load(tmp_path / "r.yaml") == Recipe()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("r.toml", "[generation]\nresolutoin = 512\n", ["r.toml", "generation.resolutoin"]),
        ("r.json", '{"generation": {"decimation_target": 9999}}', ["generation.decimation_target", "10000"]),
        ("r.json", '{"generation": {"ss_rescale_t": 0}}', ["generation.ss_rescale_t", "greater than 0"]),
        ("r.toml", "deadline_s = = 3", ["r.toml", "not readable as .toml"]),
        ("r.yaml", "a: [", ["r.yaml", "not readable as .yaml"]),
        ("r.ini", "", ["r.ini", ".toml, .yaml or .json"]),
        ("r.json", '{"ladder": []}', ["ladder is empty"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, text: str, words: list[str]):
    (tmp_path / name).write_text(text)
    with pytest.raises(RecipeError) as caught:
        Recipe.load(tmp_path / name)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["r.toml", "r.yaml", "r.json"])
def test_what_is_nested_too_deep_is_named(tmp_path: Path, name: str):
    (tmp_path / name).write_text("a = " * name.endswith("toml") + "[" * 100_000)
    with pytest.raises(RecipeError, match=rf"{name}: not readable as .*nested too deep"):
        Recipe.load(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RecipeError, match=r"nowhere\.toml: No such file"):
        Recipe.load(tmp_path / "nowhere.toml")


def test_a_ladder_descends():
    with pytest.raises(ValidationError, match=r"ladder must descend, triangles are \[100, 100\]"):
        Recipe(ladder=(Level(triangles=100, texture_px=64), Level(triangles=100, texture_px=32)))


def test_an_interval_that_ignores_the_photo_is_refused():
    with pytest.raises(ValidationError, match="the photo is ignored"):
        Generation(ss_guidance_interval_start=0.9, ss_guidance_interval_end=0.5)
