"""Judge the files of one product: each destination gets the file that suits it best."""

from __future__ import annotations

from collections.abc import Sequence

from vitrine.destinations.limits import Destination, destinations
from vitrine.destinations.measures import Subject
from vitrine.destinations.verdicts import judge
from vitrine.lods.built_file import GLB, BuiltFile
from vitrine.models import Dimensions
from vitrine.models.verdict import DestinationVerdict

WEB = "web"
"""Stands for any level of detail"""


def check_destinations(
    files: Sequence[BuiltFile], dimensions: Dimensions | None
) -> tuple[DestinationVerdict, ...]:
    """Return a verdict for each destination, on the file that it would be given.

    This is the file that was built for it, or the first one in its order of preference that passes; where
    none passes, the preferred one. A destination for which there is no file is not tested.
    """
    subjects = {file.role: subject_of(file, dimensions) for file in files}
    return tuple(_judge_best(subjects, destination) for destination in destinations().values())


def subject_of(file: BuiltFile, dimensions: Dimensions | None) -> Subject:
    """Return a built file as something to measure."""
    return Subject(file.data, "glb" if file.media_type == GLB else "usdz", dimensions)


def _judge_best(subjects: dict[str, Subject], destination: Destination) -> DestinationVerdict:
    verdicts = [judge(subjects[role], destination, role) for role in _roles(subjects, destination)[:1]]
    for role in _roles(subjects, destination)[1:]:
        if verdicts[-1].answer == "pass":
            break
        verdicts.append(judge(subjects[role], destination, role))
    if not verdicts:
        return DestinationVerdict(
            **destination.model_dump(include={"name", "source", "url", "date", "official"}),
            destination=destination.id,
            answer="not tested",
            checks=(),
        )
    return verdicts[-1] if verdicts[-1].answer == "pass" else verdicts[0]


def _roles(subjects: dict[str, Subject], destination: Destination) -> list[str]:
    """The roles of files that the destination may be given, the preferred one first."""
    if destination.id in subjects:
        return [destination.id]
    levels = sorted((role for role in subjects if role.startswith("web-lod")), key=lambda role: int(role[7:]))
    roles = [role for wanted in destination.files for role in (levels if wanted == WEB else [wanted])]
    return [role for role in roles if role in subjects]
