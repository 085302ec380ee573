"""`vitrine serve`: show a published folder in a browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from cli.console import Console
from vitrine.errors import ConfigError


def serve(
    folder: Annotated[Path, typer.Argument(help="A folder that was published to.")] = Path("public"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8080,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser of this machine.")
    ] = False,
) -> None:
    """Serve a published folder on this machine until Ctrl-C."""
    serve_pages(folder, port, Console(), open_browser=open_browser)


def serve_pages(folder: Path, port: int, console: Console, *, open_browser: bool) -> None:
    """Serve a folder, print its URL, and return after Ctrl-C; a free port stands in for one that is taken."""
    from vitrine.publishing.pages.serve import serve_folder
    from vitrine.publishing.publish_catalog import list_page
    from vitrine.storage.local import LocalBucket

    def front_page() -> str:
        return list_page(LocalBucket(folder))

    try:
        server = serve_folder(folder, port=port, front_page=front_page)
    except ConfigError:
        if port == 0 or not folder.is_dir():
            raise
        server = serve_folder(folder, front_page=front_page)
        console.print(f"port {port} is taken", style="dim", highlight=False)
    with server:
        console.print(f"\n[b]open {server.url}[/]   (Ctrl-C stops)", highlight=False, soft_wrap=True)
        if open_browser:
            import webbrowser

            with suppress(webbrowser.Error):
                webbrowser.open(server.url)
        with suppress(KeyboardInterrupt):
            server.wait()
    print()
