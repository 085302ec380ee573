"""An immutable object is written once, whatever the server answers meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import PreconditionFailed
from vitrine.storage import put_if_absent as module
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.put_if_absent import TRIES, put_if_absent


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.0)


class Conflicting(LocalBucket):
    """Refuses the first `conflicts` writes, as S3 does with 409 while another writer is busy."""

    conflicts = 0
    writes = 0

    def put(self, key, body, **options):
        self.writes += 1
        if self.writes <= self.conflicts:
            raise PreconditionFailed("409")
        return super().put(key, body, **options)


def test_the_first_writer_wins(bucket: Bucket) -> None:
    assert put_if_absent(bucket, "k.txt", b"first", "text/plain")
    assert not put_if_absent(bucket, "k.txt", b"second", "text/plain")
    assert bucket.get("k.txt") == b"first"


def test_a_conflict_without_an_object_is_tried_again(tmp_path: Path) -> None:
    bucket = Conflicting(tmp_path)
    bucket.conflicts = TRIES - 1
    assert put_if_absent(bucket, "k.txt", b"x", "text/plain")
    assert bucket.get("k.txt") == b"x"


def test_conflicts_without_end_are_an_error(tmp_path: Path) -> None:
    bucket = Conflicting(tmp_path)
    bucket.conflicts = TRIES
    with pytest.raises(PreconditionFailed, match=f"{TRIES} writes were refused"):
        put_if_absent(bucket, "k.txt", b"x", "text/plain")
    assert bucket.head("k.txt") is None
