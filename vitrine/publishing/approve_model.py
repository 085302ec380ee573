"""Whether a model is like the photo it was bought from, or a person should look at it first."""

from __future__ import annotations

from collections.abc import Iterable

from vitrine.findings import finding
from vitrine.models import Fidelity, Finding
from vitrine.recipe import FidelityOptions

OUTLINE, COLOUR = "FIDELITY_OUTLINE", "FIDELITY_COLOUR"


def judge(fidelity: Fidelity | None, options: FidelityOptions) -> tuple[Finding, ...]:
    """What is to be said of a comparison: a warning for each limit passed, or that nobody knows."""
    if not options.enabled:
        return ()
    if fidelity is None:
        message = "nobody can tell how well the model matches its photo, which has no outline"
        return (finding("FIDELITY_UNKNOWN", message),)
    findings = []
    iou, least = fidelity.silhouette_iou, options.min_silhouette_iou
    if iou < least:
        message = f"the model's outline matches the photo's by {iou:.3f} (IoU), the limit is {least:.3f}"
        findings.append(_beyond(OUTLINE, message, iou, least))
    apart, most = fidelity.colour_delta_e, options.max_colour_delta_e
    if apart > most:
        message = f"the model's colours are {apart:.1f} ΔE from the photo's, the limit is {most:.1f}"
        findings.append(_beyond(COLOUR, message, apart, most))
    return tuple(findings)


def objections(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those for which an asset is held."""
    return tuple(finding for finding in findings if finding.code in (OUTLINE, COLOUR))


def _beyond(code: str, message: str, measured: float, limit: float) -> Finding:
    return finding(code, message, measured=measured, limit=limit)
