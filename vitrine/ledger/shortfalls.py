"""Where a paid model falls short of its order, and what it cost in the end.

Three things can show it: what the provider's answer says of the settings (EmpirioLabs may, Pixazo does not),
what it says was charged, and the file itself. The file tells the side of the texture, never the resolution
of the shape: TRELLIS.2 cuts every model to the same number of faces. At 1536, where the model may fall
silently to 1024 (`max_num_tokens`), silence is reported as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vitrine.errors import ConfigError
from vitrine.findings import finding
from vitrine.ledger.purchase import Purchase
from vitrine.models import Finding
from vitrine.providers.prices import price_usd

NUMBERS = {"resolution": "px", "texture_size": "px"}
"""Settings of which less is worse, and their units."""
MAY_FALL = 1536
"""The resolution that providers may quietly not keep."""


def shortfalls(purchase: Purchase) -> tuple[Finding, ...]:
    """What is to be said of a purchase that came home: `DOWNGRADED`, `CHARGED_OTHERWISE`, `UNCONFIRMED`."""
    return tuple(_findings(purchase))


def note_of(findings: tuple[Finding, ...]) -> str | None:
    """The ledger's note on a purchase: what is worth a look, in words."""
    return "; ".join(f.message for f in findings if f.severity == "warning") or None


def _findings(purchase: Purchase) -> Iterator[Finding]:
    confirmed = False
    for name, unit in NUMBERS.items():
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
        lower = None if confirmed else _priced(purchase)
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
    if not confirmed and _number(purchase.settings.get("resolution")) == MAY_FALL:
        yield finding(
            "UNCONFIRMED",
            f"{purchase.provider} does not say whether it was really made at {MAY_FALL}",
            limit=MAY_FALL,
        )


def _downgraded(name: str, ordered: int, made: int, how: str) -> Finding:
    message = f"{name} {ordered} was ordered, and it was {how}"
    return finding("DOWNGRADED", message, measured=made, limit=ordered)


def _priced(purchase: Purchase) -> int | None:
    """The lower resolution whose list price is just what was charged."""
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


def _number(said: object) -> int | None:
    """`1536`, `"1536"`, `"1536_cascade"` -> 1536."""
    digits = str(said).partition("_")[0].partition(".")[0]
    return int(digits) if not isinstance(said, bool) and digits.isdigit() else None
