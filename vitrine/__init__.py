"""Product photos in, web-ready 3D assets out.

The library knows nothing of Prefect: `tasks/` and `flows/` turn it into a workflow.
"""

__version__ = "0.1.0"
