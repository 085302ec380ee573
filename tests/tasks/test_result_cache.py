from __future__ import annotations

from pathlib import Path

import pytest

from tasks import code_version as code_version_module
from tasks import import_closure, result_cache
from tasks.code_version import code_version
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.models import Blob
from vitrine.record import Record

calls: list[str] = []


class Made(Record):
    blob: Blob
    notes: tuple[str, ...] = ()


@cached
async def shout(text: str, times: int = 1) -> Made:
    calls.append(text)
    return Made(blob=work_store().put(text.upper().encode() * times, "text/plain"), notes=(text,))


@pytest.fixture(autouse=True)
def no_calls(home: Path) -> None:  # noqa: ARG001
    calls.clear()


async def test_equal_arguments_run_a_step_once() -> None:
    first = await shout("hey")
    assert await shout("hey") == first
    assert calls == ["hey"]
    assert work_store().read(first.blob) == b"HEY"


async def test_other_arguments_run_it_again() -> None:
    assert await shout("hey") != await shout("hey", 2)
    assert await shout("you")
    assert calls == ["hey", "hey", "you"]


async def test_other_code_runs_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    await shout("hey")
    monkeypatch.setattr(result_cache, "_code_version", lambda _source: "changed")
    await shout("hey")
    assert calls == ["hey", "hey"]


async def test_a_missing_blob_is_written_again() -> None:
    first = await shout("hey")
    work_store().path(first.blob).unlink()
    again = await shout("hey")
    assert calls == ["hey", "hey"]
    assert work_store().read(again.blob) == b"HEY"


async def test_a_damaged_record_is_written_again(home: Path) -> None:
    await shout("hey")
    (record,) = (home / "work" / "done" / "shout").glob("*.json")
    record.write_text('{"blob": ')
    await shout("hey")
    assert await shout("hey")
    assert calls == ["hey", "hey"]


async def test_a_failure_is_not_cached() -> None:
    failures = []

    @cached
    async def fails() -> Made:
        failures.append(1)
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await fails()
    assert len(failures) == 2


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A package of three modules; the task in `task.py` uses two of them."""
    package = tmp_path / "lib"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "verb.py").write_text("import numpy\n\nfrom lib.noun import thing\n")
    (package / "noun.py").write_text("thing = 1\n")
    (package / "pages.py").write_text("import jinja2\n\ntitle = 'Welcom'\n")
    (tmp_path / "task.py").write_text("from lib.verb import thing\n\nprint(thing)\n")
    return package


@pytest.mark.parametrize(
    ("file", "same"),
    [
        ("pages.py", True),
        ("verb.py", False),
        ("noun.py", False),
        ("__init__.py", False),
        ("../task.py", False),
    ],
)
def test_the_code_is_the_task_and_what_it_imports(library: Path, file: str, same: bool) -> None:
    task = library.parent / "task.py"
    before = code_version(task, library)
    assert code_version(task, library) == before
    with (library / file).open("a") as source:
        source.write("# changed\n")
    for read_once in (import_closure._imported, code_version_module._sha256):
        read_once.cache_clear()  # as in a new process
    assert (code_version(task, library) == before) is same


@pytest.mark.parametrize(("upgraded", "same"), [("numpy", False), ("jinja2", True)])
def test_a_version_of_what_it_imports_is_code_too(
    library: Path, monkeypatch: pytest.MonkeyPatch, upgraded: str, same: bool
) -> None:
    task = library.parent / "task.py"
    before = code_version(task, library)
    monkeypatch.setattr(import_closure, "_version", lambda name: "99" if name == upgraded else "1")
    after = code_version(task, library)
    monkeypatch.setattr(import_closure, "_version", lambda _name: "1")
    assert (code_version(task, library) == after) is same
    assert before != after


@pytest.mark.parametrize("step", ["build_lods", "build_ar", "build_usdz", "render_poster"])
def test_the_steps_of_a_conversion_do_not_depend_on_pages_or_purchases(step: str) -> None:
    source = Path(code_version_module.__file__).with_name(f"{step}.py")
    files = import_closure.import_closure(source, code_version_module.LIBRARY).files
    folders = {path.relative_to(code_version_module.LIBRARY).parts[0] for path in files}
    assert folders >= {"gltf", "textures"}
    assert not folders & {
        "publishing",
        "purchasing",
        "ledger",
        "providers",
        "sandbox",
        "feeds",
        "optimize.py",
    }
