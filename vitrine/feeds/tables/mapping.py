"""Columns that somebody has named: `--map photo="Bild 1"`, or the `[feed]` table of a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from vitrine.errors import FeedError
from vitrine.feeds.tables.column_names import MEANING
from vitrine.feeds.tables.plain_name import plain_name
from vitrine.recipe import FeedOptions

MAX_NAMES = 40


def mapped_names(options: FeedOptions) -> dict[str, tuple[str, ...]]:
    """Return role -> the names that were given for it, as they were written."""
    return {role: (names,) if isinstance(names, str) else tuple(names) for role, names in options.map.items()}


def wanted_names(options: FeedOptions) -> frozenset[str]:
    """Return the given names in plain form."""
    return frozenset(plain_name(name) for names in mapped_names(options).values() for name in names)


def mapped_roles(columns: Sequence[str], options: FeedOptions, feed: str) -> dict[str, tuple[int, ...]]:
    """Return role -> positions of the columns that were named for it.

    Raises `FeedError` for a name that no column has; it says which one is like it.
    """
    plain = [plain_name(name) for name in columns]
    roles = {}
    for role, names in mapped_names(options).items():
        positions = []
        for name in names:
            if plain_name(name) not in plain:
                near = get_close_matches(plain_name(name), plain, n=1)
                guess = f"; did you mean {columns[plain.index(near[0])]!r}?" if near else ""
                raise FeedError(
                    f"{feed}: there is no column {name!r} for {role}{guess}. Columns: {list_names(columns)}"
                )
            positions.append(plain.index(plain_name(name)))
        roles[role] = tuple(positions)
    return roles


def list_names(names: Sequence[str]) -> str:
    """Return names in words, at most `MAX_NAMES` of them."""
    named = [name for name in names if name]
    more = f" and {len(named) - MAX_NAMES} more" if len(named) > MAX_NAMES else ""
    return (", ".join(named[:MAX_NAMES]) or "no names") + more


def suggest_map(missing: Sequence[str], names: Sequence[str]) -> str:
    """Return the options that name the columns most like the missing roles: `--map photo="Bild 1"`."""
    guesses = []
    for role in missing:
        found = _nearest(role, [name for name in names if name])
        if found:
            guesses.append(f'--map {role}="{found}"')
    if guesses:
        return f"Perhaps {' '.join(guesses)}"
    return "Name the columns with --map: --map photo=COLUMN"


def _nearest(role: str, names: Sequence[str]) -> str | None:
    """The name most like what a role is called in some language; digits and punctuation do not count."""
    bare = {
        name: "".join(char for char in plain_name(name) if char.isalpha() or char == " ") for name in names
    }
    meanings = MEANING.get(role, (role,))
    for name in names:
        if bare[name].strip() in meanings:
            return name
    for name in names:
        if any(get_close_matches(word, meanings, n=1, cutoff=0.8) for word in bare[name].split()):
            return name
    return None
