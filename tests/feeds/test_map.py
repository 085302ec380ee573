"""Columns that somebody names, and the help that a feed gets which is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.feed import with_map
from vitrine.errors import FeedError, InputError, RecipeError
from vitrine.feeds import read_feed
from vitrine.recipe import FeedOptions, Recipe

GERMAN = "Artikelnummer;Bezeichnung;Bild 1;Bild 2;Höhe\n7;Becher;a.jpg;b.jpg;9,6\n"
MAP = {"id": "Artikelnummer", "title": "bezeichnung", "photo": ("Bild 1", "Bild 2"), "height": "Höhe"}


def test_named_columns_are_read(tmp_path: Path) -> None:
    (tmp_path / "artikel.csv").write_text(GERMAN)
    options = FeedOptions.model_validate({"map": MAP, "unit": "cm"})
    feed = read_feed(tmp_path / "artikel.csv", options)
    (product,) = feed.products
    assert (product.id, product.title) == ("7", "Becher")
    assert [Path(photo).name for photo in product.photos] == ["a.jpg", "b.jpg"]
    assert product.dimensions is not None
    assert product.dimensions.metres == (None, 0.096, None)
    assert feed.findings == ()


def test_a_feed_that_is_not_understood_names_its_columns_and_the_likely_map(tmp_path: Path) -> None:
    (tmp_path / "artikel.csv").write_text(GERMAN)
    with pytest.raises(FeedError) as caught:
        read_feed(tmp_path / "artikel.csv")
    assert "missing columns id, title, photo; found artikelnummer, bezeichnung, bild 1" in str(caught.value)
    assert '--map id="artikelnummer" --map title="bezeichnung" --map photo="bild 1"' in str(caught.value)


def test_a_named_column_that_is_not_there_gets_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "artikel.csv").write_text(GERMAN)
    options = FeedOptions.model_validate({"map": MAP | {"photo": "Bild1"}})
    with pytest.raises(FeedError, match=r"no column 'Bild1' for photo; did you mean 'bild 1'\?"):
        read_feed(tmp_path / "artikel.csv", options)


def test_named_columns_of_a_shop_export_count_before_its_own(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Handle,Title,Image Src,Tall (cm)\nmug,Mug,a.jpg,9.6 cm\n")
    feed = read_feed(tmp_path / "x.csv", FeedOptions(map={"height": "Tall (cm)"}))
    assert feed.kind == "Shopify export"
    assert feed.products[0].dimensions is not None


def test_named_fields_of_json_lead_into_objects(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(
        '{"code": 7, "name": {"de": "Becher"}, "media": [{"url": "a.jpg"}, {"url": "b.jpg"}], "h": "9 cm"}\n'
    )
    options = FeedOptions(map={"id": "code", "title": "name.de", "photo": "media.url", "height": "h"})
    (product,) = read_feed(tmp_path / "x.jsonl", options).products
    assert (product.id, product.title, len(product.photos)) == ("7", "Becher", 2)
    with pytest.raises(FeedError, match=r"neither id nor images. Fields: code, name, media, h"):
        read_feed(tmp_path / "x.jsonl")


def test_named_elements_of_xml(tmp_path: Path) -> None:
    item = "<item><sku>7</sku><name>Mug</name><pic>a.jpg</pic></item>"
    (tmp_path / "x.xml").write_text(f"<rss><channel>{item}</channel></rss>")
    options = FeedOptions(map={"id": "sku", "title": "name", "photo": "pic"})
    (product,) = read_feed(tmp_path / "x.xml", options).products
    assert (product.id, product.title) == ("7", "Mug")


def test_the_command_line_and_the_recipe_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        '[feed]\nmap = { id = "Nr", photo = ["Bild 1", "Bild 2"] }\nunit = "cm"\n'
    )
    recipe = Recipe.load(tmp_path / "r.toml")
    start = Recipe.model_validate({"feed": {"unit": "cm", "map": {"id": "Nr"}}})
    given = with_map(start, ["photo=Bild 1", "photo=Bild 2"])
    assert recipe.feed == given.feed
    with pytest.raises(InputError, match="--map foto=x: give ROLE=COLUMN"):
        with_map(Recipe(), ["foto=x"])
    (tmp_path / "r.toml").write_text('[feed]\nmap = { foto = "x" }\n')
    with pytest.raises(RecipeError, match=r"feed\.map"):
        Recipe.load(tmp_path / "r.toml")
