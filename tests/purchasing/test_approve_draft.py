"""What a draft is, and what keeps it from being approved."""

from __future__ import annotations

import pytest

from vitrine.errors import DraftHeld
from vitrine.models import Blob, Finding, PhotoIdentity, Product
from vitrine.providers import EmpirioLabs
from vitrine.purchasing.approve_draft import approve_draft, draft_generation, draft_objections
from vitrine.recipe import Generation
from vitrine.sandbox.jobs.stub_model import STUB_GLB

MUG = Product(id="mug", photos=("mug.png",))
PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=1, media_type="image/png"))


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
    assert draft_objections(STUB_GLB, [_finding("info")]) == ()
    assert draft_objections(STUB_GLB, [_finding("warning")]) == (_finding("warning"),)
    assert {finding.severity for finding in draft_objections(STUB_GLB[:-8], [])} == {"error"}


@pytest.mark.parametrize(
    ("objections", "accepted"), [((), False), ((), True), ((_finding("warning"),), True)]
)
def test_a_draft_without_objections_or_accepted_by_a_person_is_approved(
    objections: tuple[Finding, ...], accepted: bool
) -> None:
    approve_draft(MUG, objections, accepted=accepted)


def test_a_draft_with_objections_is_held_with_their_messages() -> None:
    with pytest.raises(DraftHeld, match=_finding("warning").message):
        approve_draft(MUG, [_finding("warning")], accepted=False)
