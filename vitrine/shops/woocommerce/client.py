"""Send requests to a WooCommerce shop's REST API v3."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vitrine.errors import ShopRefused, ShopUnavailable
from vitrine.shops.http import Answer, ShopHttp

ROOT = "/wp-json/wc/v3/products"


class WooCommerceClient:
    """The products of one shop."""

    def __init__(self, name: str, origin: str, key: str, secret: str) -> None:
        token = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.name = name
        self.http = ShopHttp(name, origin, {"Authorization": f"Basic {token}"})
        self._url = origin + ROOT

    async def get(self, number: int) -> dict[str, Any] | None:
        """Return a product, or `None` if there is none with this number."""
        answer = await self.http.send("GET", f"{self._url}/{number}")
        return None if answer.status == 404 and _code(answer) else self._product(answer)

    async def search(self, field: str, value: str) -> list[dict[str, Any]]:
        """Return the products whose `sku` or `slug` is `value`."""
        answer = await self.http.send("GET", self._url, **{field: value, "per_page": "2"})
        found = self._checked(answer)
        if not isinstance(found, list):
            raise ShopUnavailable(f"{self.name}: the answer is no list of products: {answer.text}")
        return [one for one in found if isinstance(one, dict)]

    async def update(self, number: int, **fields: object) -> dict[str, Any]:
        """Set fields of a product; the same request again changes nothing more."""
        return self._product(await self.http.send("PUT", f"{self._url}/{number}", json_body=fields))

    def _product(self, answer: Answer) -> dict[str, Any]:
        found = self._checked(answer)
        if not isinstance(found, dict) or "id" not in found:
            raise ShopUnavailable(f"{self.name}: the answer is no product: {answer.text}")
        return found

    def _checked(self, answer: Answer) -> object:
        if answer.status in (200, 201):
            return answer.json()
        content = answer.json()
        said = content.get("message") if isinstance(content, Mapping) else None
        message = f"{self.name}: HTTP {answer.status}: {said or answer.text}"
        if answer.status in (401, 403):
            raise ShopRefused(f"{message}. The consumer key needs the permission Read/Write")
        if answer.status >= 500 or answer.status in (408, 429):
            raise ShopUnavailable(message, retry_after_s=answer.retry_after_s)
        if _code(answer) is None and answer.status == 404:
            raise ShopRefused(
                f"{message}. Is WooCommerce's REST API there? WordPress needs pretty permalinks"
            )
        raise ShopRefused(message)


def _code(answer: Answer) -> str | None:
    content = answer.json()
    code = content.get("code") if isinstance(content, Mapping) else None
    return str(code) if code and code != "rest_no_route" else None
