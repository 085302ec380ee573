"""`vitrine optimize`: repair, levels of detail and compression for a GLB there already is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.choices import RecipeFile, load_recipe


def optimize(
    model: Annotated[Path, typer.Argument(help="A GLB file.")],
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.")],
    recipe: RecipeFile = None,
) -> None:
    """Turn one GLB into a ladder of web files, an AR file and a poster."""
    from vitrine.optimize import optimize as run

    options = load_recipe(recipe)
    console = Console()
    with console.status(f"optimizing {model.name} …"):
        manifest = run(model, to, options)
    table = Table("file", "triangles", "vertices", "texture", "size", "error", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for file in manifest["files"]:
        texture, error = file.get("texture_px"), file.get("error")
        table.add_row(
            file["path"],
            _number(file.get("triangles")),
            _number(file.get("vertices")),
            f"{texture} px" if texture else "",
            f"{file['size_bytes'] / 1000:,.0f} KB",
            "" if error is None else f"{error:.2%}",
        )
    console.print(table)
    for finding in manifest.get("findings", []):
        console.print(f"{finding['severity']}: {finding['message']}", markup=False, highlight=False)
    console.print(f"wrote {to / 'manifest.json'}", highlight=False, soft_wrap=True)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
