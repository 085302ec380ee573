"""Product photos in, web-ready 3D assets out.

The library knows nothing of Prefect: `tasks/` and `flows/` turn it into a workflow.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # At run time `from vitrine import optimize` finds the module of that name, which can be called.
    from vitrine.optimize import optimize as optimize

__version__ = "0.1.0"
