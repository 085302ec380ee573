from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Vitrine = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def vitrine(tmp_path: Path) -> Vitrine:
    """Run the installed command in an empty folder, with a home of its own and no keys."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VITRINE_", "PREFECT_"))}
    inherited = {k: v for k, v in inherited.items() if not k.endswith("_API_KEY")}
    command = Path(sys.executable).with_name("vitrine")

    def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *map(str, args)],
            cwd=tmp_path,
            env=inherited
            | {"VITRINE_HOME": str(tmp_path / "home"), "COLUMNS": "120", "VITRINE_SERVER_IDLE_S": "0"}
            | env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
