"""Look the pinned packages up in the advisory database with pip-audit; part of `make lint`.

Exits with 1 if a package has a known vulnerability. Where the database or pip-audit cannot be reached,
it says so and exits with 0: the tests of a commit must not depend on the network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

PIP_AUDIT = "pip-audit==2.10.1"
"""Run in an environment of its own: its 25 packages are not needed for anything else."""
CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"
TIMEOUT_S = 180


def main() -> int:
    """Run pip-audit and print what it has found."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        return _not_audited("there is no uv to run pip-audit with")
    options = [
        "--no-deps",
        "--disable-pip",
        "--progress-spinner",
        "off",
        "--format",
        "json",
        "--timeout",
        "10",
    ]
    command = [uv, "tool", "run", "--from", PIP_AUDIT, "pip-audit", "-r", str(CONSTRAINTS), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, OSError):
        return _not_audited("pip-audit cannot be run")
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return _not_audited(f"pip-audit says: {last[:200]}")
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        return _not_audited("the advisory database does not answer")
    found = [(package, flaw) for package in audited for flaw in package["vulns"]]
    for package, flaw in found:
        fixed = ", ".join(flaw.get("fix_versions") or ["no version yet"])
        print(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}")
    print(f"pip-audit: {len(audited)} of {len(packages)} packages looked up, {len(found)} vulnerabilities")
    return 1 if found else 0


def _not_audited(why: str) -> int:
    print(f"pip-audit: packages were not looked up: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
