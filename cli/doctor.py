"""`vitrine doctor`: is everything here that a run needs?"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Annotated, Literal

import typer
from rich.markup import escape

from cli.choices import KEYS, To
from cli.console import Console
from cli.exit_codes import ExitCode
from vitrine import __version__
from vitrine.errors import VitrineError
from vitrine.plain_text import count_of

PACKAGES = ("prefect", "pillow", "numpy", "meshoptimizer", "embreex", "xatlas")
STYLES = {"ok": "green", "absent": "dim", "failed": "red"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    state: Literal["ok", "absent", "failed"]
    """`absent` is optional: only what `says` names needs it."""
    says: str


def doctor(
    to: To = "public",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Check versions, the home folder, the ledger, the Prefect server, keys and the destination.

    Buys nothing and prints no key. Exits with 1 if a check fails.
    """
    checks = list(_checks(to))
    if as_json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        console = Console(soft_wrap=True)
        width = max(len(check.name) for check in checks)
        for check in checks:
            style = STYLES[check.state]
            line = f"[{style}]{check.state:<6}[/]  {check.name:<{width}}  {escape(check.says)}"
            console.print(line, highlight=False)
    if any(check.state == "failed" for check in checks):
        raise typer.Exit(ExitCode.FAILED)


def _checks(to: str) -> Iterator[Check]:
    yield Check(name="vitrine", state="ok", says=f"{__version__}, Python {platform.python_version()}")
    for package in PACKAGES:
        yield _package(package)
    yield _optional("DracoPy", "draco", "Draco files")
    yield _optional("psycopg", "postgres", "a ledger in PostgreSQL")
    yield _matte_model()
    yield _try("home", _home)
    yield _try("ledger", _ledger)
    yield _try("Prefect server", _prefect)
    for name, variable in KEYS.items():
        here = bool(os.environ.get(variable))
        says = f"{variable} is set" if here else f"set {variable} to buy from {name}"
        yield Check(name=f"key of {name}", state="ok" if here else "absent", says=says)
    yield _viewer()
    yield _try("destination", lambda: _destination(to))


def _package(name: str) -> Check:
    try:
        return Check(name=name, state="ok", says=version(name))
    except PackageNotFoundError:
        return Check(name=name, state="failed", says="is not installed: install vitrine again")


def _optional(module: str, extra: str, what: str) -> Check:
    if find_spec(module):
        return Check(name=module, state="ok", says=version(module))
    return Check(name=module, state="absent", says=f"for {what}: pip install 'vitrine[{extra}]'")


def _matte_model() -> Check:
    from vitrine.photos.matting.model_file import find_model

    path = find_model("")
    if path is not None:
        return Check(name="matte model", state="ok", says=str(path))
    says = "for photos without a plain backdrop: pip install 'vitrine[matte]', and `make setup` for the model"
    return Check(name="matte model", state="absent", says=says)


def _try(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name=name, state="ok", says=check())
    except (VitrineError, OSError) as error:
        return Check(name=name, state="failed", says=str(error))


def _home() -> str:
    from vitrine.settings import Settings

    return str(Settings.from_env().make_home())


def _ledger() -> str:
    from vitrine.ledger.listing import Filter, list_purchases
    from vitrine.settings import Settings

    ledger = Settings.from_env().open_ledger()
    return f"{ledger.name}: {count_of(len(list_purchases(ledger, Filter())), 'purchase')}"


def _prefect() -> str:
    from deployments.process import is_healthy, recorded_server
    from vitrine.errors import ConfigError
    from vitrine.settings import Settings

    url = os.environ.get("PREFECT_API_URL")
    if not url:
        settings = Settings.from_env()
        record = recorded_server(settings.home / "prefect")
        until = f"stops {settings.server_idle_s:g} s after the last run (VITRINE_SERVER_IDLE_S)"
        return f"{record['url']} on this machine {until}" if record else "a run starts one on this machine"
    if not is_healthy(url):
        raise ConfigError(f"no server answers at {url} (PREFECT_API_URL)")
    return url


def _viewer() -> Check:
    from vitrine.publishing.pages.assets import VENDOR

    here = any(VENDOR.glob("*.js"))
    says = "comes with the pages" if here else "pages load it from a CDN; `make setup` copies it"
    return Check(name="3D viewer", state="ok" if here else "absent", says=says)


def _destination(to: str) -> str:
    from cli.check_destination import check_destination

    check_destination(to)
    return f"{to} can be written"
