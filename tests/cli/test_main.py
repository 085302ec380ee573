"""What is true of every command: help, exit codes, signals, an unusable home, JSON."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exit_codes import MEANINGS, ExitCode
from cli.main import COMMANDS, app, main
from tests.cli.conftest import Vitrine
from vitrine.recipe import Recipe

RunMain = Callable[..., tuple[object, str]]
FACTS = (
    "convert",
    "catalog",
    "quote",
    "optimize",
    "inspect",
    "releases",
    "costs",
    "recipe",
    "codes",
    "doctor",
)
LEDGER: tuple[list[str], ...] = ([], ["accounts"])


@pytest.fixture
def run_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> RunMain:
    """Run `main` in this process, in an empty folder; returns the exit code and what went to stderr."""
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["vitrine", *arguments])
        try:
            with pytest.raises(SystemExit) as stopped:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        return stopped.value.code, capfd.readouterr().err

    return run


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + [["ledger"], ["ledger", "resolve"], []])
def test_help_shows_no_type_after_a_switch(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "--help" in result.output
    assert "<bool>" not in result.output


@pytest.mark.parametrize("command", [[name] for name in FACTS] + [["ledger", *rest] for rest in LEDGER])
def test_commands_that_print_facts_print_json(command: list[str]) -> None:
    assert "--json" in CliRunner().invoke(app, [*command, "--help"]).output


def test_no_command_sends_usage_statistics_or_speaks_of_them(
    run_main: RunMain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    assert run_main("--version") == (0, "")
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_the_readme_has_the_table_of_exit_codes() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", readme, re.MULTILINE))
    assert {int(code): meaning for code, meaning in rows.items()} == MEANINGS
    assert set(MEANINGS) == set(ExitCode)


@pytest.mark.parametrize(
    "command",
    [
        ("convert", "none.jpg"),
        ("catalog", "none.csv"),
        ("quote", "none.csv"),
        ("optimize", "none.glb", "--to", "out"),
        ("inspect", "none.glb"),
        ("serve", "none"),
        ("releases", "none"),
        ("ledger", "--state", "none"),
        ("convert", "--no-such-option"),
    ],
)
@pytest.mark.usefixtures("home")
def test_bad_input_is_2_everywhere(run_main: RunMain, command: tuple[str, ...]) -> None:
    code, stderr = run_main(*command)
    assert code == ExitCode.BAD_INPUT, stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("command", [("ledger",), ("costs",), ("convert", "mug.webp"), ("quote", "mug.webp")])
def test_a_home_that_cannot_be_used_is_one_line(
    run_main: RunMain,
    shared_photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    (tmp_path / "mug.webp").write_bytes((shared_photos / "cutout" / "mug.webp").read_bytes())
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path / "file" / "home"))
    code, stderr = run_main(*command)
    assert code == ExitCode.BAD_INPUT
    (line,) = stderr.splitlines()
    assert line.startswith("error: ")
    assert "VITRINE_HOME" in line


@pytest.mark.parametrize("before", ["", "trap '' INT; "], ids=["at a terminal", "in the background"])
def test_sigterm_is_one_line_and_143(tmp_path: Path, before: str) -> None:
    (tmp_path / "public").mkdir()
    program = str(Path(sys.executable).with_name("vitrine"))
    serve = [program, "serve", str(tmp_path / "public"), "--port", "0"]
    command = ["sh", "-c", f'{before}exec "$@"', "sh", *serve]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        next(line for line in process.stdout if "open http" in line)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == ExitCode.TERMINATED
        assert process.stderr.read() == "stopped by SIGTERM\n"


def test_the_default_recipe_is_printed_with_comments_and_reads_back(vitrine: Vitrine, tmp_path: Path) -> None:
    text = vitrine("recipe").stdout
    (tmp_path / "recipe.toml").write_text(text)
    assert Recipe.load(tmp_path / "recipe.toml") == Recipe()
    assert "# Longest side of the prepared square" in text
    assert "# seed = …" in text
    assert Recipe.model_validate_json(vitrine("recipe", "--json").stdout) == Recipe()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[generation]\nresolutoin = 512", "generation.resolutoin: .*did you mean resolution?"),
        ("resolution = 512", "did you mean generation.resolution?"),
        ("[[ladder]]\ntriangels = 1\ntriangles = 9\ntexture_px = 64", "did you mean triangles?"),
        ("zzz = 1", "zzz: [^;]*$"),
    ],
)
def test_an_unknown_field_of_a_recipe_gets_a_suggestion(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "recipe.toml").write_text(text)
    result = CliRunner().invoke(app, ["convert", "mug.jpg", "--recipe", str(tmp_path / "recipe.toml")])
    assert re.search(says.replace("?", r"\?"), str(result.exception)), result.exception


def test_the_doctor_says_what_is_here_and_what_is_not(vitrine: Vitrine, tmp_path: Path) -> None:
    result = vitrine("doctor", "--json", PIXAZO_API_KEY="secret-of-the-test")
    checks = {check["name"]: check for check in json.loads(result.stdout)}
    assert result.returncode == 0, result.stderr
    assert checks["prefect"]["state"] == checks["home"]["state"] == checks["destination"]["state"] == "ok"
    assert checks["key of pixazo"] == {
        "name": "key of pixazo",
        "state": "ok",
        "says": "PIXAZO_API_KEY is set",
    }
    assert checks["key of empiriolabs"]["state"] == "absent"
    assert "secret-of-the-test" not in result.stdout + result.stderr
    (tmp_path / "file").write_text("x")
    failed = vitrine("doctor", "--to", tmp_path / "file" / "x", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert failed.returncode == ExitCode.FAILED
    assert re.search("failed  Prefect server +no server answers", failed.stdout)
    assert re.search("failed  destination", failed.stdout)
