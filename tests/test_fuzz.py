"""A short round of `python -m benchmarks fuzz`: no crash, no hang, no growth."""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Iterator

import pytest

from benchmarks.fuzz import fuzz, mutate
from benchmarks.fuzz_targets import TARGETS

INPUTS = {"bit-flips": 20, "hooks": 15, "feed-workbook": 60}
"""Targets that take long; of the others, so many are tried:"""
OTHERS = 150


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_ends_in_a_result_or_a_named_error(name: str) -> None:
    found = fuzz(TARGETS[name], seconds=60, inputs=INPUTS.get(name, OTHERS), seed=11)
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
