"""Which request takes which fault."""

from __future__ import annotations

import pytest

from vitrine.sandbox import Fault, FaultError
from vitrine.sandbox.faults.fault_queue import FaultQueue


def test_a_request_takes_the_first_fault_that_matches_it():
    queue = FaultQueue(
        (
            Fault(kind="drop", provider="pixazo"),
            Fault(kind="stall", on="status"),
            Fault(kind="slow", after=1, times=2),
        )
    )
    taken = [queue.take("submit", "empiriolabs", {}) for _ in range(4)]
    assert [fault and fault.kind for fault in taken] == [None, "slow", "slow", None]
    assert [fault.kind for fault in queue.pending] == ["drop", "stall"]
    queue.clear()
    assert queue.take("submit", "pixazo", {}) is None


def test_the_header_comes_first_and_leaves_the_queue_as_it_is():
    queue = FaultQueue((Fault(kind="drop"),))
    fault = queue.take("submit", "pixazo", {"X-Sandbox-Fault": '{"kind": "stall"}'})
    assert fault is not None
    assert fault.kind == "stall"
    assert len(queue.pending) == 1
    with pytest.raises(FaultError, match="kind"):
        queue.take("submit", "pixazo", {"X-Sandbox-Fault": '{"kind": "explode"}'})


def test_a_probability_gives_the_same_faults_in_every_run():
    def run() -> list[bool]:
        queue = FaultQueue((Fault(kind="drop", times=None, probability=0.3),))
        return [queue.take("submit", "pixazo", {}) is not None for _ in range(400)]

    assert run() == run()
    assert 80 < sum(run()) < 160


def test_a_fault_with_a_duration_ends_by_itself():
    clock = [100.0]
    fault = Fault(kind="answer", on="status", status=404, times=None, duration_s=4)
    queue = FaultQueue((fault,), now=lambda: clock[0])
    for seconds in (200.0, 203.9):  # from the first request that fails
        clock[0] = seconds
        assert queue.take("status", "pixazo", {}) == fault
    clock[0] = 204.0
    assert queue.take("status", "pixazo", {}) is None
    assert queue.pending == []
