"""Compile `vitrine/compiled/source` before the package is built; for an editable install, in place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from pybind11.setup_helpers import Pybind11Extension, build_ext
from setuptools import Distribution

FOLDER = "vitrine/compiled"
# Without contraction every machine rounds alike: none joins a product and a sum into one instruction.
OPTIONS = ["-O3", "-ffp-contract=off"]


class CompileKernels(BuildHookInterface[Any]):
    """Builds the extension module `vitrine.compiled.kernels` with the C++ compiler of the system."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the module to the wheel."""
        if self.target_name != "wheel":
            return
        source = Path(self.root, FOLDER, "source")
        extension = Pybind11Extension(
            "kernels",
            [str(source / "kernels.cpp")],
            depends=[__file__, *(str(path) for path in sorted(source.glob("*.hpp")))],
            cxx_std=17,
            extra_compile_args=OPTIONS,
        )
        command = build_ext(Distribution({"ext_modules": [extension]}))
        command.build_lib = str(Path(self.root, FOLDER))
        with tempfile.TemporaryDirectory() as folder:
            command.build_temp = folder
            command.ensure_finalized()
            command.run()
        module = Path(command.get_ext_fullpath("kernels")).relative_to(self.root)
        build_data["artifacts"].append(f"/{module.as_posix()}")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
