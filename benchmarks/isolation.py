"""What worker processes cost: calls with data of several sizes, and the steps of one product.

Each is measured in turns with the same call in this process.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import table, write_section

SIZES = (0, 1_000_000, 30_000_000)
"""Bytes of the argument, and of the result: nothing, the files of a small product, a raw TRELLIS.2 model."""
PHOTO = Path(__file__).parents[1] / "samples" / "mug.jpg"
RINGS = 70
"""Of a sphere with as many triangles as a model of 10,000 faces has."""


def echo(data: bytes) -> bytes:
    """Return what it is given."""
    return data


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks isolation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    rows = [
        _row(f"a call with {size:,} bytes, which come back", _call(size), options.rounds) for size in SIZES
    ]
    rows.append(_row("all steps on photo and model of one product", _product, options.rounds))
    write_section(
        "Worker processes",
        "python -m benchmarks isolation",
        "The workers run already. The steps are those of a conversion: photo, repair, levels, AR "
        "file, USDZ, certificates, poster, contact sheet and destinations, nine calls. Medians of "
        f"{options.rounds} rounds, which alternate.\n\n"
        + table(("what", "in this process", "in a worker", "added", "ratio"), rows),
    )
    return 0


def _row(name: str, run: Callable[[Callable[..., Any]], object], rounds: int) -> tuple[str, ...]:
    from vitrine.isolation import run_isolated
    from vitrine.recipe import ProcessLimits

    def direct(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    isolated = functools.partial(run_isolated, ProcessLimits())
    times: dict[str, list[float]] = {"direct": [], "isolated": []}
    for measured in range(rounds + 1):
        for kind, call in (("direct", direct), ("isolated", isolated)):
            start = time.perf_counter()
            run(call)
            if measured:  # the first round loads modules
                times[kind].append(time.perf_counter() - start)
    own, theirs = statistics.median(times["direct"]), statistics.median(times["isolated"])
    ratio = f"{theirs / own:.2f}" if own > 1e-3 else ""
    return (
        name,
        f"{own * 1000:,.1f} ms",
        f"{theirs * 1000:,.1f} ms",
        f"{(theirs - own) * 1000:,.1f} ms",
        ratio,
    )


def _call(size: int) -> Callable[[Callable[..., Any]], object]:
    data = bytes(size)
    return lambda call: call(echo, data)


def _product(call: Callable[..., Any]) -> None:
    """Run each step of a conversion that works on bytes by `call`."""
    from vitrine.destinations.check_destinations import check_destinations
    from vitrine.lods.build_ar import build_ar
    from vitrine.lods.build_lods import build_lods
    from vitrine.photos.prepare_photo import prepare_photo
    from vitrine.recipe import Recipe
    from vitrine.render.pictures.draw_levels import draw_levels_from_glbs
    from vitrine.render.pictures.render_poster import render_poster_from_glb
    from vitrine.repair.repair_model import repair_model
    from vitrine.usdz.build_usdz import build_usdz
    from vitrine.usdz.certify_files import certify_files

    recipe = Recipe()
    photo = call(prepare_photo, PHOTO.read_bytes(), "mug.jpg", recipe.photo).judge
    glb, report = call(repair_model, _model(), recipe.repair, None, photo=photo, limits=recipe.limits)
    levels = call(build_lods, glb, recipe.ladder, recipe.web)
    ar = call(build_ar, glb, recipe.ar)
    usdz = call(build_usdz, ar)
    done = call(certify_files, glb, levels, (ar, usdz), recipe.ladder, recipe.web, recipe.certify)
    call(render_poster_from_glb, glb, recipe.poster)
    files = [(file.record(), file.data) for file in done.lods]
    call(draw_levels_from_glbs, glb, files, photo, report.fidelity)
    call(check_destinations, (*done.lods, *done.ar), None)


@functools.cache
def _model() -> bytes:
    from benchmarks.fuzz_targets import ball
    from vitrine.gltf import write_glb

    return write_glb(ball(RINGS))
