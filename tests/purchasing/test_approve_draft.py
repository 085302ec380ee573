"""What a draft is, and what keeps it from being approved."""

from __future__ import annotations

from vitrine.models import Blob, Finding
from vitrine.providers import EmpirioLabs
from vitrine.purchasing.approve_draft import draft_generation, objections
from vitrine.recipe import Generation
from vitrine.sandbox.jobs.stub_model import STUB_GLB

PHOTO = Blob(sha256="a" * 64, size_bytes=1, media_type="image/png")


def _finding(severity: str) -> Finding:
    return Finding.model_validate({"code": "BLURRED", "severity": severity, "message": "blurred"})


def test_a_draft_differs_from_its_final_by_the_resolution_alone() -> None:
    final = Generation(resolution=1536, pipeline_type="1536_cascade", ss_sampling_steps=20)
    account = EmpirioLabs("k")
    drafted, wanted = (account.order(PHOTO, one).settings for one in (draft_generation(final), final))
    differing = {name for name in wanted if wanted[name] != drafted[name]}
    assert differing == {"resolution", "pipeline_type"}
    assert drafted["seed"] == wanted["seed"]


def test_a_draft_passes_when_photo_and_model_do() -> None:
    assert objections(STUB_GLB, [_finding("info")]) == ()
    assert objections(STUB_GLB, [_finding("warning")]) == (_finding("warning"),)
    assert {finding.severity for finding in objections(STUB_GLB[:-8], [])} == {"error"}
