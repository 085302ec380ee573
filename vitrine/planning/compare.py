"""One product of a feed against its published release: what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from vitrine.models.inputs import Details, Inputs
from vitrine.record import Record

Action = Literal["new", "changed", "unchanged", "held", "removed"]
"""`held`: it waits for review, and nothing has changed since. `removed`: the feed no longer has it."""

BUYING = {"release", "photo", "provider", "attempt", "recipe"}
BUYING |= {"recipe.mode", "recipe.photo", "recipe.generation"}
"""Changes with which another model may have to be bought."""


class PlannedProduct(Record):
    """What a run does with one product."""

    id: str
    action: Action
    reasons: tuple[str, ...] = ()
    """What has changed, such as `photo`, `recipe.ladder` or `code of build_lods`."""
    price_usd: Decimal = Decimal(0)
    """What its model costs; zero where it is in the ledger."""


def compare(now: Inputs, published: Inputs | None, details: Details, own: Details) -> tuple[str, ...]:
    """Return what differs between a product's inputs and those of its release; nothing where all are equal.

    `details` are of the published catalogue, `own` of this run. A photo at a URL counts as unchanged while
    its URL is.
    """
    if published is None:
        return ("release",)
    reasons = []
    local = now.photo and published.photo
    if now.photo != published.photo if local else now.source != published.source:
        reasons.append("photo")
    if now.product != published.product:
        reasons.append("product data")
    if now.account != published.account:
        reasons.append("provider")
    if now.attempt > published.attempt:
        reasons.append("attempt")
    if now.recipe != published.recipe:
        names = _differing(own.get(now.recipe, {}), details.get(published.recipe))
        reasons += [f"recipe.{name}" for name in names] or ["recipe"]
    if now.code != published.code:
        names = _differing(own.get(now.code, {}), details.get(published.code))
        reasons += [f"code of {name}" for name in names] or ["code"]
    return tuple(reasons)


def may_buy(reasons: tuple[str, ...]) -> bool:
    """Whether these changes may ask for another model than the published one."""
    return not BUYING.isdisjoint(reasons)


def _differing(now: Mapping[str, str], before: Mapping[str, str] | None) -> list[str]:
    if before is None:
        return []
    return [name for name in {**now, **before} if now.get(name) != before.get(name)]
