"""Templates to HTML. Everything that comes from a product is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vitrine.publishing.pages.assets import HOSTED_VIEWER
from vitrine.publishing.pages.words import count_words, extent_words, size_words


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("vitrine.publishing.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"bytes": size_words, "extent": extent_words}
    templates.globals |= {"count": count_words}
    return templates


def render_page(template: str, **said: Any) -> str:
    """Fill a template of `templates/`."""
    return _templates().get_template(template).render(**said)


def content_policy(*, hosted_viewer: bool) -> str:
    """The page's Content-Security-Policy: itself, and nothing inline but styles that model-viewer needs.

    `wasm-unsafe-eval` lets the meshopt decoder compile; `blob:` and `data:` are how model-viewer hands
    textures around.
    """
    scripts = "'self' 'wasm-unsafe-eval'"
    if hosted_viewer:
        scripts += " " + "/".join(HOSTED_VIEWER.split("/")[:3])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
        "base-uri 'none'; form-action 'self'"
    )
