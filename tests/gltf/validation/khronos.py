"""The issues of small files by npm gltf-validator, many at a time."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.gltf.validation.corpus import Files

WEB = Path(__file__).resolve().parents[3] / "web"
Found = set[tuple[str, int, str]]
"""Code, severity (0 for an error), and a JSON pointer or `@` and the byte of a GLB"""


def find_node() -> str | None:
    """The path of Node.js: that of `make setup`, or of the machine."""
    return shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def khronos_issues(files: Files) -> dict[str, Found | None]:
    """Return the issues of each file; `None` where the validator itself raises an exception."""
    encoded = {
        name: {
            "data": base64.b64encode(data).decode(),
            "files": {uri: base64.b64encode(content).decode() for uri, content in beside.items()},
        }
        for name, (data, beside) in files.items()
    }
    answer = subprocess.run(
        [find_node() or "node", str(WEB / "issues.mjs")],
        input=json.dumps(encoded),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(answer.stdout)
    return {name: None if each is None else {tuple(issue) for issue in each} for name, each in found.items()}
