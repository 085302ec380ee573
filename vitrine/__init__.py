"""Product photos in, web-ready 3D assets out.

    from vitrine import convert, inspect, optimize, quote

The library knows nothing of Prefect: `tasks/` and `flows/` turn it into a workflow, and only `convert` and
`quote` start it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployments.run_here import convert, quote
    from vitrine.inspect_model import inspect
    from vitrine.optimize_model import optimize

__all__ = ["__version__", "convert", "inspect", "optimize", "quote"]

__version__ = "0.1.0"


_MODULES = {
    "convert": "deployments.run_here",
    "inspect": "vitrine.inspect_model",
    "optimize": "vitrine.optimize_model",
    "quote": "deployments.run_here",
}


def __getattr__(name: str) -> Any:
    """Import a function when it is first asked for, so that `import vitrine` stays light (PEP 562)."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the functions that are imported late, too."""
    return sorted({*globals(), *__all__})
