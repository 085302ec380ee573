"""Cases that are photos: what `prepare_photo` makes of each before money is spent."""

from __future__ import annotations

import io
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.cases.model_facts import colour_difference
from benchmarks.cases.process_tree import cpu_seconds
from benchmarks.cases.records import Facts, Row, expected_of, one_sentence
from vitrine.arrays import Bytes
from vitrine.errors import PhotoError
from vitrine.models import Product
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.recipe import PhotoOptions

REFERENCE = "p00-reference/mug.jpg"
SIZE_PX = 256


@dataclass(frozen=True)
class Bought:
    """No error: a model would be bought, from a cut-out like the reference's (or gray as it, or any)."""

    iou: float = 0.97
    delta_e: float = 5.0
    gray: bool = False
    red: bool = False
    """The case shows the red channel of the reference as gray."""
    mattes: tuple[str, ...] = ("own", "backdrop")

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"] or facts["errors"]:
            return [f"stopped: {facts['message'] or facts['errors'][0]}"]
        faults = [] if facts["matte"] in self.mattes else [f"matte is {facts['matte']}"]
        if self.iou == 0:
            return faults
        wanted, got = facts["reference"], facts["square"]
        if self.gray or self.red:
            wanted, got = _red(wanted) if self.red else _gray(wanted), _gray(got)
        iou, off = colour_difference(got, wanted)
        if iou < self.iou:
            faults.append(f"outline IoU {iou:.2f} with the reference, {self.iou:.2f} wanted")
        if off > self.delta_e:
            faults.append(f"colours {off:.1f} ΔE off, {self.delta_e:.1f} allowed")
        return faults


@dataclass(frozen=True)
class Stopped:
    """Nothing is bought: an error finding, or `PhotoError`, in one sentence that matches `words`."""

    words: str = ""

    def faults(self, facts: Facts) -> list[str]:
        said = [facts["message"]] if facts["code"] else facts["errors"]
        if not said:
            return ["would be bought"]
        text = " ".join(said)
        faults = one_sentence(said[0])
        return (
            faults
            if re.search(self.words, text, re.IGNORECASE)
            else [*faults, f"does not say {self.words!r}: {text}"]
        )


def files(folder: Path) -> list[Path]:
    """Return the photos of a case; folders within are feeds."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def judge(cases: Path, path: Path, work: Path) -> Row:
    """Prepare one photo and judge it. To be called in a process of its own."""
    from benchmarks.cases.photo_table import PHOTOS

    del work
    case, name = path.relative_to(cases).parts[0], str(path.relative_to(cases))
    expected = expected_of(name, PHOTOS)
    facts = _facts(path)
    facts["reference"] = _facts(cases / REFERENCE)["square"]
    faults = expected.faults(facts)
    outcome, got = "right", facts["message"] or "; ".join(facts["findings"]) or f"matte {facts['matte']}"
    if facts["crash"]:
        outcome, got = "crashed", facts["crash"]
    elif faults:
        outcome, got = "wrong", "; ".join(faults)
    return Row(case, name.partition("/")[2], expected.says, got, outcome, facts["cpu_s"], facts["wall_s"])  # type: ignore[arg-type]


def _facts(path: Path) -> Facts:
    facts: Facts = {
        "code": 0,
        "message": "",
        "crash": "",
        "errors": [],
        "findings": [],
        "matte": "",
        "square": None,
    }
    facts["slug"] = Product(id=path.stem or "x", photos=(str(path),)).slug
    start, before = time.monotonic(), cpu_seconds(os.getpid())
    try:
        png, photo, *_ = prepare_photo(path.read_bytes(), str(path), PhotoOptions())
    except PhotoError as error:
        facts |= {"code": 2, "message": str(error).removeprefix(f"{path}: ")}
    except Exception as error:
        facts |= {"code": 1, "crash": f"{type(error).__name__}: {error}"}
    else:
        facts |= {"matte": photo.matte, "errors": [f"{f.code}: {f.message}" for f in photo.errors]}
        facts["findings"] = [f"{f.code}: {f.message}" for f in photo.findings]
        with Image.open(io.BytesIO(png)) as image:
            facts["square"] = np.array(image.convert("RGBA").resize((SIZE_PX, SIZE_PX)))
    facts |= {"cpu_s": cpu_seconds(os.getpid()) - before, "wall_s": time.monotonic() - start}
    return facts


def _gray(rgba: Bytes) -> Bytes:
    level = (rgba[..., :3] @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)
    return np.dstack([level, level, level, rgba[..., 3]])


def _red(rgba: Bytes) -> Bytes:
    return rgba[..., [0, 0, 0, 3]]
