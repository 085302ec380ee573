"""What an answer says of settings and charges is taken; what only looks like it is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vitrine.providers.answers.reported import charge_reported, settings_reported

NAMES = {"resolution", "texture_size"}


@pytest.mark.parametrize(
    ("answer", "settings"),
    [
        ({"result": {"usage": {"resolution": "1024"}}}, {"resolution": "1024"}),
        ({"result": {"data": [{"url": "u", "resolution": 1024}]}}, {"resolution": 1024}),
        ({"resolution": 1536, "result": {"effective_resolution": 1024}}, {"resolution": 1024}),
        ({"effective_resolution": 1024, "result": {"resolution": 1536}}, {"resolution": 1024}),
        ({"input": {"resolution": 1536}, "request": {"texture_size": 1}}, {}),  # an echo of the order
        ({"resolution": None, "texture_size": [1], "seed": 3}, {}),
        ({}, {}),
    ],
)
def test_settings(answer: dict[str, Any], settings: dict[str, Any]) -> None:
    assert settings_reported(answer, NAMES) == settings


@pytest.mark.parametrize(
    ("answer", "usd"),
    [
        ({"result": {"usage": {"cost_usd": 0.249}}}, "0.249"),
        ({"usage": {"cost": "0.25", "currency": "usd"}}, "0.25"),
        ({"billing": {"charged_usd": "$0.30"}}, "0.30"),
        ({"usage": {"cost_usd": 0}}, "0"),
        ({"usage": {"cost": 24.9}}, None),  # of what? cents, credits
        ({"usage": {"credits": 3, "cost_usd": True}}, None),
        ({"usage": {"cost_usd": 250}}, None),  # no price of one model
        ({"usage": {"cost_usd": -1}}, None),
        ({"input": {"price_usd": 1}}, None),
    ],
)
def test_charges(answer: dict[str, Any], usd: str | None) -> None:
    assert charge_reported(answer) == (None if usd is None else Decimal(usd))
