"""Write Markdown that no title or message can break."""

from __future__ import annotations

from urllib.parse import quote

from vitrine.fetching.redact import redact
from vitrine.models import Finding
from vitrine.plain_text import visible

FINDING_COLUMNS = ("", "code", "what", "measured", "limit")


def escape(text: str) -> str:
    """Return a text on one line that ends no table cell and starts no HTML tag, link or image."""
    line = " ".join(visible(redact(text)).split())
    for mark, written in (
        ("\\", "\\\\"),
        ("|", "\\|"),
        ("<", "&lt;"),
        ("[", "\\["),
        ("]", "\\]"),
        ("://", "\\://"),
    ):
        line = line.replace(mark, written)
    return line


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table; every cell of `rows` is escaped."""
    lines = [head, tuple("---" for _ in head), *(tuple(escape(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def link(url: str) -> str:
    """Return a link to a web address, or any other address as code."""
    if not url.lower().startswith(("http://", "https://")):
        return f"`{visible(url).replace('`', '')}`"
    target = quote(url, safe="/:?#@!$&'*+,;=%~-._")
    shown = escape(url).replace("\\://", "://")  # it is a link anyway
    return f"[{shown}]({target})"


def findings_table(findings: tuple[Finding, ...]) -> str:
    """Return a table with one finding a row, or "None."."""
    return table(FINDING_COLUMNS, [_finding_row(each) for each in findings]) if findings else "None."


def _finding_row(finding: Finding) -> tuple[str, ...]:
    numbers = ("" if n is None else f"{n:g}" for n in (finding.measured, finding.limit))
    return (finding.severity, f"`{finding.code}`", finding.message, *numbers)
