"""The purchase protocol's state machine, searched for long: steps taken, by kind, and what they led to.

`python -m benchmarks protocol_search --examples 3000` tries so many random sequences of 60 steps at most. The
test suite tries 60 (`tests/purchasing/test_protocol.py` says what a step is, and what must hold after each).
A sequence in which it does not hold ends the search with an error.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.report import table, write_section


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks protocol_search", description=__doc__)
    parser.add_argument("--examples", type=int, default=3000)
    options = parser.parse_args(arguments)
    from tests.fixtures.purchase_world import COUNTS, OUTCOMES
    from tests.purchasing.test_protocol import STEPS, PurchaseProtocol

    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    search = settings(
        max_examples=options.examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=[*PurchaseProtocol.TestCase.settings.suppress_health_check],
        phases=[Phase.generate],
    )
    run_state_machine_as_test(PurchaseProtocol, settings=search)
    rows: list[tuple[str, object]] = [
        ("sequences", options.examples),
        ("steps", COUNTS.total()),
        *((f"– {name}", number) for name, number in COUNTS.most_common()),
        *OUTCOMES.most_common(),
        ("violations", 0),
        ("seconds", round(time.monotonic() - began)),
    ]
    command = f"python -m benchmarks protocol_search --examples {options.examples}"
    write_section("Purchase protocol as a state machine", command, table(("", "count"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
