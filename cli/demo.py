"""`vitrine demo`: convert the sample photos and show them; it needs no key and no network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.choices import RecipeFile
from cli.console import Console
from cli.serve import serve_pages


def demo(
    to: Annotated[Path, typer.Option("--to", help="The folder to publish to.")] = Path("build/demo"),
    recipe: RecipeFile = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the pages until Ctrl-C, or exit.")
    ] = True,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of the pages; 0 chooses a free one.")
    ] = 8080,
    shop: Annotated[
        bool,
        typer.Option(
            "--shop", help="Start a demo shop, convert its export, and let its products show the models."
        ),
    ] = False,
) -> None:
    """Convert six sample photos with the local sandbox and serve the catalogue."""
    from cli.catalog import catalog
    from cli.samples_folder import samples_folder

    os.environ.setdefault("VITRINE_HOME", str((to / "home").resolve()))
    samples = samples_folder()
    public = to / "public"
    console = Console()
    if shop:
        from cli.demo_shop import demo_shop

        with demo_shop(samples, to / "shop") as running:
            catalog(str(running.export), recipe=recipe, shop="shopify", to=str(public), concurrency=2)
            console.print(f"the shop: [b]{running.url}[/]", highlight=False, soft_wrap=True)
            if serve:
                serve_pages(public, port, console, open_browser=False)
        return
    catalog(str(samples / "products.csv"), recipe=recipe, to=str(public), concurrency=2)
    if serve:
        serve_pages(public, port, console, open_browser=console.is_terminal)
    else:
        console.print(f"to see the pages, run [b]vitrine serve {public}[/]", soft_wrap=True)
