"""The job service: it accepts orders, runs their jobs and keeps their results."""

from __future__ import annotations

import asyncio
import hashlib
import random
import secrets
import tempfile
from collections.abc import Coroutine, Iterable
from decimal import Decimal
from pathlib import Path

from vitrine.sandbox.clock import Clock
from vitrine.sandbox.faults.fault import JOB_FAULTS, Fault
from vitrine.sandbox.faults.fault_queue import FaultQueue
from vitrine.sandbox.jobs.engine_pool import EnginePool
from vitrine.sandbox.jobs.job import ENDED, Job, JobStatus, status_at
from vitrine.sandbox.jobs.order import ApiError, Order
from vitrine.sandbox.jobs.sales_log import Sale, SalesLog
from vitrine.sandbox.jobs.temp_folder import create_temp_folder
from vitrine.sandbox.jobs.wallets import Wallets
from vitrine.sandbox.request_counter import RequestCounter
from vitrine.sandbox.settings import EmpirioLabsOptions, PixazoOptions, SandboxSettings


class JobService:
    """The state of a running sandbox: settings, clock, sales, jobs, pending faults and request counts."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.wallets = Wallets(settings)
        self.sales_log = SalesLog(settings.sales_log)
        self.faults = FaultQueue(settings.faults)
        self.request_counter = RequestCounter()
        self.jobs: dict[str, Job] = {}
        self._engines = EnginePool(settings.processes, settings.texture_format)
        self._tasks: set[asyncio.Task[None]] = set()
        self._random = random.Random(0)
        self._temp_folder: tempfile.TemporaryDirectory[str] | None = None
        if settings.sales_log is None:
            self._temp_folder = create_temp_folder()
            self.folder = Path(self._temp_folder.name)
        else:
            self.folder = settings.sales_log.with_name(settings.sales_log.name + ".files")
            self.folder.mkdir(parents=True, exist_ok=True)
        self.link_key = self._read_or_create_link_key()

    def start(self) -> None:
        """Start the engine, and restore the jobs of the last run from the sales log and the model files."""
        if self.settings.engine == "preview":
            self._engines.start()
        for sale in self.sales_log.sales:
            job = Job(sale)
            self.jobs[sale.request_id] = job
            if (model := self.model_path(job)).exists():
                job.generated_at = model.stat().st_mtime + self.settings.clock_skew_s
            else:
                self._start_job(job)

    async def close(self) -> None:
        """Cancel what still runs and remove the temporary folder."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._engines.close()
        if self._temp_folder is not None:
            self._temp_folder.cleanup()

    def authenticate(self, key: str) -> str:
        """Check an API key; return its wallet's account. Raises `ApiError` 401."""
        return self.wallets.authenticate(key)

    def price_usd(self, prices: dict[int, Decimal], resolution: int) -> Decimal:
        """The price of a model: the one price of the settings, or the provider's for this resolution."""
        return prices[resolution] if self.settings.price_usd is None else self.settings.price_usd

    def accept_order(
        self,
        order: Order,
        provider: str,
        key: str,
        prices_usd: dict[int, Decimal],
        request_id: str,
        fault: Fault | None,
    ) -> Job:
        """Record the sale of an order and start its job. Raises `ApiError` 402 above the wallet's balance."""
        engine_settings = order.engine_settings
        faults = [fault.kind] if fault is not None and fault.kind in JOB_FAULTS else []
        if engine_settings.resolution > 1024 and (self.settings.downgrade_1536 or "downgrade" in faults):
            engine_settings = engine_settings.model_copy(update={"resolution": 1024})
        charged = engine_settings if self.settings.charge_downgraded == "made" else order.engine_settings
        price_usd = self.price_usd(prices_usd, charged.resolution)
        account = self.wallets.authenticate(key)
        limit = self.wallets.limit_usd(key)
        if limit is not None and self.sales_log.spent_usd(account) + price_usd > limit:
            raise ApiError(402, "insufficient_credits", "Your wallet does not have enough balance.")
        if self._random.random() < self.settings.failure_rate:
            faults.append("fail-job")
        image_sha256 = hashlib.sha256(order.image).hexdigest()
        if self.settings.engine == "preview":
            (self.folder / f"{image_sha256}.photo").write_bytes(order.image)
        sale = Sale(
            request_id=request_id,
            provider=provider,
            account=account,
            key_last4=key[-4:],
            sold_at=self.clock.now(),
            price_usd=price_usd,
            image_sha256=image_sha256,
            settings=order.settings,
            engine_settings=engine_settings,
            webhook=order.webhook,
            inline=order.inline,
            job_faults=tuple(faults),
            status_word=fault.status_word if fault is not None else "",
            queue_s=fault.delay_s if fault is not None and fault.kind == "slow-queue" else 0,
        )
        self.sales_log.append(sale)
        job = Job(sale, odd_statuses=1 if "odd-status" in faults else 0)
        self.jobs[request_id] = job
        self._start_job(job)
        return job

    def status(self, job: Job) -> JobStatus:
        """The status of a job now. A job that is not charged is refunded when its end is first reported."""
        status = status_at(
            job, self.clock.now(), queue_s=self.settings.queue_s, latency_s=self.settings.latency_s
        )
        is_free = status.state == "error" or (
            status.state in {"failed", "cancelled"} and not self._options(job).charge_failed
        )
        if is_free:
            self.sales_log.refund(job.sale.request_id)
        return status

    def find_job(self, provider: str, request_id: str, account: str) -> Job:
        """A job of this account. Raises `ApiError` 404 when there is none, or when it has expired."""
        job = self.jobs.get(request_id)
        if job is None or job.sale.provider != provider or job.sale.account != account:
            raise ApiError(404, "job_not_found", f"no job {request_id}")
        if self._has_expired(job):
            raise ApiError(404, "job_not_found", f"no job {request_id}: it is unknown or has expired")
        return job

    def list_jobs(self, provider: str, account: str) -> Iterable[Job]:
        """The jobs of an account that have not expired, newest first."""
        for sale in reversed(self.sales_log.sales):
            if sale.provider == provider and sale.account == account:
                job = self.jobs[sale.request_id]
                if not self._has_expired(job):
                    yield job

    def model_path(self, job: Job) -> Path:
        """Where the model of a job is stored."""
        return self.folder / f"{job.sale.request_id}.glb"

    def start_task(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine concurrently with the requests, until it ends or the service closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait_for_end(self, job: Job) -> JobStatus:
        """Wait until the job has ended, by the sandbox's clock."""
        while (status := self.status(job)).state not in ENDED:
            await asyncio.sleep(0.05 if self.settings.latency_s < 5 else 0.25)
        return status

    def _has_expired(self, job: Job) -> bool:
        if "lose-job" in job.sale.job_faults:
            return True
        ended_at = self.status(job).ended_at
        return ended_at is not None and self.clock.now() >= ended_at + self._options(job).job_retention_s

    def _options(self, job: Job) -> PixazoOptions | EmpirioLabsOptions:
        return self.settings.pixazo if job.sale.provider == "pixazo" else self.settings.empiriolabs

    def _read_or_create_link_key(self) -> bytes:
        """The key that signs result links. It is stored, so that links outlive a restart."""
        path = self.folder / "link.key"
        if not path.exists():
            path.write_bytes(secrets.token_bytes(16))
        return path.read_bytes()

    def _start_job(self, job: Job) -> None:
        if self.settings.engine == "stub":
            job.generated_at = job.sale.sold_at
        else:
            self.start_task(self._generate(job))

    async def _generate(self, job: Job) -> None:
        photo = self.folder / f"{job.sale.image_sha256}.photo"
        try:
            job.error = await self._engines.generate(photo, self.model_path(job), job.sale.engine_settings)
        except Exception as error:
            job.error = f"the engine failed: {type(error).__name__}: {error}"
        job.generated_at = self.clock.now()
