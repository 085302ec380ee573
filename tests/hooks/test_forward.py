"""Events on their way to Prefect: those it does not take, and those whose runs it does not start."""

from __future__ import annotations

import pytest

from tests.hooks.conftest import BRIDGE, MUG, Hooks


async def test_events_wait_while_prefect_is_down(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    hooks.down = True
    with pytest.raises(OSError, match="down"):
        await hooks.forward()
    assert hooks.store.waiting() == 1
    hooks.down = False
    assert await hooks.forward() == [("updated", "mug")]
    assert hooks.store.waiting() == 0


async def test_a_report_that_comes_while_the_last_one_is_sent_stays(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    (due,) = hooks.store.due()
    hooks.shopify(MUG | {"title": "Newer"})
    hooks.store.sent(due, hooks.clock.time)
    hooks.clock.advance(60)
    await hooks.forward()
    assert [event.payload["title"] for event in hooks.sent] == ["Newer"]


async def test_a_run_that_prefect_did_not_start_is_started(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.woocommerce()
    hooks.clock.advance(11)
    await hooks.forward()
    hooks.dropped = hooks.sent[:1]
    assert await hooks.check() == []  # Prefect may need a while
    hooks.clock.advance(61)
    hooks.down = True
    with pytest.raises(OSError, match="down"):
        await hooks.check()
    assert hooks.store.unchecked() == 2
    hooks.down = False
    assert await hooks.check() == ["Stoneware mug"]
    assert hooks.store.unchecked() == 0
    assert await hooks.check() == ["Stoneware mug"]


@pytest.mark.parametrize("topic", ["update", "delete"])
async def test_a_missing_run_is_not_started_for_a_state_that_is_over(hooks: Hooks, topic: str) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    await hooks.forward()
    hooks.dropped = hooks.sent[:]
    hooks.clock.advance(55)
    hooks.shopify(MUG | {"title": "Newer"}, topic=topic)
    hooks.clock.advance(11)
    assert await hooks.check() == []
    await hooks.forward()
    hooks.dropped = hooks.sent[:]
    hooks.clock.advance(61)
    assert await hooks.check() == (["Newer"] if topic == "update" else [])


async def test_what_prefect_refuses_keeps_nothing_back(hooks: Hooks) -> None:
    hooks.refuses = "mug"
    hooks.shopify()
    hooks.woocommerce()
    hooks.clock.advance(11)
    assert await hooks.forward() == [("updated", "MUG-1")]
    assert hooks.store.waiting() == 1
    hooks.refuses = "MUG-1"
    hooks.clock.advance(3601)
    assert (await hooks.forward())[1:] == [("updated", "mug")]
    hooks.clock.advance(61)
    await hooks.check()
    assert hooks.store.unchecked() == 1
    hooks.refuses = ""
    hooks.clock.advance(3601)
    await hooks.check()
    assert hooks.store.unchecked() == 0


async def test_a_photo_that_is_put_there_again_is_another_event(hooks: Hooks) -> None:
    """Prefect takes two events with one id for one; the notifications differ in their time only."""
    for number in range(2):
        hooks.bucket({**BRIDGE, "id": str(number)})
        hooks.clock.advance(11)
        await hooks.forward()
    assert len(hooks.sent) == len(set(hooks.ids)) == 2


async def test_an_event_that_is_sent_again_after_a_crash_is_the_same(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    for _ in range(2):
        (due,) = hooks.store.due()
        await hooks.send(due)
    assert len(set(hooks.ids)) == 1
