"""Who holds a claim, and whether that process is still there."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _machine() -> str:
    """This machine until its next boot, as this process sees it (containers see processes of their own)."""
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))[:8]
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}:{boot}:{space}"


def me() -> str:
    """`machine/pid/start`: the start time tells a process from a later one with the same number."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(owner: str) -> bool | None:
    """Whether the process of a claim has ended; `None` where it cannot be seen from here."""
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
    """Fields of /proc/PID/stat from the third on (the second, the name, may hold spaces); empty elsewhere."""
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
