"""Send queries to Shopify's Admin GraphQL API, inside its throttle.

Only what Shopify says it has not executed (throttled) is sent again here. A mutation without an answer is
not: the caller looks first what it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import ShopRefused, ShopUnavailable
from vitrine.shops.http import Answer, ShopHttp
from vitrine.shops.shopify.cost_bucket import FALLBACK_S, CostBucket
from vitrine.shops.shopify.queries import Query

VERSION = "2026-10"
"""The version of the API; a version is supported for a year."""
MAX_THROTTLED_S = 300.0
"""How long one query waits for the throttle, all waits together."""
ADVICE = {
    401: "the access token is not valid for this shop",
    402: "the shop is frozen until its owner pays its bill",
    403: "the access token lacks a scope: read_products, write_products and write_files are needed",
    404: "there is no such shop, or it does not know this version of the API",
    423: "the shop is locked",
}


class ShopifyClient:
    """The Admin API of one shop."""

    def __init__(self, name: str, origin: str, access_token: str, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.name = name
        self.http = ShopHttp(name, origin, {"X-Shopify-Access-Token": access_token})
        self._url = f"{origin}/admin/api/{VERSION}/graphql.json"
        self._bucket = CostBucket(clock)
        self._clock = clock

    async def run(self, query: Query, **variables: object) -> dict[str, Any]:
        """Return the `data` of a query.

        Raises `ShopRefused` for errors of GraphQL, `userErrors` and a refused key; `ShopUnavailable` if
        there is no answer, or if the throttle lets nothing through for `MAX_THROTTLED_S`.
        """
        waited_s = 0.0
        while True:
            pause_s = self._bucket.wait_s(query.name)
            if pause_s <= 0:
                answer = await self.http.send(
                    "POST", self._url, json_body={"query": query.text, "variables": variables}
                )
                data, pause_s = self._read(query, answer)
                if data is not None:
                    return data
            waited_s += pause_s
            if waited_s > MAX_THROTTLED_S:
                raise ShopUnavailable(
                    f"{self.name}: throttled for {MAX_THROTTLED_S:.0f} s; another client uses up the rate"
                )
            await self._clock.sleep(pause_s)

    def _read(self, query: Query, answer: Answer) -> tuple[dict[str, Any] | None, float]:
        """Return the data, or `None` and the seconds to wait for the throttle."""
        content = answer.json()
        if answer.status == 429:
            return None, FALLBACK_S if answer.retry_after_s is None else answer.retry_after_s
        if answer.status in ADVICE:
            raise ShopRefused(f"{self.name}: HTTP {answer.status}: {ADVICE[answer.status]}")
        if answer.status != 200 or not isinstance(content, Mapping):
            raise ShopUnavailable(
                f"{self.name}: HTTP {answer.status} to {query.name}: {answer.text}",
                retry_after_s=answer.retry_after_s,
            )
        extensions = content.get("extensions")
        if isinstance(extensions, Mapping):
            self._bucket.note(query.name, extensions.get("cost"))
        if errors := content.get("errors"):
            if "THROTTLED" in _codes(errors):
                return None, self._bucket.wait_s(query.name) or FALLBACK_S
            self._raise(query, errors)
        data = content.get("data")
        if not isinstance(data, dict):
            raise ShopUnavailable(f"{self.name}: the answer to {query.name} has no data")
        return self._without_user_errors(query, data), 0.0

    def _raise(self, query: Query, errors: object) -> None:
        messages = "; ".join(_messages(errors)) or str(errors)[:300]
        if _codes(errors) & {"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"}:
            raise ShopUnavailable(f"{self.name}: {query.name}: {messages}")
        raise ShopRefused(f"{self.name}: {query.name}: {messages}")

    def _without_user_errors(self, query: Query, data: dict[str, Any]) -> dict[str, Any]:
        """Raise `ShopRefused` for the errors that a mutation reports inside its data."""
        for payload in data.values():
            if not isinstance(payload, Mapping):
                continue
            errors = [*(payload.get("userErrors") or ()), *(payload.get("mediaUserErrors") or ())]
            if errors:
                raise ShopRefused(f"{self.name}: {query.name}: {'; '.join(_messages(errors))}")
        return data


def _messages(errors: object) -> list[str]:
    listed = errors if isinstance(errors, list) else [errors]
    return [str(one.get("message")) if isinstance(one, Mapping) else str(one) for one in listed[:5]]


def _codes(errors: object) -> set[str]:
    found = set()
    for one in errors if isinstance(errors, list) else ():
        extensions = one.get("extensions") if isinstance(one, Mapping) else None
        if isinstance(extensions, Mapping):
            found.add(str(extensions.get("code")))
        elif isinstance(one, Mapping) and one.get("message") == "Throttled":
            found.add("THROTTLED")
    return found
