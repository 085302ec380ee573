from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from flows.convert_product import convert_product
from flows.outcome import run_flow
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.schema import purchases
from vitrine.models import Dimensions, Product
from vitrine.photos.matting.model_file import find_model
from vitrine.recipe import FidelityOptions, PhotoOptions, Recipe, TurntableOptions
from vitrine.runs import Conversion
from vitrine.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]

Ask = Callable[..., list[dict[str, Any]]]
STEPS = [
    "approve_model",
    "fetch_model",
    "build_ar",
    "build_lods",
    "build_usdz",
    "buy_model",
    "certify_lods",
    "check_destinations",
    "draw_levels",
    "prepare_photo",
    "publish_release",
    "render_poster",
    "repair_model",
    "report_product",
]


async def convert(product: Product, recipe: Recipe, to: Path, *, accept: bool = False) -> Conversion:
    conversion = await run_flow(convert_product, product, recipe, "sandbox", str(to), accept)
    assert isinstance(conversion, Conversion)
    return conversion


def published_files(folder: Path) -> list[Path]:
    """Every file that readers could see; the bucket's own notes are under `.vitrine`."""
    return [path for path in folder.rglob("*") if path.is_file() and ".vitrine" not in path.parts]


async def test_a_photo_becomes_a_published_product(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    size = Dimensions(height=12, unit="cm")
    mug = Product(
        id="red_mug", title="Red mug", photos=(str(draw_photo(tmp_path / "red_mug.png")),), dimensions=size
    )
    before, public = sales(), tmp_path / "public"

    first = await convert(mug, quick, public)
    assert (first.status, first.error, first.spent_usd) == ("published", None, Decimal("0.249"))
    assert first.release is not None
    assert sales() == before + 1
    manifest = json.loads((public / first.release.manifest_key).read_text())
    roles = {file["role"]: file for file in manifest["files"]}
    assert list(roles) == ["web-lod0", "web-lod1", "ar", "usdz", "poster", "photo"]
    assert roles["web-lod0"]["triangles"] <= 4_000
    assert roles["web-lod0"]["quality"]["silhouette_iou"] > 0.9
    assert (public / first.release.page_key).is_file()
    assert manifest["fidelity"]["silhouette_iou"] > 0.85
    assert manifest["fidelity"]["yaw_deg"] == pytest.approx(0, abs=15)
    assert first.sheet is not None

    again = await convert(mug, quick, public)
    assert (again.status, again.reused, again.spent_usd) == ("unchanged", True, Decimal(0))
    assert again.release == first.release.model_copy(update={"unchanged": True, "uploaded_bytes": 0})
    assert sales() == before + 1

    run, rerun = ask("flow_runs", flow_runs={"name": {"any_": ["red_mug"]}}, sort="START_TIME_ASC")
    assert [(each["state"]["type"], each["state"]["message"]) for each in (run, rerun)] == [
        ("COMPLETED", "published"),
        ("COMPLETED", "unchanged"),
    ]
    for each in (run, rerun):
        tasks = ask("task_runs", flow_runs={"id": {"any_": [each["id"]]}})
        assert sorted(task["name"] for task in tasks) == sorted(f"{step} red_mug" for step in STEPS)
        assert {task["state"]["type"] for task in tasks} == {"COMPLETED"}
        ids = {task["name"].split()[0]: task["id"] for task in tasks}
        (inputs,) = (task["task_inputs"] for task in tasks if task["id"] == ids["certify_lods"])
        assert [source["id"] for source in inputs["lods"]] == [
            ids["build_lods"]
        ]  # an edge of the run's graph
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["product-red-mug"]}})
    assert "already bought from sandbox" in artifact["data"]
    assert artifact["data"].count("data:image/webp;base64,") == 2
    assert len(artifact["data"]) < 150_000


async def test_a_model_unlike_its_photo_is_held_until_a_person_accepts_it(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    vase = Product(id="odd-vase", title="Vase", photos=(str(draw_photo(tmp_path / "odd-vase.png")),))
    strict = quick.model_copy(update={"fidelity": FidelityOptions(min_silhouette_iou=1)})
    before, public = sales(), tmp_path / "public"
    held = await convert(vase, strict, public)
    assert (held.status, held.spent_usd, held.release) == ("held", Decimal("0.249"), None)
    assert "held for review: the model's outline matches the photo's by 0.9" in str(held.error)
    assert published_files(public) == []
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["product-odd-vase"]}})
    assert "**held**" in artifact["data"]
    assert "--approve` publishes it and buys nothing" in artifact["data"]
    assert artifact["data"].count("data:image/webp;base64,") == 2
    (run,) = ask("flow_runs", flow_runs={"name": {"any_": ["odd-vase"]}})
    assert (run["state"]["type"], run["state"]["name"]) == ("COMPLETED", "Held")

    accepted = await convert(vase, strict, public, accept=True)
    assert (accepted.status, accepted.spent_usd, accepted.error) == ("published", Decimal(0), None)
    assert accepted.release is not None
    manifest = json.loads((public / accepted.release.manifest_key).read_text())
    assert "FIDELITY_OUTLINE" in [finding["code"] for finding in manifest["findings"]]
    # What is out already was accepted: the next run of a schedule does not ask again.
    later = await convert(vase, strict, public)
    assert (later.status, later.release) == (
        "unchanged",
        accepted.release.model_copy(update={"unchanged": True, "uploaded_bytes": 0}),
    )
    assert sales() == before + 1


async def test_a_model_that_nothing_judges_is_held_unless_the_recipe_lets_it_pass(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    del sales
    with Image.open(draw_photo(tmp_path / "framed.png")) as drawn:
        wall = Image.effect_noise(drawn.size, 60).convert("RGBA")
        Image.alpha_composite(wall, drawn).convert("RGB").save(tmp_path / "framed.png")
    plain = quick.model_copy(update={"photo": PhotoOptions(remove_backdrop=False)})
    jar = Product(id="framed", photos=(str(tmp_path / "framed.png"),))
    held = await convert(jar, plain, tmp_path / "public")
    assert (held.status, held.release) == ("held", None)
    assert "the match with the model is unknown" in str(held.error)
    lets_pass = plain.model_copy(update={"fidelity": FidelityOptions(hold_unknown=False)})
    done = await convert(jar, lets_pass, tmp_path / "public")
    assert (done.status, done.error) == ("published", None)
    found = {finding.code: finding.severity for finding in done.findings}
    assert found["FIDELITY_UNKNOWN"] == found["FRONT_UNKNOWN"] == "info"


async def test_a_photo_without_an_object_is_held_before_anything_is_bought(
    quick: Recipe, sales: Callable[[], int], tmp_path: Path
) -> None:
    if find_model("") is None:
        pytest.skip("no salient-object model (`make setup` fetches it), or no onnxruntime")
    before = sales()
    tiles = np.random.default_rng(4).integers(0, 255, (8, 12, 3), np.uint8)
    Image.fromarray(np.kron(tiles, np.ones((60, 60, 1), np.uint8))).save(tmp_path / "room.png")
    room = Product(id="room", photos=(str(tmp_path / "room.png"),))
    held = await convert(room, quick, tmp_path / "public")
    assert (held.status, sales()) == ("held", before)
    assert held.spent_usd == 0
    assert "no single object stands out from the photo" in str(held.error)
    assert "--accept" in str(held.error)


async def test_a_turntable_is_released_where_the_recipe_asks_for_one(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    del sales
    photo = draw_photo(tmp_path / "turned.png")
    turned = quick.model_copy(update={"turntable": TurntableOptions(enabled=True, size_px=64, frames=4)})
    done = await convert(Product(id="turned", photos=(str(photo),)), turned, tmp_path / "public")
    assert done.release is not None
    manifest = json.loads((tmp_path / "public" / done.release.manifest_key).read_text())
    (film,) = (file for file in manifest["files"] if file["role"] == "turntable")
    with Image.open(tmp_path / "public" / film["key"]) as picture:
        assert (picture.format, picture.size, getattr(picture, "n_frames", 0)) == ("WEBP", (64, 64), 4)


async def test_a_photo_that_is_no_photo_costs_nothing(
    quick: Recipe, sales: Callable[[], int], tmp_path: Path, ask: Ask
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    before = sales()
    failed = await convert(Product(id="not-a-photo", photos=(str(text),)), quick, tmp_path / "public")
    assert failed.status == "failed"
    assert failed.error is not None
    assert "text.jpg" in failed.error
    assert sales() == before
    (run,) = ask("flow_runs", flow_runs={"name": {"any_": ["not-a-photo"]}})
    assert (run["state"]["type"], run["state"]["message"]) == ("FAILED", failed.error)


async def test_a_job_that_fails_still_shows_what_it_cost(
    quick: Recipe,
    sales: Callable[[], int],
    sandbox_url: str,
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    before = sales()
    assert httpx.post(f"{sandbox_url}/sandbox/faults", json={"kind": "fail-job"}).is_success
    product = Product(id="unlucky", photos=(str(draw_photo(tmp_path / "unlucky.png")),))
    failed = await convert(product, quick, tmp_path / "public")
    assert (failed.status, failed.spent_usd) == ("failed", Decimal("0.249"))
    assert failed.error is not None
    assert "failed" in failed.error
    assert sales() == before + 1
    assert published_files(tmp_path / "public") == []


async def test_an_account_that_is_not_set_up_is_said(
    quick: Recipe, draw_photo: Callable[[Path], Path], tmp_path: Path, prefect_server: str
) -> None:
    del prefect_server
    product = Product(id="nobody", photos=(str(draw_photo(tmp_path / "nobody.png")),))
    failed = await run_flow(convert_product, product, quick, "meshy", str(tmp_path / "public"))
    assert "no account 'meshy'" in failed.error


async def test_a_draft_is_shown_and_the_final_bought_with_its_seed(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    cup = Product(id="cup", title="Cup", photos=(str(draw_photo(tmp_path / "cup.png")),))
    strict = quick.model_copy(update={"mode": "draft-then-final"})
    before, public = sales(), tmp_path / "public"
    held = await convert(cup, strict, public)
    assert (held.status, held.spent_usd, sales()) == ("held", Decimal("0.025"), before + 1)
    assert "the draft is held and the final not bought: the subject is 461 px long" in str(held.error)
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["draft-cup"]}})
    assert "**held**" in artifact["data"]

    recipe = strict.model_copy(update={"photo": PhotoOptions(warn_subject_px=300)})
    first = await convert(cup, recipe, public)
    assert (first.status, first.error, first.spent_usd) == ("published", None, Decimal("0.249"))
    told = httpx.get(f"{os.environ['VITRINE_SANDBOX_URL']}/sandbox/sales").json()["sales"][before:]
    assert [sale["settings"]["resolution"] for sale in told] == ["512", "1024"]
    assert told[0]["settings"]["seed"] == told[1]["settings"]["seed"]
    assert first.release is not None
    manifest = json.loads((public / first.release.manifest_key).read_text())
    assert Decimal(str(manifest["provenance"]["cost_usd"])) == Decimal("0.274")
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["draft-cup"]}})
    assert "**approved**" in artifact["data"]
    again = await convert(cup, recipe, public)
    assert (again.status, again.spent_usd, sales()) == ("unchanged", Decimal(0), before + 2)


async def test_a_person_approves_a_draft_that_the_rule_does_not(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    jar = Product(id="jar", title="Jar", photos=(str(draw_photo(tmp_path / "jar.png")),))
    strict, before = quick.model_copy(update={"mode": "draft-then-final"}), sales()
    assert (await convert(jar, strict, tmp_path / "public")).status == "held"
    accepted = await convert(jar, strict, tmp_path / "public", accept=True)
    assert (accepted.status, accepted.spent_usd, sales()) == ("published", Decimal("0.249"), before + 2)
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["draft-jar"]}})
    assert "**approved**" in artifact["data"]


async def test_a_quiet_downgrade_reaches_the_release_and_the_report(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    vase = Product(id="quiet-vase", photos=(str(draw_photo(tmp_path / "quiet-vase.png")),))
    large = quick.model_copy(update={"generation": quick.generation.model_copy(update={"resolution": 1536})})
    ledger, public, before = Settings.from_env().open_ledger(), tmp_path / "public", sales()
    httpx.post(f"{os.environ['VITRINE_SANDBOX_URL']}/sandbox/faults", json={"kind": "downgrade"})
    made = await convert(vase, large, public)
    assert (made.status, made.spent_usd) == ("published", Decimal("0.499"))
    (said,) = (finding for finding in made.findings if finding.code == "UNCONFIRMED")
    assert (said.severity, said.limit) == (
        "info",
        1536,
    )  # it tells its price only

    (bought,) = list_purchases(ledger, Filter(product="quiet-vase"))
    with ledger.transaction() as connection:  # as a provider that tells would have had it written down
        connection.execute(purchases.update().values(effective={"resolution": "1024"}))
    again = await convert(vase, large, public)
    (said,) = (finding for finding in again.findings if finding.code == "DOWNGRADED")
    assert (again.reused, said.measured, said.limit) == (True, 1024, 1536)
    assert again.release is not None
    manifest = json.loads((public / again.release.manifest_key).read_text())
    assert "DOWNGRADED" in [finding["code"] for finding in manifest["findings"]]
    (artifact,) = ask("artifacts/latest", artifacts={"key": {"any_": ["product-quiet-vase"]}})
    assert "`DOWNGRADED`" in artifact["data"]
    assert (bought.price_usd, sales()) == (Decimal("0.499"), before + 1)
