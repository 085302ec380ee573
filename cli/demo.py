"""`vitrine demo`: the sample photos, converted and shown, with no key and no network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def demo(
    to: Annotated[Path, typer.Option("--to", help="The folder to publish to.")] = Path("build/demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The pages' port; 0 takes a free one.")] = 8080,
) -> None:
    """Convert six sample photos with the local sandbox and show the catalogue."""
    from cli.catalog import catalog
    from vitrine.samples_folder import samples_folder

    os.environ.setdefault("VITRINE_HOME", str((to / "home").resolve()))
    samples = samples_folder()
    public = to / "public"
    catalog(str(samples / "products.csv"), provider="sandbox", recipe=None, to=str(public), concurrency=2)
    console = Console()
    if not serve:
        console.print(
            f"look at it: [b]vitrine demo[/], or serve {public} with any web server", soft_wrap=True
        )
        return
    from vitrine.publishing.pages.serve import serve_folder

    with serve_folder(public, port=port) as url:
        console.print(f"\n[b]open {url}[/]   (Ctrl-C stops)", highlight=False)
        _until_interrupted()


def _until_interrupted() -> None:
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
