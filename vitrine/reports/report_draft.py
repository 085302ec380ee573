"""Report a draft as Markdown, for the person who decides whether to buy the final model."""

from __future__ import annotations

from vitrine.models import Finding, Product
from vitrine.reports.data_uri import thumbnail_uri
from vitrine.reports.markdown import escape, findings_table


def report_draft(product: Product, objections: tuple[Finding, ...], poster: bytes, *, accepted: bool) -> str:
    """Report a draft: its poster (an image), whether it is approved, and the findings against it.

    A person approves a draft with `accepted`, whatever the findings.
    """
    held = objections and not accepted
    parts = [
        f"# Draft of {escape(product.title or product.id)}",
        f"![draft]({thumbnail_uri(poster)})",
        "**held**: the final is not bought" if held else "**approved**: the final is bought",
        *([findings_table(objections)] if objections else []),
    ]
    return "\n\n".join(parts) + "\n"
