"""The command line: one short file for each command."""

import os
from gc import set_threshold

# Work is spread over threads and processes already: threads of BLAS would only wait beside them, and spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Pydantic would read the metadata of all installed packages to find plugins, for 15 to 30 ms a process.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# Imports make tens of thousands of objects that stay: fewer searches for cycles among them.
set_threshold(200_000)
