"""`vitrine plan`: what a catalogue run would do, and what it would cost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cli.choices import BLOCK, AsJson, Provider, RecipeFile, To, load_recipe
from cli.console import Console
from cli.feed import Map, with_map
from cli.terminal import print_findings
from vitrine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrine.planning import PlannedProduct, Planner, Tally
    from vitrine.recipe import Recipe

SHOWN = 20
"""So many products of each kind are named."""


def plan(
    feed: Annotated[str, typer.Argument(help="A feed as `vitrine catalog` takes it.")],
    provider: Provider = "sandbox",
    recipe: RecipeFile = None,
    to: To = "public",
    columns: Map = None,
    as_json: AsJson = False,
) -> None:
    """Say what a catalogue run would do: which products are new, changed, unchanged, held or removed.

    A photo at a URL counts as unchanged while its URL is. Nothing is bought, built or published.
    """
    from vitrine.feeds import stream_feed
    from vitrine.planning import Tally

    options = with_map(load_recipe(recipe), columns or ())
    console = Console(stderr=as_json)
    stream = stream_feed(feed, options.feed)
    planner = _planner(options, provider, to)
    tally = Tally()
    named: dict[str, list[PlannedProduct]] = {}
    for one in planner.plan(stream):
        tally.add(one)
        rows = named.setdefault(one.action, [])
        if len(rows) < SHOWN:
            rows.append(one)
        if as_json:
            print(one.model_dump_json())
    print_findings(stream.findings, Console(stderr=True))
    lines = [f"{feed}: {stream.summary}"]
    if not as_json:
        lines += _lines(tally, named)
    for line in (*lines, _estimate(tally, planner, provider)):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(1 if stream.refused else 0)


def _planner(recipe: Recipe, provider: str, to: str) -> Planner:
    from tasks.code_version import step_versions
    from vitrine.planning import PhotoHashes, Planner, RunHashes
    from vitrine.planning.prices import ModelPrice, account_names
    from vitrine.planning.published import read_published
    from vitrine.planning.run_plan import decided
    from vitrine.reviews.queue import ReviewQueue
    from vitrine.settings import Settings
    from vitrine.storage.open import open_destination

    if to.startswith(BLOCK):
        raise InputError(f"--to {to} is saved in Prefect: name the folder or s3:// address itself")
    settings = Settings.from_env()
    bucket = open_destination(to)
    names = account_names(provider, os.environ)
    published = read_published(bucket)
    accepted, anew = decided(ReviewQueue(settings.open_work_store().bucket, bucket.root), published)
    return Planner(
        RunHashes.of(recipe, provider, step_versions()),
        published,
        PhotoHashes.open(settings.make_home()),
        price=ModelPrice(recipe, names) if names else None,
        ledger=settings.open_ledger(),
        accept=accepted,
        again=anew,
    )


def _lines(tally: Tally, named: dict[str, list[PlannedProduct]]) -> Iterator[str]:
    for action in ("new", "changed", "held", "removed", "unchanged"):
        count = tally.counts.get(action, 0)
        if not count:
            continue
        note = "; stays published: `vitrine withdraw` takes it down" if action == "removed" else ""
        yield f"{action:<9}  {count:>7,}{note}"
        if action == "unchanged":
            continue
        for one in named[action]:
            yield f"  {one.id}  {', '.join(one.reasons)}".rstrip()
        if count > SHOWN:
            yield f"  and {count - SHOWN:,} more; `--json` has them all"


def _estimate(tally: Tally, planner: Planner, provider: str) -> str:
    """Return one line with the price, and the time and bytes where earlier runs tell them."""
    from vitrine.planning.plan import mean_release_bytes
    from vitrine.planning.run_times import seconds_a_product
    from vitrine.settings import Settings

    if not tally.to_convert:
        return "nothing to convert"
    bought = "model" if tally.to_buy == 1 else "models"
    parts = [f"converts {tally.to_convert:,}"]
    if planner.price is None:
        parts.append(f"the price at {provider} is known when it runs")
    else:
        parts.append(f"buys {tally.to_buy:,} {bought} for ${tally.usd} at {provider}")
    seconds = seconds_a_product(Settings.from_env().home)
    if seconds is not None:
        parts.append(f"about {_duration(seconds * tally.to_convert)}, as earlier runs")
    size = mean_release_bytes(planner.entries.values())
    if size is not None:
        parts.append(f"about {size * tally.to_convert / 1e6:,.1f} MB")
    return "; ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
