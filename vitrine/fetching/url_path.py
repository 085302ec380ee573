"""The path of a URL that anybody may have written."""

from __future__ import annotations

from urllib.parse import urlsplit


def url_path(url: str) -> str:
    """Return the path of a URL; empty for what is no URL, such as `https://[`, where `urlsplit` raises."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
