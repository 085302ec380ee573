"""EmpirioLabs' hosted TRELLIS.2, `trellis-2-4b`: it takes photos as data URIs, and any further field."""

from __future__ import annotations

import base64
import logging
import time
from decimal import Decimal
from urllib.parse import quote

from vitrine.errors import JobNotFound, OptionRefused, StatusUnavailable
from vitrine.models import Job, PhotoIdentity
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order, photo_seed
from vitrine.providers.account import Account
from vitrine.providers.answers.live_prices import read_live_prices
from vitrine.providers.answers.reported import charge_reported
from vitrine.providers.answers.statuses import read_status
from vitrine.providers.base import PhotoUpload, RecentCharges, RecentJobs
from vitrine.providers.empiriolabs_list import LIST_LIMIT, read_job_list
from vitrine.providers.empiriolabs_usage import read_charges
from vitrine.providers.fields import Writer, as_integer, as_is, as_text, request_fields
from vitrine.providers.prices import price_usd
from vitrine.recipe import Generation

logger = logging.getLogger(__name__)

OFFICIAL = "https://api.empiriolabs.ai"
MODEL = "trellis-2-4b"
SUBMIT = "/v1/3d/generations"
JOBS = "/v1/jobs/"
MODELS = "/v1/models/"
USAGE = "/v1/account/usage"
REQUESTS_PER_MINUTE = 50.0
"""For the whole account, polls included."""
LIVE_PRICES_S = 600.0
"""How long live prices are used before they are asked for again, in seconds."""
_LIVE: dict[str, tuple[float, dict[int, Decimal]]] = {}
PIPELINES = {"512": "512", "1024": "1024_cascade", "1536": "1536_cascade"}

# Every field of the request but `model` and `image`.
FIELDS: dict[str, Writer] = {
    "resolution": as_text,
    "pipeline_type": as_is,
    "seed": as_integer,
    "preprocess_image": as_is,
    "max_num_tokens": as_integer,
    **{
        f"{stage}_{field}": writer
        for stage in ("ss", "shape_slat", "tex_slat")
        for field, writer in {
            "sampling_steps": as_integer,
            "guidance_strength": as_is,
            "guidance_rescale": as_is,
            "guidance_interval_start": as_is,
            "guidance_interval_end": as_is,
            "rescale_t": as_is,
        }.items()
    },
    "decimation_target": as_integer,
    "texture_size": as_text,
    "remesh": as_is,
    "remesh_band": as_is,
    "remesh_project": as_is,
    "uv_unwrap_angle_threshold_deg": as_is,
    "uv_unwrap_refine_iterations": as_integer,
    "uv_unwrap_global_iterations": as_integer,
    "uv_unwrap_smooth_strength": as_is,
    "response_format": as_is,
}


class EmpirioLabs(Account):
    """An account at EmpirioLabs, or at any server under `base_url` that speaks its protocol."""

    provider = "empiriolabs"
    official = OFFICIAL
    official_per_minute = REQUESTS_PER_MINUTE
    job_memory_s = 3600.0
    """The state of a job is kept for one hour after its completion; then the answer is 404."""
    link_memory_s = 7 * 86_400.0
    """Result links are signed for 7 days; the objects behind them are kept for 30."""
    needs_url = False
    calls_back = False

    @staticmethod
    def key_headers(api_key: str) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization": f"Bearer {api_key}" if api_key else ""}

    def order(self, photo: PhotoIdentity, generation: Generation, *, attempt: int = 1) -> Order:
        """Return the order as it would be sent. Raises `OptionRefused`.

        The pipeline follows the resolution, so that both name the same price. A missing seed is made from the
        photo's source, its options and the attempt. That makes the run reproducible, gives a draft the shape
        of its final (the seed is the same at every resolution), gives another attempt another model (the
        provider's own default seed is a constant), and tells a lost job from the others in the provider's
        list.
        """
        settings = request_fields(generation, FIELDS, provider=self.name, extra=True)
        if clash := {"model", "image", "image_url"} & set(settings):
            raise OptionRefused(self.name, f"extra.{min(clash)}", "the adapter fills it in")
        resolution = str(settings["resolution"])
        pipeline = settings.setdefault("pipeline_type", PIPELINES[resolution])
        if pipeline != PIPELINES[resolution]:
            raise OptionRefused(
                self.name, f"pipeline_type {pipeline} with resolution {resolution}", "name one of the two"
            )
        seed_is_derived = "seed" not in settings
        if seed_is_derived:
            settings["seed"] = photo_seed(photo.source_sha256, photo.options, attempt)
        return Order(
            photo=photo,
            provider=self.name,
            model=MODEL,
            settings=settings,
            seed_is_derived=seed_is_derived,
            attempt=attempt,
        )

    async def price_usd(self, order: Order) -> Decimal:
        """Return the price on EmpirioLabs' model page, read every ten minutes, else the listed one."""
        listed_usd = price_usd("empiriolabs", order.settings)
        where = self._client.base_url
        if time.monotonic() - _LIVE.get(where, (float("-inf"), {}))[0] > LIVE_PRICES_S:
            _LIVE[where] = (time.monotonic(), {})
            try:
                prices = read_live_prices(await self._client.get(f"{where}{MODELS}{MODEL}"))
                _LIVE[where] = (time.monotonic(), prices)
            except StatusUnavailable as error:
                logger.info("%s: no live prices, the list is used: %s", self.name, error)
        usd = _LIVE[where][1].get(int(str(order.settings["resolution"])), listed_usd)
        if usd != listed_usd:
            logger.warning("%s: one model costs $%s now, the price list says $%s", self.name, usd, listed_usd)
        return usd

    async def submit(
        self,
        order: Order,
        upload: PhotoUpload,
        *,
        webhook_url: str | None = None,  # noqa: ARG002
    ) -> Job:
        """Buy one generation with one POST. Raises `NotSent`'s children or `OutcomeUnknown`."""
        image = f"data:{upload.media_type};base64,{base64.b64encode(upload.data).decode()}"
        body = {"model": order.model, **order.settings, "image": image}
        return await self._post_order(order, SUBMIT, body, {}, id_field="job_id", poll_field="poll_url")

    async def status(self, job: Job) -> JobStatus:
        """GET a job's status. Raises `StatusUnavailable` (ask again)."""
        data = await self._get_status(job, JOBS + quote(job.request_id, safe=""))
        status = read_status(data, job, account=self.name, fields=FIELDS)
        not_charged = status.state == "failed" and charge_reported(data) == 0
        return status.model_copy(update={"charged": False}) if not_charged else status

    async def recent_jobs(self) -> RecentJobs | None:
        """Return the account's newest 100 jobs. Raises `StatusUnavailable`."""
        path = f"{JOBS.rstrip('/')}?limit={LIST_LIMIT}"
        return read_job_list(await self._get_list(path, "job list"), LIST_LIMIT)

    async def recent_charges(self) -> RecentCharges | None:
        """Return the account's newest charges. Raises `StatusUnavailable`."""
        return read_charges(await self._get_list(USAGE, "account usage"))

    async def _get_list(self, path: str, what: str) -> dict[str, object]:
        try:
            return await self._client.get_uncached(self._client.base_url + path)
        except JobNotFound as error:
            raise StatusUnavailable(f"{self.name}: no {what} where it should be: {error}") from error
