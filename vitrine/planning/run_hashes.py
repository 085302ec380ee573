"""The hashes of what all products of a run share: the recipe, the accounts and the code."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from vitrine.models import Product
from vitrine.models.inputs import Details, Inputs
from vitrine.models.order import canonical_sha256
from vitrine.recipe import Recipe
from vitrine.record import Record

DIGITS = 16
"""Hex digits of a hash: 64 bits."""
SECTION_DIGITS = 8
NOT_IN_A_FILE = {"attempt", "deadline_s", "shop", "review_days", "review_default"}
"""Fields of a recipe that change no file."""


class RunHashes(Record):
    """The part of `Inputs` that is the same for every product of a run."""

    account: str
    attempt: int
    recipe: str
    code: str
    sections: Mapping[str, str]
    """Section of the recipe -> hash."""
    steps: Mapping[str, str]
    """Step -> hash of its code."""

    @classmethod
    def of(cls, recipe: Recipe, account: str, steps: Mapping[str, str]) -> RunHashes:
        """Return the hashes of a recipe, the name of the accounts, and the hash of each step's code."""
        fields = recipe.model_dump(mode="json", exclude=NOT_IN_A_FILE)
        sections = {name: canonical_sha256(value)[:SECTION_DIGITS] for name, value in fields.items()}
        return cls(
            account=_short(account),
            attempt=recipe.attempt,
            recipe=canonical_sha256({**sections})[:DIGITS],
            code=canonical_sha256({**steps})[:DIGITS],
            sections=sections,
            steps=steps,
        )

    @property
    def details(self) -> Details:
        """The hashes behind `recipe` and `code`, which a catalogue keeps to name what has changed."""
        return {self.recipe: dict(self.sections), self.code: dict(self.steps)}

    def inputs(self, product: Product, photos_sha256: str) -> Inputs:
        """Return the inputs of a product; `photos_sha256` is what `PhotoHashes.of` says of its photos."""
        return Inputs(
            photo=photos_sha256[:DIGITS],
            source=_short("\n".join(product.photos)),
            product=product_hash(product),
            account=self.account,
            attempt=self.attempt,
            recipe=self.recipe,
            code=self.code,
        )


def product_hash(product: Product) -> str:
    """Return the hash of what a release says about the product itself."""
    fields = {"id", "title", "category", "dimensions"}
    return canonical_sha256(product.model_dump(mode="json", include=fields))[:DIGITS]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
