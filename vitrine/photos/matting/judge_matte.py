"""Decide what a learned matte is good for: to buy a model with, to judge one by, or nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

from vitrine.models import Finding
from vitrine.photos.findings import photo_finding
from vitrine.photos.matting.matte_evidence import Evidence
from vitrine.recipe import PhotoOptions

MIN_CONTRAST = 0.75
"""Least share of the outline whose two sides differ in colour."""
HOLD_AGREEMENT, HOLD_DOUBT, HOLD_CERTAINTY, HOLD_ELSEWHERE = 0.85, 0.3, 0.85, 0.08
"""Beyond these a photo has no object that stands out: a room, a shelf, a pattern."""
MAX_TOUCHING, HOLD_TOUCHING = 0.02, 0.04
"""Largest share of a frame side that a matte covers: it cuts the product there, or backdrop is in it."""
LOST_AGREEMENT, LOST_DOUBT = 0.97, 0.02
"""Limits of a matte of a product that has the backdrop's colour in places, such as white on white."""
MAX_ENCLOSED = 0.03
"""Largest share of a matte that has the backdrop's colour within a sharp edge."""
MAX_BLURRED, HOLD_BLURRED = 0.08, 0.11
"""Largest share of the outline that is out of focus while the rest is not: what stands behind the product.
Cuts with an IoU above 0.9 have at most 0.105 (377 photos); with a wall's pictures in them, 0.11 to 0.33."""
MIN_AREA, MAX_AREA = 0.015, 0.92
"""A smaller subject is a detail of a scene; a larger one leaves no backdrop to compare it with."""

Verdict = Literal["send", "judge", "hold"]


class _Measure(NamedTuple):
    """One measure of a matte against its limit."""

    name: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def misses(self) -> bool:
        return self.measured < self.limit if self.at_least else self.measured > self.limit

    @property
    def text(self) -> str:
        bound = "at least" if self.at_least else "at most"
        return f"{self.name} is {self.measured:.3g}, it must be {bound} {self.limit:.3g}"


def judge_matte(
    evidence: Evidence, options: PhotoOptions, *, lost: bool = False
) -> tuple[Verdict, tuple[Finding, ...]]:
    """Return what the matte is good for, and the finding that says why it is no better.

    `send`: the model is bought with this cut. `judge`: the provider cuts; this cut only checks the photo and
    the model. `hold`: nothing is bought before a person has looked. With `lost`, the product runs into the
    backdrop, and the limits are narrower.
    """
    least, most = options.min_matte_agreement, options.max_matte_doubt
    if lost:
        least, most = max(least, LOST_AGREEMENT), min(most, LOST_DOUBT)
    agreement, doubt = "the agreement of its methods (IoU)", "the doubtful share of its area"
    hold: list[_Measure] = [
        _Measure(agreement, evidence.agreement, HOLD_AGREEMENT, at_least=True),
        _Measure("the model's certainty", evidence.certainty, HOLD_CERTAINTY, at_least=True),
        _Measure(doubt, evidence.doubt, HOLD_DOUBT),
        _Measure("what else stands out, to its own", evidence.elsewhere, HOLD_ELSEWHERE),
        _Measure("its share of the photo", evidence.area, MIN_AREA, at_least=True),
        _Measure("its share of the photo", evidence.area, MAX_AREA),
        _Measure("its share of a frame side", evidence.touching, HOLD_TOUCHING),
        _Measure("the share of its outline that is out of focus", evidence.blurred, HOLD_BLURRED),
    ]
    judge = [
        _Measure(agreement, evidence.agreement, least, at_least=True),
        _Measure(doubt, evidence.doubt, most),
        _Measure("the share of its outline that is clear", evidence.contrast, MIN_CONTRAST, at_least=True),
        _Measure("its share of a frame side", evidence.touching, MAX_TOUCHING),
        _Measure("the share of its outline that is out of focus", evidence.blurred, MAX_BLURRED),
        _Measure("the share of it that may be enclosed backdrop", evidence.enclosed, MAX_ENCLOSED),
    ]
    if missed := [measure for measure in hold if measure.misses]:
        return "hold", (_finding("OBJECT_UNCLEAR", missed[0]),)
    if missed := [measure for measure in judge if measure.misses]:
        found = [_finding("MATTE_UNSURE", missed[0])]
        if evidence.enclosed > MAX_ENCLOSED:
            found.append(photo_finding("BACKDROP_ENCLOSED", measured=evidence.enclosed, limit=MAX_ENCLOSED))
        return "judge", tuple(found)
    return "send", ()


def _finding(code: str, measure: _Measure) -> Finding:
    found = photo_finding(code, measured=measure.measured, limit=measure.limit)
    return found.model_copy(update={"message": f"{found.message}: {measure.text}"})
