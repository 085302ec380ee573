from __future__ import annotations

import ast
import importlib.metadata
from pathlib import Path

import pytest

import vitrine
from tasks.import_closure import import_closure, imported_names, names_of, versions

LIBRARY = Path(vitrine.__file__).parent
OPTIONAL = {"DracoPy"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "lib"
    (folder / "deep").mkdir(parents=True)
    for name, text in {
        "__init__.py": "if TYPE_CHECKING:\n    from lib.lazy import late\n",
        "first.py": '"""Reads\nfrom the file\n"""\nimport os\n\nfrom lib import second\n',
        "second.py": "def f():\n    from lib.deep.third import (\n        value,\n    )\n    return value\n",
        "deep/__init__.py": "import PIL.Image, yaml\ndef __getattr__(_):\n    from lib import lazy\n",
        "deep/third.py": "import numpy as np\nvalue = np.e\n",
        "lazy.py": "import scipy\n",
    }.items():
        (folder / name).write_text(text)
    return folder


def test_imports_are_followed_through_modules_functions_and_packages(package: Path) -> None:
    source = package.parent / "task.py"
    source.write_text("import httpx\nfrom lib.first import second\n")
    files, distributions = import_closure(source, package)
    found = [str(path.relative_to(package)) for path in files]
    assert found == ["__init__.py", "deep/__init__.py", "deep/third.py", "first.py", "second.py"]
    assert distributions == ("PyYAML", "numpy", "pillow")


def test_the_data_beside_a_module_counts(package: Path) -> None:
    (package / "deep" / "limits.toml").write_text("max = 5\n")
    (package / "other").mkdir()
    (package / "other" / "unread.toml").write_text("")
    source = package.parent / "task.py"
    source.write_text("from lib.deep.third import value\n")
    files, _ = import_closure(source, package)
    assert [path.name for path in files if path.suffix == ".toml"] == ["limits.toml"]


def test_a_file_that_imports_nothing_of_the_package_has_an_empty_closure(package: Path) -> None:
    source = package.parent / "task.py"
    source.write_text("import lib2\nimport numpy\n")
    assert import_closure(source, package) == ((), ())


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda p: str(p.relative_to(LIBRARY)))
def test_the_scan_finds_what_a_full_parse_finds(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    tree.body = [node for node in tree.body if not _skipped(node)]
    assert set(imported_names(path.read_bytes())) == {
        name for node in ast.walk(tree) for name in names_of(node)
    }
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def _skipped(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef) and node.name == "__getattr__"


def test_every_distribution_of_the_library_is_known_by_its_name() -> None:
    found: set[str] = set()
    for path in LIBRARY.rglob("*.py"):
        found.update(import_closure(path, LIBRARY).distributions)
    known = versions(found)
    assert {name for name, version in known.items() if version == "not installed"} <= OPTIONAL
    assert known["pillow"] == importlib.metadata.version("pillow")
