"""Pixazo's hosted TRELLIS.2, `trellis-2-image-to-3d`: it takes photos by public URL only, and no seed."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

from vitrine.errors import OptionRefused
from vitrine.models import Job, PhotoIdentity
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.account import Account
from vitrine.providers.answers.statuses import read_status
from vitrine.providers.base import PhotoUpload, RecentCharges, RecentJobs
from vitrine.providers.fields import Writer, as_integer, as_is, request_fields
from vitrine.providers.prices import price_usd
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
    """An account at Pixazo, or at any server under `base_url` that speaks its protocol."""

    provider = "pixazo"
    official = OFFICIAL
    needs_url = True
    calls_back = True

    @staticmethod
    def key_headers(api_key: str) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Ocp-Apim-Subscription-Key": api_key}

    def order(self, photo: PhotoIdentity, generation: Generation, *, attempt: int = 1) -> Order:
        """Return the order as it would be sent. Raises `OptionRefused` for what Pixazo does not document."""
        settings = request_fields(generation, FIELDS, provider=self.name, extra=False)
        return Order(photo=photo, provider=self.name, model=MODEL, settings=settings, attempt=attempt)

    async def price_usd(self, order: Order) -> Decimal:
        """Return the price in the price list: Pixazo publishes no live prices."""
        return price_usd("pixazo", order.settings)

    async def submit(self, order: Order, upload: PhotoUpload, *, webhook_url: str | None = None) -> Job:
        """Buy one generation with one POST.

        Raises `OptionRefused` for a photo without a public URL, `NotSent`'s children or `OutcomeUnknown`.
        """
        if upload.url is None or not upload.url.startswith(("http://", "https://")):
            raise OptionRefused(
                self.name, "a photo without a public http(s) URL", "put it into a bucket that can be reached"
            )
        headers = {"Cache-Control": "no-cache"} | ({"X-Webhook-URL": webhook_url} if webhook_url else {})
        body = {**order.settings, "image_url": upload.url}
        return await self._post_order(
            order, SUBMIT, body, headers, id_field="request_id", poll_field="polling_url"
        )

    async def status(self, job: Job) -> JobStatus:
        """GET a job's status. Raises `StatusUnavailable` (ask again)."""
        data = await self._get_status(job, STATUS + quote(job.request_id, safe=""))
        status = read_status(data, job, account=self.name, fields=FIELDS)
        not_charged = status.raw_status.strip().upper() == "ERROR"  # "system error, not charged"
        return status.model_copy(update={"charged": False}) if not_charged else status

    async def recent_jobs(self) -> RecentJobs | None:
        """Pixazo lists no jobs."""
        return None

    async def recent_charges(self) -> RecentCharges | None:
        """Pixazo lists no charges."""
        return None
