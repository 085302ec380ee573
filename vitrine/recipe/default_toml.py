"""Write the default recipe as TOML, with the comments of `vitrine.recipe`."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import Any

from vitrine.recipe import Recipe
from vitrine.record import Record

WIDTH = 100


def default_recipe_toml() -> str:
    """Return the default recipe as TOML that `Recipe.load` reads, with a comment above each field.

    A field that is `None` by default is a comment, too, as TOML has no null.
    """
    recipe = Recipe()
    plain, tables = [], []
    for name, value in recipe:
        if isinstance(value, Record):
            tables.append(f"{_comment(type(value).__doc__)}[{name}]\n{_fields(value)}")
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            comment = _comment(type(value[0]).__doc__)
            tables += [
                f"{'' if at else comment}[[{name}]]\n{_fields(one, comments=not at)}"
                for at, one in enumerate(value)
            ]
        else:
            plain.append(_field(name, value, _docs(Recipe).get(name)))
    return "".join(plain) + "\n" + "\n".join(tables)


def _fields(record: Record, *, comments: bool = True) -> str:
    docs = _docs(type(record)) if comments else {}
    values = [(name, value) for name, value in record if comments or value is not None]
    return "".join(_field(name, value, docs.get(name)) for name, value in values)


def _field(name: str, value: object, doc: str | None) -> str:
    line = f"# {name} = …\n" if value is None else f"{name} = {_toml(value)}\n"
    return _comment(doc) + line


def _toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + "}"
    return json.dumps(value) if isinstance(value, str | bool) else repr(value)


def _comment(text: str | None) -> str:
    lines = textwrap.wrap(" ".join((text or "").split()), WIDTH)
    return "".join(f"# {line}\n" for line in lines)


def _docs(record: type[Record]) -> dict[str, str]:
    """Return the text under each field of a class, as its source has it."""
    docs: dict[str, str] = {}
    for base in reversed([kind for kind in record.__mro__ if issubclass(kind, Record)]):
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(body, ast.ClassDef)
        for field, after in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(after, ast.Expr)
            ):
                docs[field.target.id] = ast.literal_eval(after.value)
    return docs
