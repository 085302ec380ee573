"""What is held for review, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.models import Asset, Fidelity, Product
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.publishing.approve_model import approve_model, blocking_findings, fidelity_findings
from vitrine.recipe import FidelityOptions, PhotoOptions, RepairOptions
from vitrine.repair.repair_model import repair_model
from vitrine.sandbox.engine import generate
from vitrine.storage.open import open_bucket

LIKE = Fidelity(yaw_deg=0, pitch_deg=0, fov_deg=20, silhouette_iou=0.97, colour_delta_e=4)


def codes(fidelity: Fidelity | None, **options: object) -> list[str]:
    return [
        f"{f.code} {f.severity}" for f in fidelity_findings(fidelity, FidelityOptions.model_validate(options))
    ]


def test_each_limit_is_a_finding_with_its_numbers() -> None:
    assert codes(LIKE) == []
    narrow = LIKE.model_copy(update={"silhouette_iou": 0.5, "colour_delta_e": 33.0})
    outline, colour = fidelity_findings(narrow, FidelityOptions())
    assert (outline.code, outline.measured, outline.limit) == ("FIDELITY_OUTLINE", 0.5, 0.85)
    assert outline.message == "the model's outline matches the photo's by 0.500 (IoU), the limit is 0.850"
    assert (colour.code, colour.measured, colour.limit) == ("FIDELITY_COLOUR", 33, 20)
    assert blocking_findings((outline, colour)) == (outline, colour)
    assert codes(narrow, enabled=False) == []
    assert codes(narrow, min_silhouette_iou=0.4, max_colour_delta_e=40) == []


def test_what_cannot_be_compared_is_held_unless_the_recipe_lets_it_pass() -> None:
    assert codes(None) == ["FIDELITY_UNKNOWN warning"]
    unknown = fidelity_findings(None, FidelityOptions())
    assert blocking_findings(unknown) == unknown
    assert codes(None, hold_unknown=False) == ["FIDELITY_UNKNOWN info"]
    (said,) = fidelity_findings(None, FidelityOptions(hold_unknown=False))
    assert said.message.endswith("(fidelity.hold_unknown is off)")
    assert blocking_findings((said,)) == ()


PHOTOS = (
    "cutout/fishbowl.webp",
    "cutout/stroller.webp",
    "studio/nightstand.png",
    "studio/industrial_table.png",
)


@pytest.fixture(scope="module")
def cut_out(shared_photos: Path) -> list[bytes]:
    """Two photos that others are most like, and two of the worst matches with their own models."""
    return [prepare_photo((shared_photos / n).read_bytes(), n, PhotoOptions())[0] for n in PHOTOS]


@pytest.fixture(scope="module")
def raw(cut_out: list[bytes]) -> list[bytes]:
    return [generate(photo, faces=20_000, texture_size=1024) for photo in cut_out]


@pytest.mark.parametrize("number", range(len(PHOTOS)), ids=PHOTOS)
def test_the_defaults_let_a_model_pass_with_its_photo_and_with_no_other(
    cut_out: list[bytes], raw: list[bytes], number: int
) -> None:
    _, own = repair_model(raw[number], RepairOptions(), None, photo=cut_out[number])
    assert own.fidelity is not None
    assert own.fidelity.silhouette_iou > 0.94
    assert own.fidelity.colour_delta_e < 8
    assert [f.code for f in own.findings if f.code.startswith("FRONT")] == []
    _, other = repair_model(raw[(number + 1) % len(raw)], RepairOptions(), None, photo=cut_out[number])
    assert blocking_findings(fidelity_findings(own.fidelity, FidelityOptions())) == ()
    assert blocking_findings(fidelity_findings(other.fidelity, FidelityOptions())) != ()


def test_an_asset_is_held_by_its_findings_until_a_person_accepts_it(tmp_path: Path) -> None:
    bucket = open_bucket(str(tmp_path))
    doubts = fidelity_findings(LIKE.model_copy(update={"silhouette_iou": 0.5}), FidelityOptions())
    asset = Asset(product=Product(id="mug", photos=("mug.png",)), files=(), findings=doubts)
    assert approve_model(asset, bucket, accepted=False) == doubts
    assert approve_model(asset, bucket, accepted=True) == ()
    assert approve_model(asset.model_copy(update={"findings": ()}), bucket, accepted=False) == ()
