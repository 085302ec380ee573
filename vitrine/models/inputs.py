"""What a release was made from, as hashes: a product is converted again when one of them changes."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ConfigDict

from vitrine.record import Record


class Inputs(Record):
    """The inputs of a release. Each is the start of a SHA-256 in hex."""

    model_config = ConfigDict(extra="ignore")  # a newer Vitrine may record more

    photo: str
    """Of the bytes of all photos; empty where one is at a URL."""
    source: str
    """Of the photos' paths and URLs, which stay private."""
    product: str
    """Of the product's id, title, category and dimensions."""
    account: str
    """Of the name of the accounts that the model may come from."""
    attempt: int = 1
    """A recipe with a higher attempt buys the model anew."""
    recipe: str
    """Of all sections of the recipe; a `Details` has their names."""
    code: str
    """Of the code of all steps; a `Details` has their names."""


Details = Mapping[str, Mapping[str, str]]
"""`Inputs.recipe` or `Inputs.code` -> the hash of each section of the recipe, or of each step's code."""
