"""What the model of a product costs, before its photo is prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from vitrine.providers import empiriolabs, pixazo
from vitrine.providers.account import account_name
from vitrine.providers.prices import price_usd
from vitrine.providers.routing import parse_accounts
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.request_key import source_request_key
from vitrine.recipe import Recipe


class ModelPrice:
    """The list price of one model, and the key under which the ledger knows a request for it."""

    def __init__(self, recipe: Recipe, accounts: Sequence[str]) -> None:
        """Take the names of the accounts, as `account_names` gives them; the first one's price counts.

        Raises `ConfigError` if no price is known.
        """
        final = recipe.generation
        generations = [draft_generation(final), final] if recipe.mode == "draft-then-final" else [final]
        self.usd = sum(
            (price_usd(accounts[0], each.model_dump(mode="json", exclude_none=True)) for each in generations),
            Decimal(0),
        )
        self._recipe, self._accounts = recipe, accounts

    def request_key(self, photo_sha256: str | None) -> str | None:
        """Return the key of the final model's request; `None` where the photo's bytes are not known."""
        if photo_sha256 is None:
            return None
        recipe = self._recipe
        return source_request_key(
            photo_sha256,
            recipe.photo.identity(),
            recipe.generation,
            recipe.attempt,
            self._accounts,
        )


def account_names(accounts: str, env: Mapping[str, str]) -> list[str] | None:
    """Return the names under which the ledger knows accounts such as `empiriolabs,pixazo`.

    `None` where one is saved in Prefect, which this does not ask. Raises `ConfigError` for a list with a
    missing or repeated name.
    """
    _, names = parse_accounts(accounts)
    if any(":" in name for name in names):
        return None
    official = {"empiriolabs": empiriolabs.OFFICIAL, "pixazo": pixazo.OFFICIAL}
    return [
        account_name(name, None, env.get(f"{name.upper()}_BASE_URL") or official[name], official[name])
        if name in official
        else name
        for name in names
    ]
