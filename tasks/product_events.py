"""Emit Prefect events about products; automations can react to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect.events import emit_event

from vitrine.models import Asset, Finding, Release, ShopListing


def held(asset: Asset, findings: Iterable[Finding]) -> None:
    """Emit `vitrine.product.held`: a person has to compare the model with its photo."""
    _emit("held", asset, findings=[finding.code for finding in findings])


def published(asset: Asset, release: Release) -> None:
    """Emit `vitrine.product.published`: the product has a new release."""
    _emit("published", asset, release=release.id, page_url=release.page_url)


def listed(asset: Asset, listing: ShopListing) -> None:
    """Emit `vitrine.product.listed`: a shop shows another release of the product than before."""
    _emit("listed", asset, shop=listing.shop, release=listing.release, url=listing.url)


def _emit(event: str, asset: Asset, **payload: Any) -> None:
    product = asset.product
    resource = {
        "prefect.resource.id": f"vitrine.product.{product.slug}",
        "prefect.resource.name": product.title or product.id,
    }
    emit_event(f"vitrine.product.{event}", resource=resource, payload={"product": product.id, **payload})
