"""The command `python -m benchmarks`: its list, its options and its errors."""

from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks
from benchmarks import certificate_speed
from benchmarks.__main__ import COMMANDS, MEASUREMENTS, main, usage


def test_every_benchmark_is_listed_with_its_summary() -> None:
    lines = usage().splitlines()
    for name in (*MEASUREMENTS, *COMMANDS):
        (line,) = (line for line in lines if line.startswith(f"  {name} "))
        assert len(line.split()) > 3
        source = (Path(benchmarks.__file__).parent / f"{name}.py").read_text()
        assert ("\ndef main(" if name in COMMANDS else "\ndef run(") in source


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["crash_recovery", "nonsense"], ["--jobs", "3"], ["lod_speed", "-x"]]
)
def test_wrong_arguments_print_the_list(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "  crash_recovery " in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("name", "option"), [("crash_recovery", "--workers"), ("waiting_jobs", "--rate-limit")]
)
def test_a_name_lists_its_options(name: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert option in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        main([name, "--no-such-option"])
    assert refused.value.code == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_without_a_name_it_lists_and_runs_nothing(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip() == usage()


def test_without_shared_models_a_benchmark_is_skipped_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(certificate_speed, "MODELS", tmp_path / "models")
    assert main(["certificate_speed"]) == 1
    printed = capsys.readouterr().err
    assert (
        printed
        == f"certificate_speed was skipped: it needs the folder {tmp_path / 'models'}, which does not exist\n"
    )
