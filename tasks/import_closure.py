"""Find every module and distribution that a source file imports, without importing anything."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

IMPORT = re.compile(
    rb"^[ \t]*((?:from[ \t]+[\w.]+[ \t]+import\b[ \t]*(?:\([^)]*\)|[^\n#;(]*))|import[ \t]+[\w., \t]+)",
    re.MULTILINE,
)
"""An import statement on a line of its own. `ast.parse` of whole files takes thirty times as long."""
DOCSTRING = re.compile(rb'^[ \t]*"""[\s\S]*?"""', re.MULTILINE)
"""A docstring may show an import as an example."""
NOT_AT_RUN_TIME = re.compile(
    rb"^(?:if TYPE_CHECKING:|def __getattr__\().*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE
)
"""Imports for the type checker, and lazy re-exports of a package: both are followed by their real users."""
DISTRIBUTIONS = {"PIL": "pillow", "graphql": "graphql-core", "pxr": "usd-core", "yaml": "PyYAML"}
"""Distributions whose name differs from the package that they install."""


class Closure(NamedTuple):
    """What a source file imports, directly or through other modules of the package."""

    files: tuple[Path, ...]
    """The sources of the package's modules, and the TOML files beside them, which they read; sorted."""
    distributions: tuple[str, ...]
    """The names on PyPI of the other packages that these modules import, sorted; no standard library."""


def import_closure(source: Path, package: Path) -> Closure:
    """Follow the imports of `source` that lead into the package in the folder `package`.

    Imports inside functions count; imports under `if TYPE_CHECKING:` and in a package's `__getattr__` do not.
    The packages that contain an imported module count too, as Python runs their `__init__.py`. Modules that
    are imported by a computed name are not found.
    """
    files: dict[str, Path] = {}
    others: set[str] = set()
    todo = [name for name in _imported(source) if _root(name) == package.name]
    while todo:
        name = todo.pop()
        path = _file(name, package)
        if path is None or name in files:
            continue
        files[name] = path
        imported = _imported(path)
        others.update(_root(each) for each in imported)
        todo += [each for each in imported if _root(each) == package.name]
    others -= {package.name, *sys.stdlib_module_names}
    data = {file for path in files.values() for file in path.parent.glob("*.toml")}
    return Closure(
        tuple(sorted({*files.values(), *data})),
        tuple(sorted(DISTRIBUTIONS.get(name, name) for name in others)),
    )


@functools.cache
def _imported(path: Path) -> frozenset[str]:
    """Full names of what a file imports, and of the packages that these are in."""
    return frozenset(imported_names(path.read_bytes()))


def imported_names(source: bytes) -> Iterator[str]:
    """Each name that a source text imports: `a`, `a.b` and `a.b.c` for `from a.b import c`.

    The last one may be a module, or a value in the module before it.
    """
    for statement in IMPORT.findall(NOT_AT_RUN_TIME.sub(b"", DOCSTRING.sub(b"", source))):
        try:
            parsed = ast.parse(statement).body
        except SyntaxError:  # a line of another text
            continue
        for node in parsed:
            yield from names_of(node)


def names_of(node: ast.AST) -> Iterator[str]:
    """Each name that an import statement imports, and those of the packages around it."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        names = []
    for name in names:
        parts = name.split(".")
        yield from (".".join(parts[: end + 1]) for end in range(len(parts)))


def _root(name: str) -> str:
    return name.partition(".")[0]


@functools.cache
def _file(name: str, package: Path) -> Path | None:
    """The source file of a module; `None` for a name inside a module."""
    path = package.parent.joinpath(*name.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """The installed version of each distribution; "not installed" for one that is optional and absent."""
    return {name: _version(name) for name in distributions}


@functools.cache
def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
