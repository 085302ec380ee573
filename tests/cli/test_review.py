"""`vitrine review`: what is printed, and what a decision does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.fixtures.assets import asset_of
from vitrine.errors import InputError
from vitrine.models import Product
from vitrine.publishing.releases import read_release
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.queue import ReviewItem
from vitrine.settings import Settings
from vitrine.storage.local import LocalBucket


@pytest.fixture
def public(home: Path, tmp_path: Path) -> Path:
    """A folder that two products were held for."""
    del home
    folder = tmp_path / "public"
    folder.mkdir()
    desk = ReviewDesk(Settings.from_env().open_work_store(), LocalBucket(folder), "Ada")
    for name in ("jug", "mug"):
        product = Product(id=name, title=name.title(), photos=("a.jpg",))
        asset = asset_of(desk.store, name.encode()).model_copy(update={"product": product})
        desk.queue.hold(
            ReviewItem(
                product=product,
                reasons=("another shape",),
                asset=asset,
                to=str(folder),
                held_at=datetime.now(UTC),
            )
        )
    return folder


def review(public: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["review", "--to", str(public), *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_without_a_terminal_what_waits_is_listed_and_nothing_decided(public: Path) -> None:
    said = review(public)
    assert "jug Jug (1 of 2)" in said
    assert "another shape" in said
    assert "vitrine review PRODUCT --approve" in said
    assert [row["product"] for row in json.loads(review(public, "--json"))] == ["jug", "mug"]


def test_one_is_approved_and_one_rejected(public: Path) -> None:
    assert "mug: approved by Bea, published: " in review(public, "mug", "--approve", "--by", "Bea")
    manifest = read_release(LocalBucket(public), "mug")
    assert manifest.review is not None
    assert manifest.review.by == "Bea"
    assert "jug: rejected by Bea" in review(public, "jug", "--reject", "--by", "Bea")
    assert review(public).strip() == "nothing waits for review"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--approve"], "name the product"),
        (["mug", "--approve", "--reject"], "exclude each other"),
        (["cup", "--approve"], "cup does not wait for a review"),
        (["mug", "--approve", "--by", " "], "say who decides"),
        (["jug", "--turn", "45"], "90, 180 or 270"),
        (["jug", "--turn", "90", "--again"], "exclude each other"),
    ],
)
def test_what_cannot_be_done_is_named(public: Path, words: list[str], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        review(public, *words)


def test_turning_and_buying_again_are_for_the_next_run(public: Path) -> None:
    said = review(public, "jug", "--turn", "180")
    assert said == "jug: the next run turns it by 180° and builds it anew; it buys nothing\n"
    assert review(public, "mug", "--again").startswith("mug: the next run buys its model anew, as attempt 2")
    assert review(public) == "nothing waits for review\n"
