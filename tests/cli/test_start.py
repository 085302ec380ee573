"""What the commands import before they work."""

from __future__ import annotations

import subprocess
import sys


def test_the_help_needs_no_models_no_numbers_and_no_server() -> None:
    late = ("pydantic", "numpy", "PIL", "prefect", "asyncio", "httpx", "yaml", "sqlalchemy")
    code = f"import sys, cli.main; print([name for name in {late} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
