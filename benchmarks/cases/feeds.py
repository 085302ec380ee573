"""Cases that are feeds: what products come out of `read_feed`, and what `vitrine quote` says.

Publishing (pages, keys in a bucket, the exit code of `vitrine catalog`) is not run here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cases.command import Answer, vitrine
from benchmarks.cases.records import Facts, Row, expected_of
from vitrine.errors import FeedError
from vitrine.feeds import read_feed

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls")


@dataclass(frozen=True)
class Reads:
    """These products come out, with these fields: `height` and the like in metres, `photo` ends so."""

    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    exactly: bool = True

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return [f"refused: {facts['message'][:150]}"]
        got: dict[str, dict[str, Any]] = facts["products"]
        faults = [f"no product {name!r}" for name in self.products if name not in got]
        if self.exactly:
            faults += [f"a product {name!r}" for name in got if name not in self.products]
        for name, wanted in self.products.items():
            for key, value in wanted.items() if name in got else ():
                have = got[name].get(key)
                if not _equal(key, have, value):
                    faults.append(f"{name}: {key} is {have!r}, {value!r} wanted")
        return faults


def _equal(key: str, have: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and have is not None:
        return bool(abs(have - wanted) < 1e-6 * max(1, wanted))
    if key == "photo" and isinstance(wanted, str):
        return isinstance(have, str) and have.endswith(wanted)
    return bool(have == wanted)


@dataclass(frozen=True)
class Unsized:
    """No wrong size is read from these rows: they are refused, or the product has no size."""

    ids: tuple[str, ...]

    def faults(self, facts: Facts) -> list[str]:
        got = facts.get("products", {})
        sized = [i for i in self.ids if i in got and any(got[i][k] for k in ("width", "height", "length"))]
        return [f"{i}: read with size {got[i]['height']}" for i in sized]


@dataclass(frozen=True)
class Told:
    """Every product is there, or a finding (or the quote) names it."""

    ids: tuple[str, ...]

    def faults(self, facts: Facts) -> list[str]:
        said = "\n".join([*facts.get("findings", []), facts["quoted"]])
        return [
            f"{i}: lost without a word"
            for i in self.ids
            if i not in facts.get("products", {}) and i not in said
        ]


@dataclass(frozen=True)
class SafeKeys:
    """Slugs are safe as file names, and differ on stores that ignore case."""

    def faults(self, facts: Facts) -> list[str]:
        slugs = [p["slug"] for p in facts.get("products", {}).values()]
        faults = [f"slug {s!r}" for s in slugs if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", s)]
        folded = [unicodedata.normalize("NFC", s).casefold() for s in slugs]
        return faults + [f"slug {s!r} twice" for s in sorted({s for s in folded if folded.count(s) > 1})]


@dataclass(frozen=True)
class Buys:
    """The quote buys this many."""

    count: int

    def faults(self, facts: Facts) -> list[str]:
        return [] if facts["to_buy"] == self.count else [f"{facts['to_buy']} to buy, {self.count} wanted"]


def files(folder: Path) -> list[Path]:
    """Return the feeds of a case: files, or the folder itself where it holds photos."""
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    if folder.name.startswith("f09"):
        return [folder]
    return found or sorted(p for p in folder.iterdir() if p.is_dir())


def judge(cases: Path, path: Path, work: Path) -> Row:
    """Read one feed, quote it, and judge. To be called in a process of its own."""
    from benchmarks.cases.feed_table import FEEDS

    case, name = path.relative_to(cases).parts[0], str(path.relative_to(cases))
    expected = expected_of(name, FEEDS)
    facts, answer = _facts(path, work)
    faults = expected.faults(facts)
    if "Traceback" in answer.err or facts["crash"]:
        outcome, got = "crashed", facts["crash"] or answer.err.strip().splitlines()[-1]
    elif faults:
        outcome, got = "wrong", "; ".join(faults)
    else:
        outcome = "right"
        got = facts["message"] or "; ".join(facts["findings"]) or f"{len(facts['products'])} products"
    return Row(case, name.partition("/")[2] or ".", expected.says, got, outcome, answer.cpu_s, answer.wall_s)  # type: ignore[arg-type]


def _facts(path: Path, work: Path) -> tuple[Facts, Answer]:
    facts: Facts = {"code": 0, "message": "", "crash": "", "findings": [], "products": {}, "to_buy": 0}
    try:
        feed = read_feed(path)
    except FeedError as error:
        facts |= {"code": 2, "message": str(error)}
    except Exception as error:
        facts["crash"] = f"{type(error).__name__}: {error}"
    else:
        facts["findings"] = [f"{f.code}: {f.message}" for f in feed.findings]
        for product in feed.products:
            width, height, length = product.dimensions.metres if product.dimensions else (None, None, None)
            facts["products"][product.id] = {
                "title": product.title,
                "photo": product.photos[0],
                "photos": len(product.photos),
                "slug": product.slug,
                **{"width": width, "height": height, "length": length},
            }
    home = {"VITRINE_HOME": str(work / "home")}
    answer = vitrine("quote", "--json", "--provider", "sandbox", "--", str(path), environment=home)
    facts["quoted"] = answer.err
    if answer.code == 0 and answer.out.strip():
        facts["to_buy"] = json.loads(answer.out.splitlines()[0]).get("new", 0)
    if re.search(r"(\S+:\d+): (error: )?\1:", answer.err):
        facts["findings"].append("DOUBLED: the quote says file and line twice")
    return facts, answer
