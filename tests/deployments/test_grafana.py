"""The dashboard asks for metrics that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from vitrine.hooks.metrics import LedgerCollector
from vitrine.ledger import Ledger

DASHBOARD = Path(__file__).resolve().parents[2] / "deployments" / "grafana" / "vitrine.json"


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def test_every_query_names_metrics_that_are_served(ledger: Ledger) -> None:
    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger))
    served = {
        f"{family.name}_total" if family.type == "counter" else family.name for family in registry.collect()
    }
    asked = {
        name
        for panel in panels()
        for target in panel["targets"]
        for name in re.findall(r"vitrine_\w+", target["expr"])
    }
    assert asked <= served
    assert served <= asked | {"vitrine_purchases_usd"}


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not taken & cells
        taken |= cells
