"""Unpublish a product that the shop no longer has."""

from __future__ import annotations

from prefect import State, flow
from prefect.states import Completed

from tasks.policy import enable_progress_log
from tasks.unpublish_product import unpublish_product as unpublish


@flow(name="unpublish-product", flow_run_name="{product_id}")
async def unpublish_product(product_id: str, to: str = "public", shop: str | None = None) -> State[str]:
    """Take a product off its destination; its releases stay, and `vitrine rollback` brings one back.

    Args:
        product_id: The id of the product.
        to: Where it is published: `block:TYPE/NAME`, `s3://bucket/prefix`, or a folder.
        shop: A shop that may still show it, `block:TYPE/NAME`: after it has deleted the product it does not.
    """
    enable_progress_log()
    await unpublish(product_id, to, shop)
    return Completed(message=f"{product_id} is withdrawn", data=product_id)
