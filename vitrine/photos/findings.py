"""What the check of a photo says for each of its codes."""

from __future__ import annotations

from vitrine.findings import finding
from vitrine.models import Finding

MESSAGES = {
    "PHOTO_TOO_SMALL": (
        "the subject is {measured:.0f} px long, at least {limit:.0f} px are needed: use a larger photo"
    ),
    "PHOTO_SMALL": (
        "the subject is {measured:.0f} px long; from {limit:.0f} px on the model can see its detail"
    ),
    "PHOTO_BLURRED": (
        "the steepest edges have sharpness {measured:.2f}, {limit:.2f} is needed: use a sharper photo"
    ),
    "PHOTO_SOFT": "the steepest edges have sharpness {measured:.2f}, good photos have {limit:.2f}",
    "NOTHING_THERE": (
        "{measured:.2%} of the photo differs from its backdrop, {limit:.2%} must: no product is seen"
    ),
    "MATTE_EMPTY": (
        "the photo's own alpha shows {measured:.2%} of it, {limit:.2%} is needed: is it the right file?"
    ),
    "ALPHA_WEAK": (
        "the strongest alpha is {measured:.0f}, TRELLIS.2 needs above {limit:.0f}: make the subject opaque"
    ),
    "SUBJECT_CUT": (
        "the frame cuts the subject along {measured:.0%} of a side, the limit is {limit:.0%}: show it whole"
    ),
    "SUBJECT_TOUCHES": (
        "the subject touches the frame along {measured:.0%} of a side (from {limit:.0%} on it may be cut)"
    ),
    "SEVERAL_SUBJECTS": (
        "{measured:.0f} separate subjects are in the photo, {limit:.0f} is expected: they become one model"
    ),
    "OUTLINE_UNCLEAR": (
        "only {measured:.0%} of the outline stands out from the backdrop, {limit:.0%} is needed to cut it: "
        "the backdrop is left to the provider"
    ),
    "BACKDROP_KEPT": ("the backdrop is not plain: it is left to the provider"),
}
"""code -> message, with the measured value and the limit to fill in"""


def photo_finding(code: str, *, measured: float | None = None, limit: float | None = None) -> Finding:
    """Return the finding `code` with its numbers in its message."""
    message = MESSAGES[code].format(measured=measured, limit=limit)
    return finding(code, message, measured=measured, limit=limit)
