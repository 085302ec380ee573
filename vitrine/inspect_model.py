"""Check a model file and measure what is in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import Field

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.solid_stats import solid_stats
from vitrine.gltf import read_glb, validate_glb
from vitrine.importers.import_model import import_glb
from vitrine.models import Finding
from vitrine.record import Record


class ModelReport(Record):
    """What `inspect` has found."""

    path: str
    valid: bool
    readable: bool = True
    """Whether the file could be opened and imported at all."""
    findings: tuple[Finding, ...] = ()
    stats: dict[str, Any] = Field(default_factory=dict)
    """Counts and measures by name: `triangles`, `vertices`, `extent`, `watertight`, …"""


def inspect(path: str | Path) -> ModelReport:
    """Check a model file against glTF 2.0, and measure it.

    Parameters
    ----------
    path
        A .glb, or any other file that `import_model` reads.

    Returns
    -------
    The report. A file that cannot be read gives the finding `FILE_UNREADABLE` and is not valid.

    Examples
    --------
    >>> from vitrine import inspect
    >>> report = inspect("stool.glb")
    >>> report.valid, report.stats["triangles"]
    (True, 100000)
    """
    path = Path(path)
    try:
        size_bytes = path.stat().st_size
        imported = import_glb(path)
    except OSError as error:
        return _unreadable(path, f"{path}: {error.strerror or error}")
    except ModelError as error:
        return _unreadable(path, str(error))
    report = validate_glb(imported.glb)
    stats: dict[str, Any] = {**report.stats, "size_bytes": size_bytes}
    if report.valid:
        stats |= asdict(solid_stats(read_glb(imported.glb)))
    findings = (*imported.findings, *report.findings)
    return ModelReport(path=str(path), valid=report.valid, findings=findings, stats=stats)


def _unreadable(path: Path, message: str) -> ModelReport:
    found = finding("FILE_UNREADABLE", message)
    return ModelReport(path=str(path), valid=False, readable=False, findings=(found,))
