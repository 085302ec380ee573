"""`--again`: what is said before models are bought anew, and under which attempts they are."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest

from cli import buy_again
from cli.console import Console
from cli.run import run
from vitrine.models import Product
from vitrine.purchasing.buy_again import Again
from vitrine.recipe import Recipe


def test_the_price_is_said_and_what_is_under_way_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = [
        Again(product="mug", attempt=2, is_under_way=False, usd=Decimal("0.249")),
        Again(product="cup", attempt=3, is_under_way=True, usd=Decimal(0)),
    ]

    async def quote(*_: object) -> list[Again]:
        return quoted

    monkeypatch.setattr(buy_again, "_quote", quote)
    products = [Product(id=name, title=name, photos=(f"{name}.png",)) for name in ("mug", "cup")]
    attempts = buy_again.choose_attempts(products, Recipe(), "sandbox", Console(width=200))
    assert attempts == {"mug": 2, "cup": 3}
    assert capsys.readouterr().out.splitlines() == [
        "buying anew: mug, attempt 2, $0.249",
        "bought anew already: cup, attempt 3; this run goes on with it",
        "1 model anew for $0.249 at sandbox",
    ]


@pytest.mark.parametrize("again", [True, False])
def test_a_stopped_command_warns_of_again(
    again: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["vitrine", "convert", "mug.png", *(["--again"] if again else [])])
    with pytest.raises(KeyboardInterrupt):
        run(stop(), Console(width=200))
    said = capsys.readouterr().out
    assert "Continue with vitrine convert mug.png" in said
    assert ("leave it out" in said) == again
