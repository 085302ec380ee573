"""The simulation of a catalogue, where its result is plain arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.simulate import World, simulate

WORLD = World(products=120, cores=2, in_work=8, cpu_s=4, latency_s=0)


def test_without_latency_the_cores_are_the_limit() -> None:
    assert simulate(WORLD) == pytest.approx(120 * 4 / 2, rel=0.02)
    assert simulate(replace(WORLD, cores=4)) == pytest.approx(120 * 4 / 4, rel=0.02)


def test_with_few_jobs_the_provider_is() -> None:
    world = replace(WORLD, latency_s=60, jobs=3, in_work=20)
    assert simulate(world) == pytest.approx(120 / 3 * 60, rel=0.02)


def test_a_rate_of_orders_is_kept() -> None:
    assert simulate(replace(WORLD, orders_a_minute=6, in_work=60)) == pytest.approx(120 * 10, rel=0.02)


def test_places_are_for_whole_products() -> None:
    world = replace(WORLD, in_work=2, latency_s=16)
    assert simulate(world) == pytest.approx(120 / 2 * (16 + 4), rel=0.02)


def test_a_seed_is_repeated() -> None:
    world = replace(WORLD, latency_s=60, jitter=0.3, jobs=20, in_work=40)
    assert simulate(world) == simulate(world) != simulate(world, seed=2)
