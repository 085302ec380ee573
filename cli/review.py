"""`vitrine review`: decide about products that are held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.choices import To
from cli.console import Console
from cli.listen import listen
from vitrine.errors import InputError

if TYPE_CHECKING:
    from vitrine.reviews.desk import ReviewDesk
    from vitrine.reviews.queue import Action, ReviewItem

KEYS = "[b]a[/]pprove, [b]r[/]eject, [b]s[/]kip, [b]q[/]uit"
MORE_KEYS = ", turn by 90° ([b]1[/]), 180° ([b]2[/]) or 270° ([b]3[/]), [b]b[/]uy again"
TURNS = (90, 180, 270)


def review(
    product: Annotated[str | None, typer.Argument(help="The id of one product.")] = None,
    to: To = "public",
    approve: Annotated[bool, typer.Option("--approve", help="Publish the product.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Leave it unpublished.")] = False,
    turn: Annotated[
        int | None,
        typer.Option(help="Turn its front by 90, 180 or 270 degrees in the next run.", metavar="DEGREES"),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Buy another model, with a new seed, in the next run.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(help="Who decides; by default the user of this machine.", metavar="NAME")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Decide in a browser.")] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of --serve; 0 takes a free one.")
    ] = 8767,
    as_json: Annotated[bool, typer.Option("--json", help="Print what waits as JSON.")] = False,
) -> None:
    """Decide about held products: show the photo beside the model, and publish or reject it.

    Approving publishes the product at once and buys nothing. A product whose photo or draft is held has no
    model yet: the next run buys it then. A product that is turned or bought again is built by the next run,
    and waits again if it is held again.
    """
    import getpass

    from cli.releases import open_destination
    from vitrine.reviews.desk import ReviewDesk
    from vitrine.settings import Settings

    chosen: list[tuple[Action, int]] = []
    chosen += [("approved", 0)] if approve else []
    chosen += [("rejected", 0)] if reject else []
    chosen += [("again", 0)] if again else []
    if turn is not None:
        if turn not in TURNS:
            raise InputError(f"--turn {turn}: a front is turned by 90, 180 or 270 degrees")
        chosen.append(("turned", turn // 90))
    if len(chosen) > 1:
        raise InputError("--approve, --reject, --turn and --again exclude each other")
    if chosen and product is None:
        raise InputError("name the product: vitrine review PRODUCT --approve")
    desk = ReviewDesk(Settings.from_env().open_work_store(), open_destination(to), by or getpass.getuser())
    console = Console(soft_wrap=True)
    if chosen and product is not None:
        _say(console, desk, desk.find(product), *chosen[0])
        return
    waiting = [desk.find(product)] if product else desk.waiting()
    if as_json:
        print(json.dumps([_facts(item) for item in waiting], indent=2))
        return
    if serve:
        _serve(desk, port, console)
        return
    _ask(waiting, desk, console)


def _ask(waiting: list[ReviewItem], desk: ReviewDesk, console: Console) -> None:
    """Ask about each product in a terminal; elsewhere, list them."""
    import sys

    if not waiting:
        console.print("nothing waits for review")
        return
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    for number, item in enumerate(waiting, 1):
        _show(item, desk, console, f"{number} of {len(waiting)}")
        if not is_terminal:
            continue
        console.print(KEYS + ("" if item.buys else MORE_KEYS))
        match typer.getchar().lower():
            case "b" if not item.buys:
                _say(console, desk, item, "again")
            case "1" | "2" | "3" as quarters if not item.buys:
                _say(console, desk, item, "turned", int(quarters))
            case "a" | "y":
                _say(console, desk, item, "approved")
            case "r" | "n":
                _say(console, desk, item, "rejected")
            case "q" | "\x03" | "\x04" | "\x1b":
                return
    if not is_terminal:
        console.print(
            "decide with `vitrine review PRODUCT --approve`, `--reject`, `--turn` or `--again`, or in a "
            "browser with `--serve`",
            markup=False,
        )


def _show(item: ReviewItem, desk: ReviewDesk, console: Console, place: str) -> None:
    from vitrine.reviews.desk import price_of

    facts = _facts(item)
    title = f" {facts['title']}" if facts["title"] != item.product.id else ""
    console.print(f"{item.product.id}{title} ({place})", style="bold", markup=False, highlight=False)
    for reason in item.reasons:
        console.print(f"  {reason}", markup=False, highlight=False)
    sheet = desk.sheet_path(item)
    if sheet is not None:
        console.print(f"  photo and model: {sheet}", markup=False, highlight=False)
    if price := price_of(item):
        console.print(f"  buying it again costs {price}", highlight=False)
    if item.buys:
        console.print("  approving buys its model in the next run", highlight=False)


def _facts(item: ReviewItem) -> dict[str, Any]:
    return {
        "product": item.product.id,
        "title": item.product.title or item.product.id,
        "held_at": item.held_at.isoformat(),
        "reasons": list(item.reasons),
        "buys": item.buys,
        "paid_usd": str(item.asset.cost_usd) if item.asset and item.asset.cost_usd is not None else None,
    }


def _say(console: Console, desk: ReviewDesk, item: ReviewItem, action: Action, quarters: int = 0) -> None:
    console.print(desk.decide(item, action, quarters), markup=False, highlight=False)


def _serve(desk: ReviewDesk, port: int, console: Console) -> None:
    from vitrine.hooks.server import run
    from vitrine.reviews.app import create_app

    listener = listen("127.0.0.1", port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    count = len(desk.waiting())
    console.print(f"products that wait for review: {count}, at {address} (Ctrl-C ends it)", highlight=False)
    run(create_app(desk), listener)
