"""The pointer moves for one at a time, on every kind of server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import pytest

from vitrine.errors import ConditionUnsupported, PreconditionFailed
from vitrine.publishing.pointer import TRIES, Pointer, compare_and_swap, read_pointer
from vitrine.publishing.published import Target
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket

KEY = "products/chair/current.json"


class NoIfMatch(LocalBucket):
    """Swift answers 501 to If-Match, and knows If-None-Match."""

    def put(self, key, body, *, if_match=None, **options):
        if if_match is not None:
            raise ConditionUnsupported("501")
        return super().put(key, body, **options)


class NoConditions(LocalBucket):
    """A server that takes conditions and ignores them, once that is found out."""

    def put(self, key, body, *, if_match=None, if_absent=False, **options):
        if if_match is not None or if_absent:
            raise ConditionUnsupported("ignored")
        return super().put(key, body, **options)


class Contested(LocalBucket):
    """Somebody else always gets there first."""

    races = 0

    def put(self, key, body, **options):
        if key == KEY:
            self.races += 1
            raise PreconditionFailed("412")
        return super().put(key, body, **options)


@pytest.fixture
def any_bucket(request: pytest.FixtureRequest, bucket: Bucket, tmp_path) -> Bucket:
    kinds = {"by-number": NoIfMatch, "by-own-number": NoConditions}
    return kinds[request.param](tmp_path / "other") if request.param in kinds else bucket


def to(name: str) -> Target:
    return Target(release=name, manifest=f"products/chair/releases/{name}.json")


each_kind = pytest.mark.parametrize("any_bucket", ["if-match", "by-number", "by-own-number"], indirect=True)


@each_kind
def test_it_moves_and_remembers_where_it_was(any_bucket: Bucket) -> None:
    assert read_pointer(any_bucket, KEY) is None
    assert compare_and_swap(any_bucket, KEY, lambda: to("a"))[1]
    pointer, moved = compare_and_swap(any_bucket, KEY, lambda: to("b"))
    assert moved
    assert (pointer.serial, pointer.release, pointer.previous) == (2, "b", "a")
    assert read_pointer(any_bucket, KEY)[0] == pointer
    assert compare_and_swap(any_bucket, KEY, lambda: to("b")) == (pointer, False)
    assert compare_and_swap(any_bucket, KEY, lambda: to("a"))[0].serial == 3


@each_kind
def test_of_many_movers_each_moves_once(any_bucket: Bucket) -> None:
    names = [f"r{n}" for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        moves = list(pool.map(lambda name: compare_and_swap(any_bucket, KEY, lambda: to(name)), names))
    assert all(moved for _, moved in moves)
    pointer, _ = read_pointer(any_bucket, KEY)
    assert pointer.serial == 8
    assert pointer.release in names


def test_without_if_match_a_pointer_left_behind_is_brought_up(tmp_path) -> None:
    bucket = NoIfMatch(tmp_path)
    for name in "ab":
        compare_and_swap(bucket, KEY, lambda name=name: to(name))
    behind = bucket.get(KEY)
    compare_and_swap(bucket, KEY, lambda: to("c"))
    bucket.put(KEY, behind, media_type="application/json")  # its writer died between number and pointer
    assert compare_and_swap(bucket, KEY, lambda: to("c"))[1] is False
    assert read_pointer(bucket, KEY)[0].release == "c"


def test_a_claim_that_is_withdrawn_is_never_built_upon(tmp_path) -> None:
    bucket = NoConditions(tmp_path)
    compare_and_swap(bucket, KEY, lambda: to("a"))
    undecided = "products/chair/swaps/00000002.ab12.json"
    claim = Pointer(release="b", manifest="products/chair/releases/b.json", serial=2, previous="a")
    bucket.put(undecided, claim.to_json(), media_type="application/json")
    withdrawal = Timer(0.3, bucket.delete, [undecided])
    withdrawal.start()
    pointer, _ = compare_and_swap(bucket, KEY, lambda: to("c"))
    withdrawal.join()
    assert (pointer.serial, pointer.release, pointer.previous) == (2, "c", "a")


def test_the_claim_of_a_writer_that_died_counts(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vitrine.publishing.pointer.SETTLE_S", 0.1)
    bucket = NoConditions(tmp_path)
    compare_and_swap(bucket, KEY, lambda: to("a"))
    claim = Pointer(release="b", manifest="products/chair/releases/b.json", serial=2, previous="a")
    bucket.put("products/chair/swaps/00000002.ab12.json", claim.to_json(), media_type="application/json")
    pointer, _ = compare_and_swap(bucket, KEY, lambda: to("c"))
    assert (pointer.serial, pointer.release, pointer.previous) == (3, "c", "b")


def test_the_choice_is_made_again_after_a_lost_race(tmp_path) -> None:
    bucket = LocalBucket(tmp_path)
    asked: list[int] = []

    def choose() -> Target:
        asked.append(1)
        if len(asked) == 1:
            compare_and_swap(bucket, KEY, lambda: to("other"))
        return to(f"mine{len(asked)}")

    pointer, _ = compare_and_swap(bucket, KEY, choose)
    assert (pointer.release, pointer.previous) == ("mine2", "other")


def test_it_gives_up_in_the_end(tmp_path) -> None:
    bucket = Contested(tmp_path)
    with pytest.raises(PreconditionFailed, match=f"{TRIES} times in a row"):
        compare_and_swap(bucket, KEY, lambda: to("a"))
    assert bucket.races == TRIES
