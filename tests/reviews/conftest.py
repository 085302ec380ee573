"""The work store and the destination of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore


@pytest.fixture
def store(tmp_path: Path) -> WorkStore:
    return WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")


@pytest.fixture
def bucket(tmp_path: Path) -> LocalBucket:
    return LocalBucket(tmp_path / "public")
