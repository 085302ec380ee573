"""`vitrine optimize`: repair, levels of detail and compression for a model there already is."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.choices import RecipeFile, load_recipe
from cli.console import Console
from cli.terminal import show_progress
from vitrine.progress import bind_product

if TYPE_CHECKING:
    from vitrine.publishing.manifest import ReleaseFile


def optimize(
    model: Annotated[Path, typer.Argument(help="A model: .glb, .gltf, .obj, .ply, .stl, .3mf or .zip.")],
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.")],
    photo: Annotated[
        Path | None,
        typer.Option(help="The photo it was made from: the model is rotated to face it, and compared."),
    ] = None,
    recipe: RecipeFile = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Threads; by default one per core.")
    ] = None,
    certify: Annotated[
        bool, typer.Option("--certify/--no-certify", help="Measure every level against the source.")
    ] = True,
    turntable: Annotated[
        bool | None,
        typer.Option(
            "--turntable/--no-turntable", help="Render an animated turntable; by default as in the recipe."
        ),
    ] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Render a poster and a contact sheet.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest instead of a table.")] = False,
) -> None:
    """Write levels of detail, an AR file, images and a manifest for one model."""
    from vitrine.isolation import start_worker

    start_worker("vitrine.repair.repair_model")  # which takes as long to import as what follows
    from vitrine import optimize as run

    options = load_recipe(recipe)
    console, aside = Console(), Console(stderr=True)
    shown = show_progress(aside) if aside.is_terminal else nullcontext()
    with shown, bind_product(model.name):
        manifest = run(
            *(model, to, options),
            photo=photo,
            jobs=jobs,
            certify=certify,
            turntable=turntable,
            pictures=pictures,
        )
    if as_json:
        print(manifest.to_json().decode(), end="")
        return
    console.print(_table(manifest.files))
    if match := manifest.fidelity:
        outline, colours = match.silhouette_iou, match.colour_delta_e
        console.print(
            f"photo: outline {outline:.3f} (IoU), colour difference {colours:.1f} ΔE", highlight=False
        )
    for finding in manifest.findings:
        text = f"{finding.severity}: {finding.message}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"wrote {to / 'manifest.json'}", highlight=False, soft_wrap=True)


def _table(files: Iterable[ReleaseFile]) -> Table:
    columns = ("triangles", "vertices", "texture", "size", "error", "RMS", "SSIM")
    # As narrow as it can be: on 80 columns no file name may be cut.
    table = Table("file", box=None, pad_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column, justify="right")
    for file in files:
        texture_px = None if file.triangles is None else file.texture_px
        table.add_row(
            file.key,
            _number(file.triangles),
            _number(file.vertices),
            f"{texture_px} px" if texture_px else "",
            f"{file.size_bytes / 1000:,.0f} KB",
            "" if file.error is None else f"{file.error:.2%}",
            f"{file.quality.rms_percent:.3f}%" if file.quality else "",
            f"{file.quality.ssim:.3f}" if file.quality else "",
        )
    return table


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
