"""Metrics of all runs that share a ledger, in the format that Prometheus scrapes.

Runs are short, and many at once: so they are not scraped themselves. What they have done is in the ledger's
database, and one process reads it. Names follow Prometheus' practices ("Metric and label naming"): base
units, `_total` for counters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.defaults import OWN_NAMES
from vitrine.errors import LedgerError
from vitrine.hooks.event_store import EventStore
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import is_open, list_breakers
from vitrine.ledger.budget import Period, spent_in
from vitrine.ledger.counters import Counts, read_counts
from vitrine.ledger.purchase import COUNTED, UNDER_WAY, to_usd
from vitrine.ledger.schema import purchases

COUNTERS: Mapping[str, tuple[str, str, str]] = {
    "products": ("vitrine_products", "status", "Products that runs have ended with, by their result."),
    "findings": ("vitrine_findings", "code", "Findings about products, by code."),
    "step_runs": ("vitrine_step_runs", "step", "Runs of a step, with those that read a stored result."),
    "step_failures": ("vitrine_step_failures", "step", "Runs of a step that failed, with those tried again."),
    "step_seconds": ("vitrine_step_seconds", "step", "Wall time of a step's runs."),
    "uploaded_bytes": ("vitrine_uploaded_bytes", "", "Bytes of releases that were uploaded."),
}
"""Name in the ledger -> metric, its label, its help."""


class LedgerCollector(Collector):
    """Reads the metrics from a ledger whenever it is asked."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.events = EventStore(ledger)

    def describe(self) -> list[Metric]:
        """Nothing: the registry would read the ledger to learn the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._purchases()
        yield from self._budget()
        yield from self._accounts()
        yield from self._events()
        yield from _counters(read_counts(self.ledger))

    def _purchases(self) -> Iterator[Metric]:
        columns = purchases.c
        counted = sa.select(
            columns.provider,
            columns.state,
            sa.func.count(),
            sa.func.sum(columns.price_micros),
            sa.func.min(columns.claimed_at),
        ).group_by(columns.provider, columns.state)
        with self.ledger.reading() as connection:
            rows = connection.execute(counted).all()
        number = GaugeMetricFamily(
            "vitrine_purchases", "Purchases in the ledger, by state.", labels=["provider", "state"]
        )
        money = GaugeMetricFamily(
            "vitrine_purchases_usd", "Prices of purchases that count as spent.", labels=["provider"]
        )
        oldest = GaugeMetricFamily(
            "vitrine_oldest_open_order_seconds",
            "Age of the oldest order without a model.",
            labels=["provider"],
        )
        now, spent, ages = self.ledger.now(), dict[str, Decimal](), dict[str, float]()
        for provider, state, count, micros, claimed_at in rows:
            number.add_metric([provider, state], count)
            if state in COUNTED:
                spent[provider] = spent.get(provider, Decimal(0)) + to_usd(int(micros))
            if state in UNDER_WAY:
                age = (now - claimed_at).total_seconds()
                ages[provider] = max(ages.get(provider, 0.0), age)
        for provider, usd in sorted(spent.items()):
            money.add_metric([provider], float(usd))
        for provider, age_s in sorted(ages.items()):
            oldest.add_metric([provider], age_s)
        yield from (number, money, oldest)

    def _budget(self) -> Iterator[Metric]:
        spent = GaugeMetricFamily(
            "vitrine_spent_usd", "Spent or promised since the period began (UTC).", labels=["period"]
        )
        caps = GaugeMetricFamily(
            "vitrine_cap_usd", "The cap of the period, if there is one.", labels=["period"]
        )
        limits: dict[Period, Decimal | None] = {
            "day": self.ledger.caps.day_usd,
            "month": self.ledger.caps.month_usd,
        }
        with self.ledger.reading() as connection:
            sums = {period: spent_in(connection, period, self.ledger.now()) for period in limits}
        for period, limit in limits.items():
            spent.add_metric([period], float(sums[period]))
            if limit is not None:
                caps.add_metric([period], float(limit))
        yield from (spent, caps)

    def _accounts(self) -> Iterator[Metric]:
        taking = GaugeMetricFamily(
            "vitrine_account_takes_orders",
            "1 if orders are sent to the account; 0 while its breaker is open. "
            "Accounts that have not refused an order lately are left out.",
            labels=["account"],
        )
        now = self.ledger.now()
        for breaker in list_breakers(self.ledger):
            taking.add_metric([breaker.account], float(not is_open(breaker, now)))
        yield taking

    def _events(self) -> Iterator[Metric]:
        events = GaugeMetricFamily(
            "vitrine_shop_events",
            "Reports of shops and buckets: waiting for Prefect, or sent and not yet seen as a run.",
            labels=["state"],
        )
        events.add_metric(["waiting"], self.events.waiting())
        events.add_metric(["unchecked"], self.events.unchecked())
        yield events


def _counters(counts: Counts) -> Iterator[Metric]:
    for name, (metric, label, text) in COUNTERS.items():
        family = CounterMetricFamily(metric, text, labels=[label] if label else [])
        for (other, value_of), value in sorted(counts.items()):
            if other == name:
                family.add_metric([value_of] if label else [], value)
        yield family


def metrics_text(ledger: Ledger) -> bytes:
    """Return all metrics as text. Raises `LedgerError`."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger))
    return generate_latest(registry)


def metrics_app(ledger: Ledger, host: str) -> Starlette:
    """Return an application that answers `GET /metrics`; 503 while the ledger is unavailable.

    A request whose `Host` header has another name than `host` or this machine's is answered with 400.
    """

    async def metrics(request: Request) -> Response:  # noqa: ARG001
        try:
            text = await run_in_threadpool(metrics_text, ledger)
        except LedgerError as error:
            return Response(f"{error}\n", status_code=503, media_type="text/plain")
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    names = Middleware(TrustedHostMiddleware, allowed_hosts=[*OWN_NAMES, host], www_redirect=False)
    return Starlette(middleware=[names], routes=[Route("/metrics", metrics)])
