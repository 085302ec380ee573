from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import COMMANDS, MEASUREMENTS, main, usage


def test_every_measurement_is_listed_with_what_it_is() -> None:
    lines = usage().splitlines()
    for name in (*MEASUREMENTS, *COMMANDS):
        (line,) = (line for line in lines if line.startswith(f"  {name} "))
        assert len(line.split()) > 3
        source = (Path(benchmarks.__file__).parent / f"{name}.py").read_text()
        assert ("\ndef main(" if name in COMMANDS else "\ndef run(") in source


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["kills", "nonsense"], ["--jobs", "3"], ["mesh_ladder", "-x"]]
)
def test_what_is_not_there_is_said_with_what_is(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "  kills " in "".join(capsys.readouterr())


@pytest.mark.parametrize(("name", "option"), [("kills", "--workers"), ("alive", "--strict")])
def test_a_name_lists_its_options(name: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert option in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        main([name, "--no-such-option"])
    assert refused.value.code == 2
    assert option in capsys.readouterr().err


def test_help_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.strip() == usage()
