"""Find the JSON-LD of an HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

JSON_LD = "application/ld+json"


@dataclass(frozen=True, slots=True)
class Script:
    """The text of a script and its line."""

    line: int
    text: str


class PageScripts(HTMLParser):
    """The JSON-LD scripts of a page and its canonical URL, once it was fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[Script] = []
        self.canonical = ""
        self._line = 0
        self._parts: list[str] | None = None

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002  # the base class calls it
        """Take `<![…` for a comment, as browsers do; Python's parser raises `AssertionError` for most."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        kind = given.get("type", "").partition(";")[0].strip().lower()
        if tag == "script" and kind == JSON_LD:
            self._line, self._parts = self.getpos()[0], []
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.canonical = given.get("href", "")
        elif tag == "meta" and given.get("property", "").lower() == "og:url" and not self.canonical:
            self.canonical = given.get("content", "")

    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._parts is not None:
            self.scripts.append(Script(self._line, _bare("".join(self._parts))))
            self._parts = None


def _bare(text: str) -> str:
    """Return a script without the comments that pages put around it, and without a semicolon at its end."""
    text = text.strip()
    for before, after in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")):
        if text.startswith(before):
            text = text.removeprefix(before).strip().removesuffix(after).strip()
    return text.rstrip("; \t\r\n")
