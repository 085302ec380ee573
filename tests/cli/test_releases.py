"""`vitrine releases`, `rollback` and `withdraw` on a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vitrine
from tests.fixtures.assets import CHAIR, asset_of
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.storage.open import open_bucket
from vitrine.storage.work_store import WorkStore


@pytest.fixture
def published(tmp_path: Path) -> tuple[str, str]:
    """The ids of two releases of one product, of which the second is current."""
    store = WorkStore(open_bucket(str(tmp_path / "work")), cache=tmp_path / "cache")
    bucket = open_bucket(str(tmp_path / "public"))
    first, second = (
        publish_release(asset_of(store, b"glb", CHAIR.model_copy(update={"title": title})), store, bucket)
        for title in ("Old", "New")
    )
    publish_catalog(bucket)
    return first.id, second.id


def states(vitrine: Vitrine) -> dict[str, str]:
    rows = json.loads(vitrine("releases", "chair", "--json").stdout)
    return {row["release"]: row["state"] for row in rows}


def test_a_product_goes_back_away_and_comes_again(vitrine: Vitrine, published: tuple[str, str]) -> None:
    old, new = published
    (row,) = json.loads(vitrine("releases", "--json").stdout)
    assert (row["product"], row["release"]) == ("chair", new)
    assert states(vitrine) == {new: "current", old: "previous"}
    assert new in vitrine("releases").stdout

    back = vitrine("rollback", "chair")
    assert (back.returncode, back.stderr) == (0, "")
    assert f"release {old} is now current" in back.stdout
    assert states(vitrine)[old] == "current"
    assert json.loads(vitrine("releases", "--json").stdout)[0]["title"] == "Old"

    assert vitrine("withdraw", "chair").stdout == "chair is withdrawn\n"
    assert json.loads(vitrine("releases", "--json").stdout) == []
    assert set(states(vitrine).values()) == {"earlier"}
    assert vitrine("rollback", "chair").returncode == 2
    assert vitrine("rollback", "chair", "--release", new).returncode == 0
    assert states(vitrine)[new] == "current"


@pytest.mark.parametrize("command", [("releases", "sofa"), ("rollback", "sofa"), ("withdraw", "sofa")])
def test_an_unknown_product_is_bad_input(
    vitrine: Vitrine, published: tuple[str, str], command: tuple[str, ...]
) -> None:
    assert published
    result = vitrine(*command)
    assert result.returncode == 2
    assert "no product 'sofa'" in result.stderr


def test_a_folder_that_is_not_there_is_bad_input(vitrine: Vitrine) -> None:
    result = vitrine("releases", "--to", "pubic")
    assert result.returncode == 2
    assert "pubic is not a folder" in result.stderr
