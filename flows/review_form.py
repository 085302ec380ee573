"""Suspend the run of a held product until somebody has decided, in the form that Prefect's UI shows.

A suspended run takes no worker and no slot. When it is resumed it starts from its beginning, where the ledger
has its purchase and the work store its files, and comes back to the same question.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from tasks.answer_review import answer_review, find_review
from vitrine.progress import bind_product
from vitrine.recipe import Recipe
from vitrine.reviews.close_unanswered import time_out_of
from vitrine.reviews.desk import price_of
from vitrine.reviews.queue import Action, ReviewItem

Name = Annotated[str, Field(min_length=1, max_length=200, description="Who decides")]
ModelDecision = Literal["approve", "reject", "turn by 90°", "turn by 180°", "turn by 270°", "buy again"]
ACTIONS: dict[str, tuple[Action, int]] = {
    "approve": ("approved", 0),
    "reject": ("rejected", 0),
    "turn by 90°": ("turned", 1),
    "turn by 180°": ("turned", 2),
    "turn by 270°": ("turned", 3),
    "buy again": ("again", 0),
}


class ModelReview(RunInput):
    """The form of a finished product."""

    decision: ModelDecision = Field(description="Approving publishes it; `buy again` takes another seed")
    by: Name


class PhotoReview(RunInput):
    """The form of a photo or a draft."""

    decision: Literal["approve", "reject"] = Field(description="Approving buys the model")
    by: Name


async def ask_reviewer(product: str, recipe: Recipe, to: str) -> bool:
    """Ask about a held product, by its slug, and carry out the answer; False if it stays as it is.

    The first call for a question suspends the run. What was decided elsewhere meanwhile stands. After the
    recipe's `review_days` the run fails, is started again, and its `review_default` is carried out.
    """
    item = await find_review(product, to)
    if item is None or item.decision is not None:
        return item is not None and item.goes_on
    left_s = _left_s(item, recipe)
    if left_s is not None and left_s <= 0:
        return await _answer(item, recipe.review_default, 0, time_out_of(recipe), to)
    form = PhotoReview if item.buys else ModelReview
    answer = await asuspend_flow_run(
        wait_for_input=form.with_initial_data(description=_question(item)),
        timeout=None if left_s is None else math.ceil(left_s),
        key=f"review-{item.held_at:%Y%m%d-%H%M%S-%f}",
    )
    return await _answer(item, *ACTIONS[answer.decision], answer.by, to)


async def _answer(item: ReviewItem, action: Action, quarters: int, by: str, to: str) -> bool:
    with bind_product(item.product.id):
        changed: bool = await answer_review(item.product.slug, action, quarters, by, to)
    return changed


def _left_s(item: ReviewItem, recipe: Recipe) -> float | None:
    """Seconds until the time-out of a question; `None` if there is none."""
    if recipe.review_days is None:
        return None
    return (item.held_at + timedelta(days=recipe.review_days) - datetime.now(UTC)).total_seconds()


def _question(item: ReviewItem) -> str:
    """Return the question in Markdown."""
    lines = [f"**{item.product.title or item.product.id}** is held:", ""]
    lines += [f"- {reason}" for reason in item.reasons]
    if price := price_of(item):
        lines += ["", f"Buying another model costs {price}."]
    lines += ["", "The contact sheet is among the artifacts of this run."]
    return "\n".join(lines)
