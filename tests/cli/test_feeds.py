"""Feeds on the command line: refused lines are printed once and change the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Vitrine


@pytest.fixture
def feed(tmp_path: Path, shared_photos: Path) -> Path:
    """A feed of which one line is good, two share its photo, and one is refused."""
    shutil.copy(shared_photos / "cutout" / "mug.webp", tmp_path / "mug.webp")
    path = tmp_path / "feed.csv"
    path.write_text(
        'id,title,photo,height\nmug,Mug,mug.webp,9.6 cm\njug,Jug,mug.webp,\nbad,Bad,mug.webp,"1,200"\n'
    )
    return path


def test_a_quote_prices_the_good_lines_names_the_others_and_exits_with_1(
    vitrine: Vitrine, feed: Path
) -> None:
    result = vitrine("quote", feed, "--provider", "sandbox", "--json")
    assert result.returncode == 1
    row = json.loads(result.stdout.splitlines()[0])
    assert (row["new"], row["other"], row["unusable"]) == (1, 1, 1)
    (line,) = result.stderr.splitlines()
    assert line.startswith("feed.csv:4: error: product 'bad': height '1,200' can be read as")
    assert line.count("feed.csv:4") == 1


def test_a_quote_of_good_lines_exits_with_0(vitrine: Vitrine, feed: Path) -> None:
    feed.write_text("id;title;photo\nmug;Mug;mug.webp\n")
    result = vitrine("quote", feed, "--provider", "sandbox", "--json")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_catalogue_without_a_product_is_bad_input(vitrine: Vitrine, feed: Path) -> None:
    feed.write_text('id,title,photo,height\nbad,Bad,mug.webp,"1,200"\n')
    result = vitrine("catalog", feed)
    assert result.returncode == 2
    refused, error = result.stderr.splitlines()
    assert refused.startswith("feed.csv:2: error: ")
    assert error == f"error: {feed}: no line is a product; 1 are refused"


def test_a_refused_line_makes_a_catalogue_run_exit_with_1(
    vitrine: Vitrine, feed: Path, tmp_path: Path
) -> None:
    text = feed.read_text().splitlines()
    feed.write_text("\n".join([text[0], text[1], text[3]]))
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"ladder": [{"triangles": 2000, "texture_px": 128}]}')
    result = vitrine("catalog", feed, "--recipe", recipe, "--to", tmp_path / "public")
    assert ": table, 1 product, 1 photo, 1 line refused" in result.stdout
    assert result.stdout.count("feed.csv:3") == 1
    assert "mug  published" in result.stdout
    assert result.returncode == 1, result.stdout + result.stderr
