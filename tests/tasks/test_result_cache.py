from __future__ import annotations

from pathlib import Path

import pytest

from tasks import result_cache
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.models import Blob
from vitrine.record import Record

made: list[str] = []


class Made(Record):
    blob: Blob
    notes: tuple[str, ...] = ()


@cached
async def shout(text: str, times: int = 1) -> Made:
    made.append(text)
    return Made(blob=work_store().put(text.upper().encode() * times, "text/plain"), notes=(text,))


@pytest.fixture(autouse=True)
def nothing_made(home: Path) -> None:  # noqa: ARG001
    made.clear()


async def test_the_same_step_is_done_once() -> None:
    first = await shout("hey")
    assert await shout("hey") == first
    assert made == ["hey"]
    assert work_store().read(first.blob) == b"HEY"


async def test_other_arguments_are_another_step() -> None:
    assert await shout("hey") != await shout("hey", 2)
    assert await shout("you")
    assert made == ["hey", "hey", "you"]


async def test_other_code_makes_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    await shout("hey")
    monkeypatch.setattr(result_cache, "_code", lambda: "changed")
    await shout("hey")
    assert made == ["hey", "hey"]


async def test_what_is_gone_is_made_again() -> None:
    first = await shout("hey")
    work_store().path(first.blob).unlink()
    again = await shout("hey")
    assert made == ["hey", "hey"]
    assert work_store().read(again.blob) == b"HEY"


async def test_a_damaged_record_is_written_again(home: Path) -> None:
    await shout("hey")
    (record,) = (home / "work" / "done" / "shout").glob("*.json")
    record.write_text('{"blob": ')
    await shout("hey")
    assert await shout("hey")
    assert made == ["hey", "hey"]


async def test_a_failure_is_not_cached() -> None:
    calls = []

    @cached
    async def fails() -> Made:
        calls.append(1)
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await fails()
    assert len(calls) == 2
