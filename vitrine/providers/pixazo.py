"""Pixazo's hosted TRELLIS.2, `trellis-2-image-to-3d`. It takes photos by public URL only, and no seed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from vitrine.errors import OptionRefused
from vitrine.job_status import JobStatus, Output
from vitrine.models import Blob, Job, Order
from vitrine.providers.account import Account, status_url
from vitrine.providers.base import PhotoUpload, RecentCharges, RecentJobs
from vitrine.providers.fields import Writer, as_integer, as_is, request_fields
from vitrine.providers.http.response import error_message
from vitrine.providers.prices import price_usd
from vitrine.providers.receipt import receipt
from vitrine.providers.reported import charge_reported, settings_reported
from vitrine.providers.statuses import job_state
from vitrine.recipe import Generation

OFFICIAL = "https://gateway.pixazo.ai"
MODEL = "trellis-2-image-to-3d"
SUBMIT = f"/{MODEL}/v1/{MODEL}-request"
STATUS = "/v2/requests/status/"

# The 17 documented fields without `image_url`.
FIELDS: dict[str, Writer] = {
    "resolution": as_integer,
    "ss_guidance_strength": as_is,
    "ss_guidance_rescale": as_is,
    "ss_sampling_steps": as_integer,
    "ss_rescale_t": as_integer,
    "shape_slat_guidance_strength": as_is,
    "shape_slat_guidance_rescale": as_is,
    "shape_slat_sampling_steps": as_integer,
    "shape_slat_rescale_t": as_integer,
    "tex_slat_guidance_strength": as_is,
    "tex_slat_sampling_steps": as_integer,
    "tex_slat_rescale_t": as_integer,
    "decimation_target": as_integer,
    "texture_size": as_integer,
    "remesh": as_is,
    "remesh_band": as_integer,
}


class Pixazo(Account):
    """An account at Pixazo, or at whatever speaks its protocol under `base_url`."""

    provider = "pixazo"
    official = OFFICIAL
    needs_url = True
    calls_back = True

    @staticmethod
    def key_headers(api_key: str) -> dict[str, str]:
        return {"Ocp-Apim-Subscription-Key": api_key}

    def order(self, photo: Blob, generation: Generation, *, attempt: int = 1) -> Order:
        """The order as it would be sent. Raises `OptionRefused` for what Pixazo does not document."""
        settings = request_fields(generation, FIELDS, provider=self.name, extra=False)
        return Order(photo=photo, provider=self.name, model=MODEL, settings=settings, attempt=attempt)

    async def price_usd(self, order: Order) -> Decimal:
        """By the price list: Pixazo publishes no live prices."""
        return price_usd("pixazo", order.settings)

    async def submit(self, order: Order, upload: PhotoUpload, *, webhook_url: str | None = None) -> Job:
        """Buy one generation with one POST.

        Raises `OptionRefused` for a photo without a public URL, `NotSent`'s children, `OutcomeUnknown`.
        """
        if upload.url is None or not upload.url.startswith(("http://", "https://")):
            raise OptionRefused(
                self.name, "a photo without a public http(s) URL", "put it into a bucket that can be reached"
            )
        price = price_usd("pixazo", order.settings)
        headers = {"Cache-Control": "no-cache"} | ({"X-Webhook-URL": webhook_url} if webhook_url else {})
        answer = await self._client.post_once(SUBMIT, {**order.settings, "image_url": upload.url}, headers)
        return receipt(self._client, order, answer, price, id_field="request_id", poll_field="polling_url")

    async def status(self, job: Job) -> JobStatus:
        """Ask after a job. Raises `StatusUnavailable` (ask again) or `JobExpired`."""
        url = status_url(self._client, job, STATUS + quote(job.request_id, safe=""))
        data = await self._client.get(url, priority=job.submitted_at.timestamp())
        word = data.get("status")
        state = job_state(word, provider=self.name, request_id=job.request_id)
        return JobStatus(
            state=state,
            outputs=_outputs(data.get("output")),
            error=error_message(data) or str(word) if state == "failed" else None,
            charged=False if str(word).strip().upper() == "ERROR" else None,
            effective=settings_reported(data, FIELDS) if state == "completed" else {},
            charged_usd=charge_reported(data) if state == "completed" else None,
            raw_status=str(word),
        )

    async def recent_jobs(self) -> RecentJobs | None:
        """Pixazo lists no jobs."""
        return None

    async def recent_charges(self) -> RecentCharges | None:
        """Pixazo lists no charges."""
        return None


def _outputs(output: Any) -> tuple[Output, ...]:
    """`media_url` is a list by the documentation, and was seen as a bare string."""
    urls = output.get("media_url") if isinstance(output, dict) else output
    listed = urls if isinstance(urls, list) else [urls]
    return tuple(Output(url=url) for url in listed if isinstance(url, str) and url)
