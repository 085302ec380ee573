"""The flow that fetches paid models whose run is gone, against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.collect_models import collect_models
from flows.convert_product import convert_product
from flows.outcome import run_flow
from tasks.resources import ledger
from vitrine.errors import InputError
from vitrine.ledger.schema import purchases
from vitrine.models import Product
from vitrine.recipe import Recipe

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]


async def test_paid_models_come_home_without_their_run(
    quick: Recipe,
    sales: Callable[[], int],
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
    ask: Callable[..., list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def stop(*_: object) -> None:
        raise InputError("stopped")

    photo = draw_photo(tmp_path / "jar.png")
    product = Product(id="jar", title="Jar", photos=(str(photo),))
    with monkeypatch.context() as patch:
        patch.setattr("flows.convert_product.fetch_model", stop)
        run = await run_flow(convert_product, product, quick, "sandbox", str(tmp_path / "public"))
    assert (run.status, run.error) == ("failed", "stopped")
    bought = sales()
    with ledger().transaction() as connection:
        assert connection.execute(sa.select(purchases.c.state)).scalar_one() == "submitted"
        connection.execute(sa.update(purchases).values(owner="another-machine/1/1"))

    (collected,) = await run_flow(collect_models)
    assert (collected.product, collected.outcome) == ("jar", "fetched")
    # Those of a deployment may run at any full or half hour, for other tests of this server.
    runs = ask("flow_runs", flows={"name": {"any_": ["collect-models"]}})
    (state,) = (run["state"] for run in runs if run["deployment_id"] is None)
    assert state["message"] == "1 of 1 model fetched"
    tables = ask("artifacts", artifacts={"key": {"any_": ["collected"]}})
    assert ["fetched"] in [[row["outcome"] for row in json.loads(table["data"])] for table in tables]

    assert await run_flow(collect_models) == []
    run = await run_flow(convert_product, product, quick, "sandbox", str(tmp_path / "public"))
    assert run.status == "published"
    assert sales() == bought
