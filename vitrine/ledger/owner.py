"""The owner of a claim: a process, and whether it still runs."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _boot() -> str:
    """Return a name for the running kernel; empty if it has none."""
    return _read(Path("/proc/sys/kernel/random/boot_id"))[:8]


@cache
def _machine() -> str:
    """Return a name for this machine until its next boot, and for this process's PID namespace."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}:{_boot()}:{space}"


def me() -> str:
    """Return this process as `machine/pid/start`; the start tells it from a later one with the same PID."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def is_this_boot(owner: str) -> bool:
    """Whether a process runs, or ran, on this kernel since its start, in whichever container."""
    machine = owner.partition("/")[0].split(":")
    return len(machine) >= 3 and machine[-2] == _boot() != ""


def is_gone(owner: str) -> bool | None:
    """Whether the process of a claim has ended; `None` if this machine cannot tell."""
    machine, _, rest = owner.partition("/")
    number, _, started = rest.partition("/")
    if machine != _machine() or not number.isdigit():
        return None
    pid = int(number)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _is_zombie(pid) or _started(pid) != started


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on (the second, a name, may hold spaces)."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def _started(pid: int) -> str:
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""


def _is_zombie(pid: int) -> bool:
    return _stat(pid)[:1] == ["Z"]


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
