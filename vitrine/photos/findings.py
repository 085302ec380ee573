"""Every code that the check of a photo can give, in one table."""

from __future__ import annotations

from vitrine.models import Finding, Severity

CODES: dict[str, tuple[Severity, str]] = {
    "photo-too-small": (
        "error",
        "the subject is {measured:.0f} px long, at least {limit:.0f} px are needed: use a larger photo",
    ),
    "photo-small": (
        "warning",
        "the subject is {measured:.0f} px long; from {limit:.0f} px on the model can see its detail",
    ),
    "photo-blurred": (
        "error",
        "the steepest edges have sharpness {measured:.2f}, {limit:.2f} is needed: use a sharper photo",
    ),
    "photo-soft": (
        "warning",
        "the steepest edges have sharpness {measured:.2f}, good photos have {limit:.2f}",
    ),
    "nothing-there": (
        "error",
        "{measured:.2%} of the photo differs from its backdrop, {limit:.2%} must: no product is seen",
    ),
    "matte-empty": (
        "error",
        "the photo's own alpha shows {measured:.2%} of it, {limit:.2%} is needed: is it the right file?",
    ),
    "alpha-weak": (
        "error",
        "the strongest alpha is {measured:.0f}, TRELLIS.2 needs above {limit:.0f}: make the subject opaque",
    ),
    "subject-cut": (
        "error",
        "the frame cuts the subject along {measured:.0%} of a side, the limit is {limit:.0%}: show it whole",
    ),
    "subject-touches": (
        "warning",
        "the subject touches the frame along {measured:.0%} of a side (from {limit:.0%} on it may be cut)",
    ),
    "several-subjects": (
        "warning",
        "{measured:.0f} separate subjects are in the photo, {limit:.0f} is expected: they become one model",
    ),
    "outline-unclear": (
        "warning",
        "only {measured:.0%} of the outline stands out from the backdrop, {limit:.0%} is needed to cut it: "
        "the backdrop is left to the provider",
    ),
    "backdrop-kept": ("info", "the backdrop is not plain: it is left to the provider"),
}
"""code -> severity, message. `error` stops the product before money is spent."""


def finding(code: str, *, measured: float | None = None, limit: float | None = None) -> Finding:
    """The finding `code` with its numbers filled in."""
    severity, message = CODES[code]
    said = message.format(measured=measured, limit=limit)
    return Finding(code=code, severity=severity, message=said, measured=measured, limit=limit)
