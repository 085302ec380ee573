"""Parents, loops and common ancestors of nodes, as arrays; no step is taken node by node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class NodeGraph:
    """The parent of each node, -1 without one."""

    def __init__(self, parents: Ints) -> None:
        self.parents = parents
        self._jumps: list[Ints] = []
        """Ancestor of each node 1, 2, 4, 8, … levels above, -1 above a root"""
        self._level: Ints | None = None

    @property
    def jumps(self) -> list[Ints]:
        """Ancestors at distances of powers of two, until no node has one or all nodes are passed."""
        if not self._jumps:
            jump = self.parents
            while True:
                self._jumps.append(jump)
                if (jump == -1).all() or 1 << len(self._jumps) > len(jump):
                    break
                jump = np.where(jump == -1, -1, jump[jump])
        return self._jumps

    def in_loops(self) -> npt.NDArray[np.bool_]:
        """Return which nodes are their own ancestors, as (n,) bool.

        As many steps up as there are nodes end in a loop, or above a root; every node of a loop is reached.
        """
        looped = np.zeros(len(self.parents), bool)
        if len(self.parents):
            last = self.jumps[-1]
            last = np.where(last == -1, -1, last[last])
            looped[last[last != -1]] = True
        return looped

    def common_ancestor(self, first: int, second: int) -> int:
        """Return the deepest node that two nodes are, or descend from; -1 without one. Not for loops."""
        levels = self._levels()
        if levels[first] < levels[second]:
            first, second = second, first
        first = self._up(first, int(levels[first] - levels[second]))
        if first == second:
            return first
        for jump in reversed(self.jumps):
            if jump[first] != jump[second]:
                first, second = int(jump[first]), int(jump[second])
        return int(self.parents[first])

    def is_ancestor(self, ancestor: int, node: int) -> bool:
        """Whether a node is another one, or its ancestor. Not for loops."""
        levels = self._levels()
        distance = int(levels[node] - levels[ancestor])
        return distance >= 0 and self._up(node, distance) == ancestor

    def root_of(self, node: int) -> int:
        """Return the ancestor of a node that has no parent."""
        return self._up(node, int(self._levels()[node]))

    def _up(self, node: int, distance: int) -> int:
        for number, jump in enumerate(self.jumps):
            if distance >> number & 1:
                node = int(jump[node])
        return node

    def _levels(self) -> Ints:
        """Return how many ancestors each node has."""
        if self._level is None:
            levels = np.zeros(len(self.parents), np.int64)
            position = np.arange(len(self.parents))
            for number in reversed(range(len(self.jumps))):
                above = np.where(position == -1, -1, self.jumps[number][position])
                levels[above != -1] += 1 << number
                position = np.where(above == -1, position, above)
            self._level = levels
        return self._level
