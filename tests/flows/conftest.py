"""What a run leaves in Prefect, asked over its API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from deployments.drain import drain
from tasks.run_count import count_task_runs
from vitrine.recipe import ArOptions, Generation, Level, PosterOptions, Recipe

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(prefect_server: str) -> Iterator[Ask]:
    """`ask("flow_runs", flows={…})`: what Prefect has on record, once it has written down all it knows."""

    def ask(what: str, **filters: Any) -> list[dict[str, Any]]:
        with ThreadPoolExecutor(1) as pool:  # away from the test's event loop, which it would block
            drained = pool.submit(drain, prefect_server, run_count).result()
        assert drained.started > 0, "the test has started no task run, or its context was not this one's"
        answer = httpx.post(f"{prefect_server}/{what}/filter", json=filters)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    with count_task_runs() as run_count:
        yield ask


@pytest.fixture
def sales(sandbox_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many models the sandbox has sold; with it, `sandbox` is an account of this test."""
    monkeypatch.setenv("VITRINE_SANDBOX_URL", sandbox_url)
    return lambda: int(httpx.get(f"{sandbox_url}/sandbox/sales").json()["count"])


@pytest.fixture
def quick() -> Recipe:
    """A recipe with everything in it, small."""
    return Recipe(
        generation=Generation(decimation_target=10_000, texture_size=1024),
        ladder=(Level(triangles=4_000, texture_px=256), Level(triangles=1_000, texture_px=128)),
        ar=ArOptions(triangles=4_000, texture_px=256),
        poster=PosterOptions(size_px=128),
    )
