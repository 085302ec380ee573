"""`vitrine hooks`: the server that providers call when a job is done."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.listen import listen


def hooks(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8766,
    grace: Annotated[
        float, typer.Option(min=0, help="Hours until a product that was deleted in the shop is unpublished.")
    ] = 24.0,
    quiet: Annotated[
        float, typer.Option(min=0, help="Seconds without another update until a product's run is started.")
    ] = 10.0,
) -> None:
    """Answer callbacks from providers (Pixazo), and webhooks of shops and buckets.

    Callbacks make a wait need few polls. With [b]VITRINE_SHOPIFY_SECRETS[/],
    [b]VITRINE_WOOCOMMERCE_SECRETS[/] or [b]VITRINE_BUCKET_TOKENS[/], changed products and new photos
    become Prefect events, which start runs.

    For the runs that buy, set [b]VITRINE_HOOKS_URL[/] to the public https address at which providers reach
    this server, here too: requests under other names are refused. Server and runs must use the same ledger.
    """
    import os

    from vitrine.hooks import create_app
    from vitrine.hooks.event_store import EventStore
    from vitrine.hooks.forward import forward_forever
    from vitrine.hooks.server import allowed_hosts, run
    from vitrine.hooks.shop_routes import HookSecrets, shop_routes
    from vitrine.settings import Settings

    settings = Settings.from_env()
    ledger = settings.open_ledger()
    listener = listen(host, port)
    print(f"vitrine hooks listening on http://{host}:{port}, ledger {ledger.name}", flush=True)
    secrets = HookSecrets.from_env(os.environ)
    hosts = allowed_hosts(host, settings.hooks_url)
    store = EventStore(ledger, quiet_s=quiet, grace_s=grace * 3600)
    routes = shop_routes(store, secrets)
    if not routes:
        run(create_app(ledger, hosts), listener)
        return
    from deployments.product_events import PrefectScheduler

    print(f"answers also {', '.join(route.path for route in routes)}", flush=True)
    run(create_app(ledger, hosts, routes), listener, forward_forever(store, PrefectScheduler()))
