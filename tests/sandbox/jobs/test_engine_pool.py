"""Generating models in other processes."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from vitrine.sandbox.engine import generate
from vitrine.sandbox.jobs.engine_pool import EnginePool
from vitrine.sandbox.jobs.order import EngineSettings

SETTINGS = EngineSettings(faces=2_000, texture_size=256)


@pytest.mark.parametrize("processes", [0, 1])
def test_a_model_is_written_whole_or_the_reason_is_returned(cup, dot, tmp_path, processes):
    pool = EnginePool(processes, "png")
    (tmp_path / "cup").write_bytes(cup)
    (tmp_path / "dot").write_bytes(dot)

    async def run() -> list[str | None]:
        return [
            await pool.generate(tmp_path / name, tmp_path / f"{name}.glb", SETTINGS)
            for name in ("cup", "dot")
        ]

    try:
        made, failed = asyncio.run(run())
    finally:
        pool.close()
    assert made is None
    assert (tmp_path / "cup.glb").read_bytes() == generate(
        cup, faces=2_000, texture_size=256, texture_format="png"
    )
    assert failed is not None
    assert "solid" in failed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cup", "cup.glb", "dot"]


def test_a_killed_process_is_replaced(dot, tmp_path):
    pool = EnginePool(1, "png")
    (tmp_path / "dot").write_bytes(dot)

    async def run() -> str | None:
        await pool.generate(tmp_path / "dot", tmp_path / "model", SETTINGS)
        for pid in list(pool._pool._processes):  # type: ignore[union-attr]
            os.kill(pid, signal.SIGKILL)
        return await pool.generate(tmp_path / "dot", tmp_path / "model", SETTINGS)

    try:
        assert "solid" in (asyncio.run(run()) or "")
    finally:
        pool.close()
