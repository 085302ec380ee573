"""Render the Jinja templates; every value is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vitrine.publishing.pages.assets import HOSTED_VIEWER
from vitrine.publishing.pages.format import format_bytes, format_count


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("vitrine.publishing.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["bytes"] = format_bytes
    templates.globals |= {"count": format_count}
    return templates


def render_page(template: str, **values: Any) -> str:
    """Render a template of the folder `templates`. Raises `UndefinedError` for a value that is missing."""
    return _templates().get_template(template).render(**values)


def content_policy(*, hosted_viewer: bool) -> str:
    """Return the Content-Security-Policy of a page: its own origin, and the inline styles of model-viewer.

    `wasm-unsafe-eval` lets the meshopt decoder compile; model-viewer loads textures from `blob:` and `data:`
    URLs.
    """
    scripts = "'self' 'wasm-unsafe-eval'"
    if hosted_viewer:
        scripts += " " + "/".join(HOSTED_VIEWER.split("/")[:3])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
        "base-uri 'none'; form-action 'self'"
    )
