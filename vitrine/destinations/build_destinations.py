"""Build a smaller file for each destination that the AR file or the USDZ does not suit by its size."""

from __future__ import annotations

from collections.abc import Sequence

from vitrine.destinations.check_destinations import subject_of
from vitrine.destinations.limits import Destination, named_destinations
from vitrine.destinations.verdicts import judge
from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.source import LodSource
from vitrine.models import Dimensions, Finding
from vitrine.models.verdict import DestinationVerdict
from vitrine.recipe import ArOptions
from vitrine.usdz.build_usdz import build_usdz

REDUCIBLE = ("size_bytes", "triangles", "vertices", "texture_px")
"""Measures that a smaller build lowers"""
ATTEMPTS = 4
MARGIN = 0.97
"""A count of vertices is met through the count of triangles, to which it is about proportional."""


def build_destinations_from_glb(
    glb: bytes,
    files: Sequence[BuiltFile],
    names: tuple[str, ...],
    options: ArOptions,
    dimensions: Dimensions | None,
) -> tuple[BuiltFile, ...]:
    """Read a repaired model and build its files: `build_destinations`, for a worker process."""
    return build_destinations(read_glb(glb, limits=None), files, names, options, dimensions)


def build_destinations(
    model: Model | LodSource,
    files: Sequence[BuiltFile],
    names: tuple[str, ...],
    options: ArOptions,
    dimensions: Dimensions | None = None,
    *,
    jobs: int | None = None,
) -> tuple[BuiltFile, ...]:
    """Return a file for each named destination whose limits the AR file or the USDZ misses by its size.

    `files` has these two; the role of a new file is the destination's id. `DESTINATION_BUILT` says why it was
    built, `DESTINATION_MISSED` what even the smallest file misses. Raises `RecipeError` for a name that is no
    destination.
    """
    built = []
    for destination in named_destinations(names):
        file = next((each for role in destination.files for each in files if each.role == role), None)
        if file is None:
            continue
        verdict = judge(subject_of(file, dimensions), destination)
        if any(check.measure in REDUCIBLE for check in verdict.missed):
            smaller = _build_smaller(model, destination, file, options, jobs)
            after = judge(subject_of(smaller, dimensions), destination)
            findings = (*smaller.findings, *_findings(destination, file, verdict, after))
            built.append(smaller.model_copy(update={"findings": findings}))
    return tuple(built)


def _build_smaller(
    model: Model | LodSource, destination: Destination, file: BuiltFile, options: ArOptions, jobs: int | None
) -> BuiltFile:
    limits = {
        name: int(
            min(each.max for each in destination.limits if each.measure == name and each.max is not None)
        )
        for name in REDUCIBLE
        if any(each.measure == name and each.max is not None for each in destination.limits)
    }
    triangles = min(options.triangles, limits.get("triangles", options.triangles))
    for _ in range(ATTEMPTS):
        wanted = options.model_copy(
            update={
                "triangles": triangles,
                "texture_px": min(options.texture_px, limits.get("texture_px", options.texture_px)),
                "size_bytes": min(options.size_bytes, limits.get("size_bytes", options.size_bytes)),
            }
        )
        built = build_ar_of(model, wanted, jobs=jobs)
        too_many = built.vertices / limits.get("vertices", built.vertices or 1)
        if too_many <= 1:
            break
        triangles = max(4, int(min(triangles, built.triangles) * MARGIN / too_many))
    if file.role == "usdz":
        built = build_usdz(built)
    return built.model_copy(update={"role": destination.id})


def _findings(
    destination: Destination, file: BuiltFile, before: DestinationVerdict, after: DestinationVerdict
) -> tuple[Finding, ...]:
    reasons = ", ".join(
        f"{check.measure} {check.measured:,} ({check.limit})"
        for check in before.missed
        if check.measure in REDUCIBLE and isinstance(check.measured, int | float)
    )
    message = f"a file of its own for {destination.name}, because the file {file.role} has {reasons}"
    found = [finding("DESTINATION_BUILT", message)]
    if after.missed:
        left = ", ".join(f"{check.measure} ({check.limit})" for check in after.missed)
        found.append(
            finding("DESTINATION_MISSED", f"{destination.name}: even the smaller file misses {left}")
        )
    return tuple(found)
