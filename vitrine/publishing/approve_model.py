"""Decide whether a model matches the photo it was made from, or a person has to review it."""

from __future__ import annotations

from collections.abc import Iterable

from vitrine.findings import finding
from vitrine.models import Asset, Fidelity, Finding
from vitrine.publishing.releases import is_current
from vitrine.recipe import FidelityOptions, ReviewMode
from vitrine.storage.bucket import Bucket

OUTLINE, COLOUR, UNKNOWN = "FIDELITY_OUTLINE", "FIDELITY_COLOUR", "FIDELITY_UNKNOWN"
ASKED = "REVIEW_ASKED"
ENCLOSED = "BACKDROP_ENCLOSED"
"""Of the photo: its matte may be wrong, and then says nothing about the model."""


def fidelity_findings(fidelity: Fidelity | None, options: FidelityOptions) -> tuple[Finding, ...]:
    """Return a warning for each limit that is missed, or the finding that there is nothing to compare."""
    if not options.enabled:
        return ()
    if fidelity is None:
        message = "the photo has no outline, so the match with the model is unknown"
        if options.hold_unknown:
            return (finding(UNKNOWN, message),)
        return (finding(UNKNOWN, f"{message} (fidelity.hold_unknown is off)", severity="info"),)
    findings = []
    iou, min_iou = fidelity.silhouette_iou, options.min_silhouette_iou
    if iou < min_iou:
        message = f"the model's outline matches the photo's by {iou:.3f} (IoU), the limit is {min_iou:.3f}"
        findings.append(_beyond(OUTLINE, message, iou, min_iou))
    delta_e, max_delta_e = fidelity.colour_delta_e, options.max_colour_delta_e
    if delta_e > max_delta_e:
        message = f"the model's colours are {delta_e:.1f} ΔE from the photo's, the limit is {max_delta_e:.1f}"
        findings.append(_beyond(COLOUR, message, delta_e, max_delta_e))
    return tuple(findings)


def blocking_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that hold an asset for review."""
    return tuple(
        finding
        for finding in findings
        if finding.code in (OUTLINE, COLOUR, UNKNOWN, ENCLOSED) and finding.severity != "info"
    )


def approve_model(
    asset: Asset, bucket: Bucket, *, accepted: bool, review: ReviewMode = "on-findings"
) -> tuple[Finding, ...]:
    """Return the findings that hold an asset back; none if it may be published.

    `review` is the recipe's. A person overrules the findings with `accepted`. They do not hold back the very
    asset that is published already: a person has accepted it before.
    """
    blocking = blocking_findings(asset.findings)
    if review == "always":
        blocking = (*blocking, finding(ASKED, "the recipe asks for a review of every product"))
    if review == "never" or not blocking or accepted or is_current(asset, bucket):
        return ()
    return blocking


def _beyond(code: str, message: str, measured: float, limit: float) -> Finding:
    return finding(code, message, measured=measured, limit=limit)
