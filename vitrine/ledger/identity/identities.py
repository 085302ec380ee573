"""Which purchase answers for an order: the one with its key, or one that is known to be of the same thing.

`purchase_identities` has a row for everything that a purchase answers for besides its own key: the identities
of its order and of others like it (the same prepared pixels, the same photo prepared by another release), and
the keys of the requests that it served.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.engine import Connection

from vitrine.ledger.purchase import UNDER_WAY, WITH_RECEIPT, Purchase
from vitrine.ledger.queries import select
from vitrine.ledger.schema import purchase_identities, purchases
from vitrine.models.order import Order, derive_seed, photo_seed, without_seed

ENDED = ("failed", "expired", "abandoned")


def find_order(connection: Connection, order: Order) -> Purchase | None:
    """Return the purchase that answers for an order; of several, one with a model or a receipt."""
    own = purchases.c.key.in_((order.key, order.png_key))
    same = purchases.c.key.in_(_answering(_identities(order))) & (purchases.c.attempt == order.attempt)
    found = select(connection, own | same)
    return min(found, key=lambda purchase: _rank(purchase, order), default=None)


def latest_attempt(connection: Connection, orders: Sequence[Order], least: int) -> int:
    """Return the attempt of these orders, of one photo, that is wanted: the newest that was bought.

    An attempt that failed, expired or was given up counts only if there is no other; attempts before `least`
    do not count, and neither do claims, which are no purchases yet. Orders that were never bought take the
    newest attempt of the same photo with other settings, so that a final has the seed of its draft. Without
    any it is `least`.
    """
    identities = [identity for order in orders for identity in _identities(order)]
    keys = [key for order in orders for key in (order.key, order.png_key)]
    since = (purchases.c.attempt >= least) & purchases.c.state.not_in(("refused", "claimed"))
    bought = select(connection, since & purchases.c.key.in_(_answering(identities)))
    bought = bought or select(connection, since & purchases.c.key.in_(keys))
    if not bought:
        bought = [p for order in orders for p in _of_photo(connection, order, since)]
    alive = [purchase.attempt for purchase in bought if purchase.state not in ENDED]
    return max(alive or [purchase.attempt for purchase in bought] or [least])


def next_attempt(connection: Connection, orders: Sequence[Order]) -> tuple[int, list[Purchase]]:
    """Return the attempt that buys these orders anew, and the purchases that it has already.

    It is one more than was bought. But an attempt whose models are not all here yet is not over: whoever
    repeats a command that was interrupted goes on with it, and pays once.
    """
    identities = [identity for order in orders for identity in _identities(order)]
    answering = purchases.c.key.in_(_answering(identities))
    bought = select(connection, answering & (purchases.c.state != "refused"))
    newest = max((purchase.attempt for purchase in bought), default=0)
    there = [purchase for purchase in bought if purchase.attempt == newest]
    if any(purchase.state in UNDER_WAY for purchase in there):
        return newest, there
    return newest + 1, []


def find_seed(connection: Connection, order: Order) -> JsonValue:
    """Return the derived seed with which this photo was bought at other settings, in the same attempt.

    A draft of an earlier release has a seed of its PNG: its final takes the same. `None` without one.
    """
    condition = (purchases.c.attempt == order.attempt) & (purchases.c.state != "refused")
    for purchase in _of_photo(connection, order, condition):
        if has_derived_seed(purchase):
            return purchase.settings["seed"]
    return None


def has_derived_seed(purchase: Purchase) -> bool:
    """Whether a purchase's seed was made from its photo: from the source or, by earlier releases, the PNG."""
    seeds = [derive_seed(purchase.photo_sha256, purchase.attempt)]
    if purchase.source_sha256 is not None:
        seeds.append(photo_seed(purchase.source_sha256, purchase.photo_options or {}, purchase.attempt))
    return purchase.settings.get("seed") in seeds


def chosen_settings(purchase: Purchase) -> dict[str, JsonValue]:
    """Return the settings of a purchase without a derived seed."""
    return without_seed(purchase.settings) if has_derived_seed(purchase) else purchase.settings


def is_linked(connection: Connection, order: Order, key: str) -> bool:
    """Whether the purchase `key` is known to answer for the order, by its source and by its pixels."""
    return _missing(connection, _identities(order), key) == []


def link(connection: Connection, order: Order, key: str, request_keys: Iterable[str] = ()) -> None:
    """Record that the purchase `key` answers for an order, and for requests. The caller holds the claim lock.

    A purchase of an earlier release is known by this order's source from now on; its key stays.
    """
    add_identities(connection, (*_identities(order), *request_keys), key)
    earlier = (purchases.c.key == key) & purchases.c.source_sha256.is_(None)
    values: dict[str, Any] = {
        "source_sha256": order.photo.source_sha256,
        "photo_options": order.photo.options,
        "identity": order.identity,
    }
    connection.execute(purchases.update().where(earlier).values(**values))


def add_identities(connection: Connection, identities: Iterable[str], key: str) -> None:
    """Record what the purchase `key` answers for. The caller holds the claim lock."""
    rows = [{"identity": identity, "purchase_key": key} for identity in _missing(connection, identities, key)]
    if rows:
        connection.execute(purchase_identities.insert(), rows)


def _identities(order: Order) -> tuple[str, str]:
    return order.identity, order.pixels_identity


def _answering(identities: Sequence[str]) -> Any:
    query = sa.select(purchase_identities.c.purchase_key)
    return query.where(purchase_identities.c.identity.in_(identities))


def _rank(purchase: Purchase, order: Order) -> tuple[Any, ...]:
    state = purchase.state
    return state == "refused", state not in WITH_RECEIPT, purchase.key != order.key, purchase.claimed_at


def _of_photo(connection: Connection, order: Order, condition: sa.ColumnElement[bool]) -> list[Purchase]:
    """Purchases of the order's photo at its provider, whatever their settings."""
    photo = order.photo
    same = (purchases.c.source_sha256 == photo.source_sha256) | (
        purchases.c.pixels_sha256 == photo.pixels_sha256
    )
    at = (purchases.c.provider == order.provider) & (purchases.c.model == order.model)
    return [
        purchase
        for purchase in select(connection, same & at & condition)
        if purchase.pixels_sha256 == photo.pixels_sha256 or purchase.photo_options == photo.options
    ]


def _missing(connection: Connection, identities: Iterable[str], key: str) -> list[str]:
    wanted = list(dict.fromkeys(identities))
    query = sa.select(purchase_identities.c.identity).where(
        purchase_identities.c.identity.in_(wanted), purchase_identities.c.purchase_key == key
    )
    known = set(connection.execute(query).scalars())
    return [identity for identity in wanted if identity not in known]
