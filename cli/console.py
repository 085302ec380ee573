"""The console of every command: text from elsewhere cannot control the terminal."""

from __future__ import annotations

from typing import Any

import rich.console
from rich.text import Text

from vitrine.plain_text import visible


class Console(rich.console.Console):
    """A console that shows control characters of ids, paths, titles and messages as codes."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)
