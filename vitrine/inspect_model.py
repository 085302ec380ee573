"""Check a model file, say whether Vitrine can work with it, and measure what is in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic import Field

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.solid_stats import solid_stats
from vitrine.gltf import check_usable, read_glb, validate
from vitrine.gltf.decoded_issues import decoded_issues
from vitrine.gltf.file_kind import is_gltf_json
from vitrine.gltf.validation.issue import Issue
from vitrine.gltf.validation.report import Report
from vitrine.importers.import_model import import_glb
from vitrine.models import Finding
from vitrine.record import Record


class ModelReport(Record):
    """What `inspect` has found."""

    path: str
    valid: bool
    """No rule of glTF 2.0 is broken; of a file of another format, it can be imported."""
    usable: bool = False
    """Vitrine can work with the model; else a finding says why not."""
    readable: bool = True
    """Whether the file could be opened at all."""
    issues: tuple[Issue, ...] = ()
    """The rules of glTF 2.0 that the file breaks, as the Khronos glTF Validator lists them"""
    more_issues: tuple[Issue, ...] = ()
    """What the Khronos glTF Validator does not look for: in extensions that it does not know, and in values
    that meshopt encodes; `valid` does not count them"""
    findings: tuple[Finding, ...] = ()
    """What Vitrine has to say besides: what is repaired or left out, or why the file cannot be used"""
    stats: dict[str, Any] = Field(default_factory=dict)
    """Counts and measures by name: `triangles`, `vertices`, `extent`, `watertight`, …"""

    @classmethod
    def unreadable(cls, path: Path, why: str) -> ModelReport:
        """Return the report on a file that could not be opened, or that ended the process that read it."""
        found = finding("FILE_UNREADABLE", f"{path}: {why}")
        return cls(path=str(path), valid=False, readable=False, findings=(found,))


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
    >>> report.valid, report.usable, report.stats["triangles"]
    (True, True, 100000)
    """
    path = Path(path)
    try:
        size_bytes = path.stat().st_size
        report = _validate(path)
    except OSError as error:
        return ModelReport.unreadable(path, str(error.strerror or error))
    stats: dict[str, Any] = {}
    more = report.more_issues if report is not None else ()
    try:
        imported = import_glb(path)
    except ModelError as error:
        findings: tuple[Finding, ...] = (finding("FILE_UNREADABLE", str(error)),)
    else:
        checked = check_usable(imported.glb)
        stats = {**checked.stats, "size_bytes": size_bytes}
        findings = (*imported.findings, *checked.findings)
        more += decoded_issues(imported.glb)
        if checked.usable:
            stats |= asdict(solid_stats(read_glb(imported.glb)))
    usable = not any(found.severity == "error" for found in findings)
    return ModelReport(
        path=str(path),
        valid=usable if report is None else report.valid,
        usable=usable,
        issues=() if report is None else report.issues,
        more_issues=more,
        findings=findings,
        stats=stats,
    )


def _validate(path: Path) -> Report | None:
    """Validate a GLB or .gltf; `None` for other formats. Raises `OSError`."""
    data = path.read_bytes()
    is_gltf = path.suffix.lower() in (".glb", ".gltf") or data[:4] == b"glTF" or is_gltf_json(data)
    folder = path.parent.resolve()

    def read_file(uri: str) -> bytes:
        try:
            file = (folder / unquote(uri)).resolve()
        except ValueError as error:  # a name that no file can have
            raise OSError(str(error)) from error
        if not file.is_relative_to(folder):
            raise OSError("it is outside of the folder of the model")
        if not file.is_file():
            raise OSError("there is no such file")
        return file.read_bytes()

    return validate(data, read_file) if is_gltf else None
