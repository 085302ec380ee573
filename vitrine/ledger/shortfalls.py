"""How a paid model falls short of its order, and what it cost.

Three things can show it: the settings in the provider's status (EmpirioLabs may give them, Pixazo does not),
the charge in it, and the file. The file shows the size of the texture, but not the resolution of the shape:
TRELLIS.2 simplifies every model to the same number of faces. A model ordered at 1536 may be made at 1024
without a word (`max_num_tokens`), so it is a finding of its own if nothing confirms the 1536.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vitrine.errors import ConfigError
from vitrine.findings import finding
from vitrine.ledger.purchase import Purchase
from vitrine.models import Finding
from vitrine.providers.prices import price_usd

UNITS = {"resolution": "px", "texture_size": "px"}
"""The settings that are compared with the order (less is worse), and their units."""
UNCERTAIN_RESOLUTION = 1536
"""The resolution below which a provider may stay without a word."""


def shortfalls(purchase: Purchase) -> tuple[Finding, ...]:
    """Return the findings on a fetched purchase: `DOWNGRADED`, `CHARGED_OTHERWISE`, `UNCONFIRMED`."""
    return tuple(_findings(purchase))


def note_of(findings: tuple[Finding, ...]) -> str | None:
    """Return the ledger's note on a purchase: the messages of its warnings."""
    return "; ".join(f.message for f in findings if f.severity == "warning") or None


def _findings(purchase: Purchase) -> Iterator[Finding]:
    confirmed = False
    for name, unit in UNITS.items():
        ordered = _number(purchase.settings.get(name))
        for made, source in (
            (_number((purchase.effective or {}).get(name)), "by its provider's own word"),
            (_number((purchase.measured or {}).get(name)), "as measured in the file"),
        ):
            confirmed = confirmed or (name == "resolution" and made is not None)
            if ordered is not None and made is not None and made < ordered:
                yield _downgraded(name, ordered, made, f"made at {made} {unit}, {source}")
                break
    if purchase.quoted_usd is not None and purchase.quoted_usd != purchase.price_usd:
        lower = None if confirmed else _resolution_by_price(purchase)
        if lower is not None:
            confirmed = True
            ordered = _number(purchase.settings.get("resolution")) or 0
            yield _downgraded(
                "resolution", ordered, lower, f"charged ${purchase.price_usd}, the price of {lower}"
            )
        yield finding(
            "CHARGED_OTHERWISE",
            f"charged ${purchase.price_usd}, quoted ${purchase.quoted_usd}",
            measured=float(purchase.price_usd),
            limit=float(purchase.quoted_usd),
            severity="warning" if purchase.price_usd > purchase.quoted_usd else "info",
        )
    if not confirmed and _number(purchase.settings.get("resolution")) == UNCERTAIN_RESOLUTION:
        yield finding(
            "UNCONFIRMED",
            f"{purchase.provider} does not say whether it was really made at {UNCERTAIN_RESOLUTION}",
            limit=UNCERTAIN_RESOLUTION,
        )


def _downgraded(name: str, ordered: int, made: int, how: str) -> Finding:
    message = f"{name} {ordered} was ordered, and it was {how}"
    return finding("DOWNGRADED", message, measured=made, limit=ordered)


def _resolution_by_price(purchase: Purchase) -> int | None:
    """Return the lower resolution whose list price is what was charged."""
    ordered = _number(purchase.settings.get("resolution")) or 0
    for lower in (512, 1024):
        if lower < ordered and _list_usd(purchase.provider, lower) == purchase.price_usd:
            return lower
    return None


def _list_usd(provider: str, resolution: int) -> Decimal | None:
    try:
        return price_usd(provider, {"resolution": resolution})
    except ConfigError:
        return None


def _number(value: object) -> int | None:
    """`1536`, `"1536"`, `"1536_cascade"` -> 1536."""
    digits = str(value).partition("_")[0].partition(".")[0]
    return int(digits) if not isinstance(value, bool) and digits.isdigit() else None
