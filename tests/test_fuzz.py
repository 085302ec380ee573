"""A short round of `python -m benchmarks fuzz`: no crash, no hang, no growth."""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Iterator

import pytest

from benchmarks.fuzz import fuzz, mutate
from benchmarks.fuzz_targets import TARGETS

INPUTS = {
    **{"validate": 8_000, "read_glb": 20_000, "bit-flips": 1_200, "photo": 8_000},
    **{"status-empiriolabs": 40_000, "status-pixazo": 40_000, "shop-answer": 100_000},
    **{"feed-csv": 500, "feed-json": 1_500, "feed-workbook": 700, "feed-exports": 500},
    **{"hooks": 3_000, "webhooks": 2_500, "recipe": 3_000},
}
"""About four seconds each; the seed makes them the same in every run."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_ends_in_a_result_or_a_named_error(name: str) -> None:
    found = fuzz(TARGETS[name], seconds=120, inputs=INPUTS[name], seed=11)
    assert found.crashes == {}
    assert found.inputs > 0
    assert found.results + sum(found.errors.values()) == found.inputs


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_read(name: str) -> None:
    for seed in TARGETS[name].seeds():
        TARGETS[name].run(seed)


def test_mutations_are_repeated_by_their_seed() -> None:
    once, again = (mutate(b"some bytes" * 9, random.Random(3)) for _ in range(2))
    assert once == again != b"some bytes" * 9
