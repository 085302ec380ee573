"""`sandbox_for`: the sandbox of a command starts beside what else starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx
import pytest

from deployments.services import sandbox_for
from vitrine.errors import VitrineError


@pytest.fixture(autouse=True)
def no_sandbox_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VITRINE_SANDBOX_URL", raising=False)


def test_a_sandbox_answers_once_it_is_ready_and_ends_with_the_body(tmp_path: Path) -> None:
    with sandbox_for("sandbox", tmp_path) as sandbox:
        assert sandbox.started
        assert "VITRINE_SANDBOX_URL" not in os.environ  # it is starting
        sandbox.wait_until_ready()
        url = os.environ["VITRINE_SANDBOX_URL"]
        assert httpx.get(url, timeout=5).status_code < 500
    assert "VITRINE_SANDBOX_URL" not in os.environ
    with pytest.raises(httpx.TransportError):
        httpx.get(url, timeout=5)


def test_other_providers_and_a_sandbox_that_runs_start_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sandbox_for("pixazo", tmp_path) as sandbox:
        assert not sandbox.started
        sandbox.wait_until_ready()
    monkeypatch.setenv("VITRINE_SANDBOX_URL", "http://127.0.0.1:1")
    with sandbox_for("sandbox", tmp_path) as sandbox:
        assert not sandbox.started
    assert os.environ["VITRINE_SANDBOX_URL"] == "http://127.0.0.1:1"


def test_a_sandbox_that_ends_names_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with (
        sandbox_for("sandbox", tmp_path) as sandbox,
        pytest.raises(VitrineError, match=r"exit code 1\): see .*sandbox\.log"),
    ):
        sandbox.wait_until_ready()
