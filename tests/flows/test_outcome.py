from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from prefect import State, flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Failed

from flows.outcome import Outcome, run_flow
from vitrine.errors import DraftHeld, FeedError, JobFailed, PrefectUnavailable, StorageError
from vitrine.models import Asset, Blob, Delivery, Finding, Job, Product, Release
from vitrine.runs import Conversion

MUG = Product(id="mug", title="Mug", photos=("mug.png",))
JOB = Job(
    key="k", provider="sandbox", request_id="r", price_usd=Decimal("0.249"), submitted_at=datetime.now(UTC)
)
RELEASE = Release(id="r1", product_id="mug", manifest_key="m", pointer_key="p", page_key="i", page_url="u")


def test_a_failure_after_the_purchase_still_shows_the_cost() -> None:
    outcome = Outcome(MUG)
    with outcome.record_failure():
        outcome.record_purchase(JOB)
        raise JobFailed("job r failed")
    assert outcome.conversion == Conversion(
        product_id="mug",
        title="Mug",
        status="failed",
        provider="sandbox",
        spent_usd=Decimal("0.249"),
        error="job r failed",
    )


def test_what_was_bought_before_costs_nothing_now() -> None:
    outcome = Outcome(MUG)
    outcome.record_purchase(JOB.model_copy(update={"reused": True}))
    assert (outcome.conversion.spent_usd, outcome.conversion.reused) == (Decimal(0), True)


@pytest.mark.parametrize(("reused", "spent"), [(False, "0.274"), (True, "0")])
def test_what_was_charged_otherwise_is_what_it_cost(reused: bool, spent: str) -> None:
    raw = Blob(sha256="1" * 64, size_bytes=9, media_type="model/gltf-binary")
    downgraded = Finding(code="DOWNGRADED", severity="warning", message="made at 1024")
    draft, final = (
        JOB.model_copy(update={"reused": reused, "price_usd": Decimal(p)}) for p in ("0.025", "0.499")
    )
    outcome = Outcome(MUG)
    outcome.record_delivery(outcome.record_purchase(draft), Delivery(raw=raw, price_usd=Decimal("0.025")))
    delivery = Delivery(raw=raw, price_usd=Decimal("0.249"), findings=(downgraded,))
    assert outcome.record_delivery(outcome.record_purchase(final), delivery) == raw
    assert (outcome.conversion.spent_usd, outcome.bill_usd) == (Decimal(spent), Decimal("0.274"))
    assert outcome.shortfalls == (downgraded,)


def test_the_error_goes_when_it_is_published() -> None:
    outcome = Outcome(MUG)
    outcome.record_release(RELEASE.model_copy(update={"unchanged": True}))
    assert (outcome.conversion.status, outcome.conversion.error) == ("unchanged", None)


def test_what_is_held_says_why_and_keeps_its_picture() -> None:
    doubt = Finding(code="FIDELITY_OUTLINE", severity="warning", message="another shape")
    small_part = Finding(code="SMALL_PARTS_REMOVED", severity="info", message="1 small loose part removed")
    sheet = Blob(sha256="0" * 64, size_bytes=1, media_type="image/webp")
    asset = Asset(product=MUG, files=(), findings=(small_part, doubt))
    outcome = Outcome(MUG)
    with outcome.record_failure():
        outcome.record_asset(asset, sheet)
        outcome.record_held(asset, (doubt,))
    held = outcome.conversion
    assert (held.status, held.error) == ("held", "held for review: another shape")
    assert (held.release, held.sheet, held.findings) == (None, sheet, (small_part, doubt))


def test_a_held_draft_is_held_and_not_failed() -> None:
    outcome = Outcome(MUG)
    with outcome.record_failure():
        raise DraftHeld("mug", ["blurred"])
    assert outcome.conversion.status == "held"
    assert "the final not bought: blurred" in str(outcome.conversion.error)


def test_what_was_made_and_could_not_be_published_has_failed() -> None:
    outcome = Outcome(MUG)
    with outcome.record_failure():
        outcome.record_asset(
            Asset(product=MUG, files=()), Blob(sha256="0" * 64, size_bytes=1, media_type="image/webp")
        )
        raise StorageError("the bucket is gone")
    assert (outcome.conversion.status, outcome.conversion.error) == ("failed", "the bucket is gone")


def test_a_bug_names_its_class() -> None:
    outcome = Outcome(MUG)
    with outcome.record_failure():
        raise ZeroDivisionError("division by zero")
    assert outcome.conversion.error == "ZeroDivisionError: division by zero"


def test_an_interruption_is_not_kept() -> None:
    with pytest.raises(KeyboardInterrupt), Outcome(MUG).record_failure():
        raise KeyboardInterrupt


@flow
async def one(how: str) -> State[Conversion]:
    conversion = Outcome(MUG).conversion
    if how == "raises":
        raise FeedError("no such feed")
    if how == "fails":
        return Failed(message="failed", data=conversion)
    return Completed(message="published", data=conversion)


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
async def test_a_flow_that_fails_hands_over_what_became_of_its_work() -> None:
    assert await run_flow(one, "fails") == Outcome(MUG).conversion
    assert await run_flow(one, "works") == Outcome(MUG).conversion
    with pytest.raises(FeedError, match="no such feed"):
        await run_flow(one, "raises")


API = "http://127.0.0.1:4200/api"
AWAY = httpx.ConnectError("all attempts failed", request=httpx.Request("GET", f"{API}/block_documents"))


def answered(status: int, url: str = f"{API}/v2/concurrency_limits") -> httpx.HTTPStatusError:
    request = httpx.Request("POST", url)
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, request=request))


@pytest.mark.parametrize("error", [AWAY, answered(503)], ids=["no answer", "503"])
def test_that_prefects_server_is_away_is_no_failure_of_a_product(error: Exception) -> None:
    outcome = Outcome(MUG)
    with (
        temporary_settings({PREFECT_API_URL: API}),
        pytest.raises(PrefectUnavailable, match=rf"mug: Prefect's server at {API} does not"),
        outcome.record_failure(),
    ):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        answered(404),
        answered(503, "https://elsewhere.example/api"),
        httpx.ReadTimeout("late", request=httpx.Request("GET", "https://elsewhere.example/x")),
        httpx.ReadTimeout("before any request"),
        ValueError("a bug"),
    ],
    ids=["404", "503 elsewhere", "late elsewhere", "no request", "a bug"],
)
def test_any_other_error_is_that_of_its_product(error: Exception) -> None:
    outcome = Outcome(MUG)
    with temporary_settings({PREFECT_API_URL: API}), outcome.record_failure():
        raise error
    assert outcome.conversion.status == "failed"
