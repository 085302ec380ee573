"""Judge a model file of any format by the limits of destinations."""

from __future__ import annotations

from pathlib import Path

from vitrine.destinations.limits import Destination
from vitrine.destinations.measures import Subject
from vitrine.destinations.verdicts import judge
from vitrine.errors import InputError
from vitrine.importers.import_model import import_glb
from vitrine.models.verdict import DestinationVerdict


def check_model(path: Path, wanted: tuple[Destination, ...]) -> tuple[DestinationVerdict, ...]:
    """Return a verdict for each destination.

    A .glb and a .usdz are measured as they are. Other formats are measured as the GLB that they are imported
    to; their format is that of the file. Raises `InputError` for a file that cannot be read, and `ModelError`
    for one that cannot be imported.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    suffix = path.suffix.lower().removeprefix(".")
    format_ = "glb" if data[:4] == b"glTF" else suffix
    if format_ not in ("glb", "usdz"):
        data = import_glb(path).glb
    subject = Subject(data, format_)
    return tuple(judge(subject, destination) for destination in wanted)
