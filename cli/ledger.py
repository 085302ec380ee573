"""`vitrine ledger`: what was bought, and a person's word where nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from vitrine.errors import InputError

app = typer.Typer(help="List what was bought; settle what nobody knows.", rich_markup_mode="rich")

Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Claimed at this time (UTC) or later."),
]


@app.callback(invoke_without_command=True)
def ledger(
    context: typer.Context,
    state: Annotated[list[str] | None, typer.Option(help="Only this state; may be given again.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    product: Annotated[str | None, typer.Option(help="Only this product.")] = None,
    since: Since = None,
    csv: Annotated[bool, typer.Option("--csv", help="Every column, as CSV.")] = False,
) -> None:
    """List the purchases, oldest first."""
    if context.invoked_subcommand is not None:
        return
    from vitrine.ledger.listing import Filter, list_purchases, to_csv
    from vitrine.ledger.purchase import State
    from vitrine.settings import Settings

    unknown = set(state or ()) - set(get_args(State))
    if unknown:
        raise InputError(f"no state {min(unknown)!r}: choose of {', '.join(get_args(State))}")
    wanted = Filter.model_validate(
        {"states": state or (), "provider": provider, "product": product, "since": utc(since)}
    )
    found = list_purchases(Settings.from_env().open_ledger(), wanted)
    if csv:
        print(to_csv(found), end="")
        return
    table = Table(box=None, header_style="bold")
    for title in ("key", "claimed (UTC)", "state", "provider", "product", "USD", "request id"):
        table.add_column(title, justify="right" if title == "USD" else "left", overflow="fold")
    for purchase in found:
        table.add_row(
            purchase.key[:12],
            f"{purchase.claimed_at:%Y-%m-%d %H:%M:%S}",
            purchase.state,
            purchase.provider,
            purchase.product,
            f"{purchase.price_usd}",
            purchase.request_id or "",
        )
    console = Console()
    console.print(table)
    for purchase in found:
        if purchase.note:
            line = f"{purchase.key[:12]}: {purchase.note}"
            console.print(line, style="yellow", markup=False, soft_wrap=True)
    held = sum(purchase.state == "unknown" for purchase in found)
    if held:
        console.print(
            f"{held} unknown: look at the provider's job list, then "
            "`vitrine ledger resolve KEY --bought` or `--not-bought`",
            soft_wrap=True,
        )


@app.command()
def resolve(
    key: Annotated[str, typer.Argument(help="The purchase's key, or its first six characters or more.")],
    bought: Annotated[
        bool | None, typer.Option("--bought/--not-bought", help="What the provider's own list says.")
    ] = None,
    request_id: Annotated[
        str | None, typer.Option(help="With --bought: the provider's job, so that its model comes home.")
    ] = None,
) -> None:
    """Settle a purchase whose outcome is unknown."""
    from vitrine.purchasing.resolve import resolve as settle
    from vitrine.settings import Settings

    if bought is None:
        raise InputError("say --bought or --not-bought: the provider's job list knows")
    if request_id is not None and not bought:
        raise InputError("--request-id goes with --bought: what was not bought has no job")
    purchase = settle(Settings.from_env().open_ledger(), key, bought=bought, request_id=request_id)
    meaning = {
        "refused": "it may be ordered again",
        "submitted": "the next run brings its model home",
        "abandoned": "it counts as spent; its model is given up",
    }
    Console(soft_wrap=True).print(f"{purchase.key[:12]} is {purchase.state}: {meaning[purchase.state]}")


@app.command()
def accounts(
    reopen: Annotated[
        str | None, typer.Option(help="Let orders go to this account again: its wallet is filled.")
    ] = None,
) -> None:
    """List the accounts that refused orders of late, and which get none for now."""
    from vitrine.ledger.breaker import list_breakers, reset
    from vitrine.settings import Settings

    ledger = Settings.from_env().open_ledger()
    console = Console(soft_wrap=True)
    if reopen is not None:
        known = reset(ledger, reopen)
        console.print(f"{reopen}: orders go again" if known else f"{reopen}: orders were never stopped")
        return
    for breaker in list_breakers(ledger):
        until = f"no orders before {breaker.open_until:%H:%M:%S} UTC" if breaker.open_until else "open"
        state = "no orders until `vitrine ledger accounts --reopen`" if breaker.held else until
        line = f"{breaker.account}: {state}; {breaker.failures} refusals in a row. {breaker.why}"
        console.print(line, markup=False, highlight=False)


def utc(time: datetime | None) -> datetime | None:
    """A time from the command line, which is UTC."""
    return None if time is None else time.replace(tzinfo=UTC)
