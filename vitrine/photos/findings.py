"""What the check of a photo says for each of its codes."""

from __future__ import annotations

from vitrine.findings import finding
from vitrine.models import Finding, Severity

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
    "OBJECT_UNCLEAR": "no single object stands out from the photo",
    "BACKDROP_ENCLOSED": (
        "{measured:.0%} of the matte has the backdrop's colour in a sharp edge (limit {limit:.0%}): a hole, "
        "as inside a headband, or a plain part of the product; the backdrop is left to the provider"
    ),
    "MATTE_UNSURE": "the matte is not sure enough to send: the backdrop is left to the provider",
    "BACKDROP_KEPT": ("the backdrop is not plain: it is left to the provider"),
    "BACKDROP_BUSY": (
        "the photo's border has detail of {measured:.0f} levels, a plain backdrop less than {limit:.0f}: "
        "it looks like a scene, and the backdrop is left to the provider"
    ),
    "OUTLINE_LOST": (
        "the product runs into the backdrop along {measured:.0%} of its size, where the contrast is too low "
        "to see an outline (limit {limit:.0%}): use a backdrop of another colour, or a cut-out with alpha"
    ),
    "PHOTO_UPSCALED": (
        "at full size the steepest edges have sharpness {measured:.2f}, other photos at least {limit:.2f}: "
        "it was enlarged, or is out of focus"
    ),
    "PHOTO_ELONGATED": (
        "the subject is {measured:.1f} times as long as wide, from {limit:.0f} on little of its width is seen"
    ),
    "PHOTO_DARK": (
        "the photo is dark: its brightest parts have level {measured:.0f} of 255, good photos at least "
        "{limit:.0f}"
    ),
    "PHOTO_COLLAGE": (
        "the photo looks like a collage: straight borders divide it into {measured:.0f} pictures, "
        "{limit:.0f} is expected: crop it to one"
    ),
    "PHOTO_FRAMED": (
        "the photo has a frame or border {measured:.0%} of its size wide, {limit:.0%} is allowed: crop it off"
    ),
    "PHOTO_BANNER": (
        "a band covers the photo's edge from side to side, {measured:.0%} of its size deep ({limit:.0%} is "
        "allowed): it looks like a banner or a text strip, crop it off"
    ),
    "ALPHA_CARD": (
        "the photo's own alpha fills {measured:.0%} of a rectangle or a disc (from {limit:.0%} on it is no "
        "outline): it is a card with a plain backdrop, which is removed"
    ),
    "ALPHA_INVERTED": (
        "the photo's own alpha shows {measured:.0%} of the frame's edge, {limit:.0%} is allowed, and hides "
        "what is within: is the alpha inverted?"
    ),
    "FRAME_BLANK": (
        "the file is animated or has pages: the first of its {measured:.0f} frames, which is used, is blank: "
        "save the frame that shows the product as a still image"
    ),
    "FRAMES_LEFT_OUT": "the file is animated or has pages: the first of its {measured:.0f} frames is used",
    "PHOTO_CUT_SHORT": (
        "the file ends too early: {measured:.1%} of its rows are missing, at most {limit:.0%} is filled in: "
        "export or download it again"
    ),
    "BIT_DEPTH_GUESSED": (
        "the file has more bits a channel than it uses: its largest value is {measured:.0f}, so {limit:.0f} "
        "is taken as white, or the photo would be dark"
    ),
}
"""code -> message, with the measured value and the limit to fill in"""


def photo_finding(
    code: str,
    *,
    measured: float | None = None,
    limit: float | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Return the finding `code` with its numbers in its message."""
    message = MESSAGES[code].format(measured=measured, limit=limit)
    return finding(code, message, measured=measured, limit=limit, severity=severity)
