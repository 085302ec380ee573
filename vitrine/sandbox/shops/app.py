"""A demo shop as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from vitrine.sandbox.shops import control, shopify, storefront, woocommerce
from vitrine.sandbox.shops.settings import ShopSettings
from vitrine.sandbox.shops.state import ShopState


class DemoShop(Starlette):
    """Starlette, with the connection's transport in the scope so that a fault can abort the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["vitrine.transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


def create_app(settings: ShopSettings | None = None) -> Starlette:
    """Create the application; its products are in memory."""
    state = ShopState(settings or ShopSettings())
    app = DemoShop(
        routes=[
            *shopify.routes(state),
            *woocommerce.routes(state),
            *storefront.routes(state),
            *control.routes(state),
        ]
    )
    app.state.shop = state
    return app
