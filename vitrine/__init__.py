"""Product photos in, web-ready 3D assets out.

The library knows nothing of Prefect: `tasks/` and `flows/` turn it into a workflow.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vitrine.optimize_model import optimize

__all__ = ["__version__", "optimize"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import `optimize` when it is first asked for, so that `import vitrine` stays light (PEP 562)."""
    if name == "optimize":
        from vitrine.optimize_model import optimize

        return optimize
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
