"""Whether a run may read the photos that an event, or whoever starts a deployment, has named."""

from __future__ import annotations

from pathlib import Path

from prefect.runtime import deployment

from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.sources import check_source
from vitrine.models import Product


def is_deployed() -> bool:
    """Whether this flow run belongs to a deployment, so that others chose its parameters."""
    return deployment.id is not None


def check_named_photos(product: Product) -> None:
    """Raise `Refused` for a photo that is neither in the run's working folder, on the web, nor allowed."""
    policy = FetchPolicy.from_env()
    for photo in product.photos:
        check_source(photo, Path.cwd(), policy)
