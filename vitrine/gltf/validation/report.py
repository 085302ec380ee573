"""The result of validating one file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from vitrine.gltf.validation.issue import Issue


@dataclass(frozen=True, slots=True)
class Report:
    """The issues of a file, in the order in which they were found."""

    issues: tuple[Issue, ...] = ()
    more_issues: tuple[Issue, ...] = ()
    """Issues with extensions that the Khronos glTF Validator does not know; `valid` does not count them"""
    truncated: bool = False
    """There are more issues than are listed"""

    @property
    def valid(self) -> bool:
        """No issue is an error."""
        return not any(issue.severity == "error" for issue in self.issues)

    def counts(self) -> dict[str, int]:
        """Return how many issues have each severity."""
        found = Counter(issue.severity for issue in self.issues)
        return {severity: found[severity] for severity in ("error", "warning", "info", "hint")}
