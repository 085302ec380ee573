"""A few products through every trouble at once. The long runs are in benchmarks/."""

from __future__ import annotations

import pytest

from benchmarks import chaos, chaos_world


def test_every_model_is_bought_once_and_comes_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaos_world, "DATABASE_AWAY_S", 2.0)
    monkeypatch.setattr(chaos_world, "DISK_FULL_S", 1.0)
    monkeypatch.setattr(chaos, "MAX_RUN_S", 240.0)
    with chaos.opened(8, postgres=False, seed=3, share=0.3) as world:
        result = chaos.count(world, *chaos.cause_chaos(world, 3))
    assert result.models_at_home == result.sales == result.distinct_photos_sold == 8
    assert result.ledger_usd == result.sandbox_usd
    assert (result.models_lost, result.unsettled) == (0, 0)
    assert result.requests_with_a_fault > 0
