"""The desk: takes orders, keeps jobs, hands out results. One for each running sandbox."""

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
from vitrine.sandbox.counts import Counts
from vitrine.sandbox.faults.faults import OF_JOBS, Fault, FaultQueue
from vitrine.sandbox.jobs.engine_pool import EnginePool
from vitrine.sandbox.jobs.jobs import ENDED, Job, Phase, phase_of
from vitrine.sandbox.jobs.orders import OrderIn, Refusal
from vitrine.sandbox.jobs.sales import Sale, SalesBook, account_of
from vitrine.sandbox.jobs.scratch import open_scratch
from vitrine.sandbox.settings import SandboxSettings


class Desk:
    """Everything a running sandbox knows."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.book = SalesBook(settings.book)
        self.faults = FaultQueue(settings.faults)
        self.counts = Counts()
        self.jobs: dict[str, Job] = {}
        self._engine_pool = EnginePool(settings.processes, settings.texture_format)
        self._tasks: set[asyncio.Task[None]] = set()
        self._random = random.Random(0)
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        if settings.book is None:
            self._scratch = open_scratch()
            self.folder = Path(self._scratch.name)
        else:
            self.folder = settings.book.with_name(settings.book.name + ".files")
            self.folder.mkdir(parents=True, exist_ok=True)
        self.secret = self._secret()

    def open(self) -> None:
        """Take up the jobs of the last run again: the book knows them, the folder their models."""
        if self.settings.engine == "preview":
            self._engine_pool.warm()
        for sale in self.book.sales:
            job = Job(sale)
            self.jobs[sale.request_id] = job
            if (made := self.model_path(job)).exists():
                job.made_at = made.stat().st_mtime + self.settings.clock_skew_s
            else:
                self._start(job)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._engine_pool.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def admit(self, key: str) -> str:
        """Check a key; returns its account. Raises `Refusal` 401."""
        if not key:
            raise Refusal(401, "missing_api_key", "no API key in the request")
        if self.settings.keys and key not in self.settings.keys:
            raise Refusal(401, "invalid_api_key", "this API key is not known")
        return account_of(key)

    def price_usd(self, prices: dict[int, Decimal], resolution: int) -> Decimal:
        return prices[resolution] if self.settings.price_usd is None else self.settings.price_usd

    def accept(
        self,
        order: OrderIn,
        provider: str,
        key: str,
        prices_usd: dict[int, Decimal],
        request_id: str,
        fault: Fault | None,
    ) -> Job:
        """Take an order: from here on it is sold. Raises `Refusal` 402 when the wallet is short of it."""
        wanted = order.wanted
        fates = [fault.kind] if fault is not None and fault.kind in OF_JOBS else []
        if wanted.resolution > 1024 and (self.settings.downgrade_1536 or "downgrade" in fates):
            wanted = wanted.model_copy(update={"resolution": 1024})
        billed = wanted if self.settings.charge_downgraded == "made" else order.wanted
        price_usd = self.price_usd(prices_usd, billed.resolution)
        account = account_of(key)
        limit = self.settings.wallets_usd.get(key)
        if limit is not None and self.book.spent_usd(account) + price_usd > limit:
            raise Refusal(402, "insufficient_credits", "Your wallet does not have enough balance.")
        if self._random.random() < self.settings.failure_rate:
            fates.append("fail-job")
        image_sha256 = hashlib.sha256(order.image).hexdigest()
        if self.settings.engine == "preview":
            (self.folder / f"{image_sha256}.photo").write_bytes(order.image)
        sale = Sale(
            request_id=request_id,
            provider=provider,
            account=account,
            key_last4=key[-4:],
            at=self.clock.now(),
            price_usd=price_usd,
            image_sha256=image_sha256,
            settings=order.settings,
            wanted=wanted,
            webhook=order.webhook,
            inline=order.inline,
            fates=tuple(fates),
            status_word=fault.status_word if fault is not None else "",
            queue_s=fault.delay_s if fault is not None and fault.kind == "slow-queue" else 0,
        )
        self.book.write(sale)
        job = Job(sale, odd_answers=1 if "odd-status" in fates else 0)
        self.jobs[request_id] = job
        self._start(job)
        return job

    def phase(self, job: Job) -> Phase:
        """Where a job stands now; a system error is taken off the bill the first time it is seen."""
        phase = phase_of(
            job, self.clock.now(), queue_s=self.settings.queue_s, latency_s=self.settings.latency_s
        )
        reading = getattr(self.settings, job.sale.provider)
        free = phase.state == "error" or (
            phase.state in {"failed", "cancelled"} and not reading.charge_failed
        )
        if free:
            self.book.refund(job.sale.request_id)
        return phase

    def find(self, provider: str, request_id: str, account: str) -> Job:
        """A job of this account. Raises `Refusal` 404 when there is none, or when it has been forgotten."""
        job = self.jobs.get(request_id)
        if job is None or job.sale.provider != provider or job.sale.account != account:
            raise Refusal(404, "job_not_found", f"no job {request_id}")
        if not self.remembered(job):
            raise Refusal(404, "job_not_found", f"no job {request_id}: it is unknown or has expired")
        return job

    def jobs_of(self, provider: str, account: str) -> Iterable[Job]:
        """Newest first."""
        for sale in reversed(self.book.sales):
            if sale.provider == provider and sale.account == account:
                job = self.jobs[sale.request_id]
                if self.remembered(job):
                    yield job

    def remembered(self, job: Job) -> bool:
        if "lose-job" in job.sale.fates:
            return False
        ended_at = self.phase(job).ended_at
        memory_s = getattr(self.settings, job.sale.provider).memory_s
        return ended_at is None or self.clock.now() < ended_at + memory_s

    def model_path(self, job: Job) -> Path:
        return self.folder / f"{job.sale.request_id}.glb"

    def soon(self, work: Coroutine[None, None, None]) -> None:
        """Run something beside the requests, until it ends or the desk closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _secret(self) -> bytes:
        """What links are signed with: kept, so that links outlive a restart."""
        path = self.folder / "link.key"
        if not path.exists():
            path.write_bytes(secrets.token_bytes(16))
        return path.read_bytes()

    def _start(self, job: Job) -> None:
        if self.settings.engine == "stub":
            job.made_at = job.sale.at
        else:
            self.soon(self._make(job))

    async def _make(self, job: Job) -> None:
        photo = self.folder / f"{job.sale.image_sha256}.photo"
        try:
            job.problem = await self._engine_pool.make(photo, self.model_path(job), job.sale.wanted)
        except Exception as error:
            job.problem = f"the engine broke: {type(error).__name__}: {error}"
        job.made_at = self.clock.now()

    async def until_ended(self, job: Job) -> Phase:
        """Sleep until the job has ended."""
        while (phase := self.phase(job)).state not in ENDED:
            await asyncio.sleep(0.05 if self.settings.latency_s < 5 else 0.25)
        return phase
