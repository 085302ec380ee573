"""`run_isolated`: results, errors, crashes and limits of work in a worker process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vitrine.errors import LimitExceeded, PhotoError, StoppedInWorker
from vitrine.isolation import run_isolated
from vitrine.isolation.run import close_workers
from vitrine.models import Finding
from vitrine.recipe import ProcessLimits

sys.path.insert(0, str(Path(__file__).parent))
import calls

LIMITS = ProcessLimits(memory_bytes=1_000_000_000, cpu_s=60, wall_s=60)


@pytest.fixture(scope="module", autouse=True)
def _workers() -> Iterator[None]:
    yield
    close_workers()
    sys.path.remove(str(Path(__file__).parent))


def test_results_come_back_whole() -> None:
    data = bytes(range(256)) * 10_000
    reverse, built, size = run_isolated(LIMITS, calls.built, data, code="X")
    assert (reverse, built.data, size) == (data[::-1], data, len(data))
    assert built.findings == (Finding(code="X", severity="info", message="ä", limit=0.1),)
    assert built.size is None


def test_a_worker_is_used_again_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMPIRIOLABS_API_KEY", "AWS_SECRET_ACCESS_KEY", "VITRINE_LEDGER"):
        monkeypatch.setenv(name, "sk-secret")
    close_workers()
    first, environment = run_isolated(LIMITS, calls.process)
    assert "sk-secret" not in str(environment)
    assert {"PATH", "PYTHONPATH"} <= environment.keys()
    assert run_isolated(LIMITS, calls.process)[0] == first
    with ThreadPoolExecutor(2) as threads:
        pids = set(threads.map(lambda _: run_isolated(LIMITS, calls.sleep, 0.2), range(2)))
    assert pids == {0.2}


def test_a_worker_imports_from_where_its_owner_does(tmp_path: Path) -> None:
    (tmp_path / "here.py").write_text("def number() -> int:\n    return 7\n")
    code = "import here; from vitrine.isolation import run_isolated; from vitrine.recipe import ProcessLimits"
    code += "; print(run_isolated(ProcessLimits(), here.number))"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout == "7\n", told.stderr


def test_errors_of_the_library_come_back_as_they_are() -> None:
    pid, _ = run_isolated(LIMITS, calls.process)
    with pytest.raises(PhotoError, match=r"^no photo$"):
        run_isolated(LIMITS, calls.refuse, "no photo")
    with pytest.raises(LimitExceeded) as caught:
        run_isolated(LIMITS, calls.refuse, "limit")
    assert (str(caught.value), caught.value.measured, caught.value.limit) == ("too many", 3.0, 2.0)
    with pytest.raises(StoppedInWorker, match="ZeroDivisionError: by zero"):
        run_isolated(LIMITS, calls.refuse, "bug")
    assert run_isolated(LIMITS, calls.process)[0] == pid


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("segfault", "SIGSEGV"),
        ("abort", "SIGABRT"),
        ("kill", "SIGKILL"),
        ("exit", "ended without a result"),
        ("stack", "SIGSEGV|RecursionError"),
    ],
)
def test_a_crash_ends_one_call_and_the_next_goes_on(how: str, says: str) -> None:
    with pytest.raises(StoppedInWorker, match=says):
        run_isolated(LIMITS, calls.crash, how)
    assert run_isolated(LIMITS, calls.sleep, 0.0) == 0.0


def test_memory_processor_time_and_time_have_limits() -> None:
    assert run_isolated(LIMITS, calls.fill, 300) == 300 << 20
    with pytest.raises(StoppedInWorker, match=r"more than 1,000,000,000 bytes .*process.memory_bytes"):
        run_isolated(LIMITS, calls.fill, 3000)
    with pytest.raises(StoppedInWorker, match=r"more than 1 s of processor time \(process.cpu_s"):
        run_isolated(LIMITS.model_copy(update={"cpu_s": 1.0}), calls.spin, 30.0)
    with pytest.raises(StoppedInWorker, match=r"no result after 0\.5 s \(process.wall_s"):
        run_isolated(LIMITS.model_copy(update={"wall_s": 0.5}), calls.sleep, 30.0)
    assert run_isolated(LIMITS, calls.sleep, 0.0) == 0.0


def test_an_answer_of_another_type_is_refused() -> None:
    with pytest.raises(StoppedInWorker):
        run_isolated(LIMITS, calls.wrong)
