"""Processor time and memory of the processes of a run, by what they do, from samples of `/proc`.

Samples see processes that are killed later, whose time no parent is told of.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.cases.process_tree import PAGE_MB, TICKS_PER_S, family

STEPS = "photo and mesh steps"
RUNS = "flow runs"


class ProcessRoles:
    """What the processes of each role have used."""

    def __init__(self) -> None:
        self._cpu_s: dict[int, float] = {}
        self._roles: dict[int, str] = {}
        self._largest_mb: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def sample(self, roots: Iterable[tuple[str, int]], done: int) -> None:
        """Look at each root process and at its descendants, when `done` products are done.

        Flow runs and the worker processes of their steps are told apart by their command lines.
        """
        mb: dict[str, float] = defaultdict(float)
        for role, root in roots:
            for pid, stat in family(root):
                its_role = self._roles[pid] = _role_of(pid, self._roles.get(pid, role), role)
                self._cpu_s[pid] = (int(stat[11]) + int(stat[12])) / TICKS_PER_S
                mb[its_role] = max(mb[its_role], int(stat[21]) * PAGE_MB)
        for its_role, largest in mb.items():
            self._largest_mb[its_role].append((done, largest))

    def cpu_s(self) -> Mapping[str, float]:
        """Return the processor seconds of each role."""
        seconds: dict[str, float] = defaultdict(float)
        for pid, cpu_s in self._cpu_s.items():
            seconds[self._roles[pid]] += cpu_s
        return seconds

    def peaks_mb(self, edges: Iterable[int]) -> Mapping[str, list[float]]:
        """Return the largest process of each role while `done` was between two edges, in MB."""
        spans = list(itertools.pairwise(edges))
        return {
            role: [max((mb for done, mb in seen if low <= done <= high), default=0.0) for low, high in spans]
            for role, seen in self._largest_mb.items()
        }


def _role_of(pid: int, before: str, role: str) -> str:
    """Return the role of a process of a root with this role; an ended one keeps its role `before`."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return before
    if not command:
        return before
    if b"vitrine.isolation.worker" in command:
        return STEPS
    return RUNS if b"prefect.engine" in command or b"flow-run" in command else role
