"""`vitrine ledger`: list purchases, and settle those whose outcome is unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

import typer
from rich.table import Table

from cli.console import Console
from cli.help import PlainCommand, PlainGroup
from vitrine.errors import InputError
from vitrine.plain_text import count_of

OTHER_COLUMNS = 68
"""How wide the columns beside the product are, with a space of two between all."""

app = typer.Typer(
    cls=PlainGroup,
    help="List the purchases; settle those whose outcome is unknown.",
    rich_markup_mode="rich",
)

Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only purchases from this time (UTC) on."),
]


@app.callback(invoke_without_command=True)
def ledger(
    context: typer.Context,
    state: Annotated[
        list[str] | None, typer.Option(help="Only this state; may be given more than once.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    product: Annotated[str | None, typer.Option(help="Only this product.")] = None,
    since: Since = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print every column as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every column as JSON.")] = False,
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
    if as_json:
        print(json.dumps([purchase.model_dump(mode="json", by_alias=True) for purchase in found], indent=2))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    console = Console()
    for title in ("key", "claimed (UTC)", "state", "provider", "product", "USD"):
        room = max(console.width - OTHER_COLUMNS, 8) if title == "product" else None  # it gives way first
        justify: Literal["left", "right"] = "right" if title == "USD" else "left"
        table.add_column(title, justify=justify, overflow="ellipsis", no_wrap=True, max_width=room)
    for purchase in found:
        table.add_row(
            purchase.key[:12],
            f"{purchase.claimed_at:%Y-%m-%d %H:%M}",
            purchase.state,
            purchase.provider,
            purchase.product,
            f"{purchase.price_usd}",
        )
    console.print(table)
    for purchase in found:
        if purchase.note:
            line = f"{purchase.key[:12]}: {purchase.note}"
            console.print(line, style="yellow", markup=False, soft_wrap=True)
    held = sum(purchase.state == "unknown" for purchase in found)
    if held:
        console.print(
            f"{held} unknown: look them up in the provider's list of jobs, then run "
            "`vitrine ledger resolve KEY --bought` or `--not-bought`",
            soft_wrap=True,
        )


@app.command(cls=PlainCommand)
def resolve(
    key: Annotated[str, typer.Argument(help="The key of the purchase, or its first six or more characters.")],
    bought: Annotated[
        bool | None, typer.Option("--bought/--not-bought", help="What the provider's list of jobs shows.")
    ] = None,
    request_id: Annotated[
        str | None,
        typer.Option(help="With --bought: the id of the provider's job, whose model is then fetched."),
    ] = None,
) -> None:
    """Settle a purchase whose outcome is unknown."""
    from vitrine.purchasing.resolve import resolve as settle
    from vitrine.settings import Settings

    if bought is None:
        raise InputError("give --bought or --not-bought, whichever the provider's list of jobs shows")
    if request_id is not None and not bought:
        raise InputError("--request-id needs --bought: an order that was not bought has no job")
    purchase = settle(Settings.from_env().open_ledger(), key, bought=bought, request_id=request_id)
    meaning = {
        "refused": "it may be ordered again",
        "submitted": "the next run fetches its model",
        "abandoned": "it counts as spent, and its model is given up",
    }
    Console(soft_wrap=True).print(f"{purchase.key[:12]} is {purchase.state}: {meaning[purchase.state]}")


@app.command(cls=PlainCommand)
def recheck(
    key: Annotated[
        str | None, typer.Argument(help="The purchase's key, or its first six characters or more.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every purchase that its provider may have and no run waits for.")
    ] = False,
    account: Annotated[
        list[str] | None,
        typer.Option(help="Ask this account (may be given again); by default those of the purchases."),
    ] = None,
    wait_s: Annotated[float, typer.Option("--wait", help="Seconds to wait for a job under way.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Ask again for purchases that failed, expired or were not finished, and fetch what is there.

    Nothing is bought. A model that its provider has after all comes into the work store, and the next run of
    its product uses it.
    """
    import asyncio

    from cli.recheck import recheck_purchases

    if (key is None) is not everything:
        raise InputError("name one purchase, or say --all")
    lines = asyncio.run(recheck_purchases(key, account or [], wait_s))
    console = Console(soft_wrap=True)
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2))
    for line in [] if as_json else lines:
        text = f"{line.key[:12]} {line.product or '-'} ({line.provider}): {line.outcome}"
        console.print(f"{text}; {line.message}" if line.message else text, markup=False, highlight=False)
    if not lines and not as_json:
        console.print("nothing to ask for")
    if any(line.outcome == "error" for line in lines):
        raise typer.Exit(1)


@app.command(cls=PlainCommand)
def accounts(
    reopen: Annotated[
        str | None, typer.Option(help="Let this account take orders again, once its wallet is filled.")
    ] = None,
    same: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="OLD NEW", help="Both accounts of this list are one wallet: the key was replaced."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """List the accounts that bought something, and whether those that refused orders take orders now.

    An account is known by a fingerprint of its key; what one wallet does not have says nothing of another's.
    """
    from vitrine.ledger.accounts.breaker import list_breakers, reset
    from vitrine.ledger.accounts.fingerprints import join_accounts, list_accounts
    from vitrine.settings import Settings

    ledger = Settings.from_env().open_ledger()
    console = Console(soft_wrap=True)
    if reopen is not None:
        known = reset(ledger, reopen)
        message = "takes orders again" if known else "was not paused"
        console.print(f"{reopen} {message}")
        return
    if same is not None:
        join_accounts(ledger, *same, "a person says so")
        console.print(f"{same[0]} and {same[1]} are one wallet")
        return
    accounts_known, breakers = list_accounts(ledger), list_breakers(ledger)
    if as_json:
        print(
            json.dumps(
                {
                    "accounts": [known_account.model_dump(mode="json") for known_account in accounts_known],
                    "breakers": [breaker.model_dump(mode="json") for breaker in breakers],
                },
                indent=2,
            )
        )
        return
    for known_account in accounts_known:
        wallet = known_account.wallet
        joined = f", one wallet with {wallet}" if wallet != known_account.account else ""
        console.print(
            f"{known_account.account}  {known_account.provider}: "
            f"{count_of(known_account.purchases, 'purchase')}, last "
            f"on {known_account.last_at:%Y-%m-%d}{joined}",
            markup=False,
            highlight=False,
        )
    for breaker in breakers:
        until = "taking orders"
        if breaker.held:
            until = f"paused until `vitrine ledger accounts --reopen {breaker.name}`"
        elif breaker.open_until is not None:
            until = f"paused until {breaker.open_until:%H:%M:%S} UTC"
        line = f"{breaker.account}: {until}; orders refused in a row: {breaker.failures}. {breaker.why}"
        console.print(line, markup=False, highlight=False)


def utc(time: datetime | None) -> datetime | None:
    """Return a time from the command line as UTC."""
    return None if time is None else time.replace(tzinfo=UTC)
