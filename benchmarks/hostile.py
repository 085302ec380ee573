"""Hostile photos, models and answers: what each costs, and what is said about it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import table, write_section

LIMIT_S = 2.0
LIMIT_MB = 512
ANSWERS = {
    "answer-gzip-gzip-gzip": ("gzip, gzip, gzip", 3),
    "answer-gzip-of-5-gb": ("gzip", 1),
    "answer-brotli": ("br", 1),
}
"""`Content-Encoding`, and how often the body is compressed"""


def run() -> None:
    """Measure every input in a process of its own, and write the table."""
    rows = [_measure(kind, name) for kind, names in inputs().items() for name in names]
    late = [row["name"] for row in rows if row["cpu"] > LIMIT_S or row["mb"] > LIMIT_MB]
    silent = [row["name"] for row in rows if not row["said"]]
    body = (
        f"{len(rows)} inputs, each in a process of its own: the time from its bytes to the end, and the peak "
        f"memory of the process, with Python and the libraries (about {_baseline_mb():.0f} MB). "
        f"Above {LIMIT_S:g} s of processor time or {LIMIT_MB} MB: {', '.join(late) or 'none'}. "
        f"Accepted without an error: {', '.join(silent) or 'none'}.\n\n"
    )
    columns = ("input", "bytes", "time", "processor time", "peak memory", "what was said")
    body += table(
        columns,
        [
            (
                f"`{row['name']}`",
                f"{row['size']:,}",
                f"{row['seconds']:.2f} s",
                f"{row['cpu']:.2f} s",
                f"{row['mb']:.0f} MB",
                str(row["said"] or "nothing")[:150].replace("|", "\\|").replace("\n", " "),
            )
            for row in rows
        ],
    )
    write_section("Hostile input", "python -m benchmarks hostile", body)


def inputs() -> dict[str, list[str]]:
    """The names of all inputs, by kind."""
    from benchmarks.hostile_models import MODELS
    from benchmarks.hostile_photos import PHOTOS

    return {"model": list(MODELS), "photo": list(PHOTOS), "answer": list(ANSWERS)}


def _baseline_mb() -> float:
    return float(_measure("nothing", "")["mb"])


def _measure(kind: str, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.hostile", kind, name]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[1], check=False
    )
    if done.returncode:
        return {
            "name": name,
            "size": 0,
            "seconds": 0.0,
            "cpu": 0.0,
            "mb": 0.0,
            "said": f"CRASH {done.returncode}",
        }
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _one(kind: str, name: str) -> dict[str, Any]:
    """Build an input outside of the measurement, in another process for its memory, and read it."""
    if kind == "nothing":
        import vitrine.photos
        import vitrine.repair.repair_model  # noqa: F401

        return {"name": name, "size": 0, "seconds": 0.0, "cpu": 0.0, "mb": _peak_mb(), "said": ""}
    call = f"sys.stdout.buffer.write(build({kind!r}, {name!r}))"
    code = f"import sys; from benchmarks.hostile import build; {call}"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    read = READERS[kind]
    read("warm-up", b"")
    start, cpu = time.perf_counter(), time.process_time()
    said = read(name, made.stdout)
    times = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    return {"name": name, "size": len(made.stdout), **times, "mb": _peak_mb(), "said": said}


def build(kind: str, name: str) -> bytes:
    """Return the bytes of an input."""
    from benchmarks.hostile_models import MODELS
    from benchmarks.hostile_photos import PHOTOS

    return _body(ANSWERS[name][1]) if kind == "answer" else {**MODELS, **PHOTOS}[name]()


def _body(times: int) -> bytes:
    import gzip
    import zlib

    pack = zlib.compressobj(9, wbits=31)
    data = b"".join(pack.compress(bytes(1 << 24)) for _ in range(320)) + pack.flush()
    for _ in range(times - 1):
        data = gzip.compress(data, 9)
    return data


def _read_model(name: str, data: bytes) -> str:
    from vitrine.errors import VitrineError
    from vitrine.recipe import RepairOptions
    from vitrine.repair.repair_model import repair_model

    del name
    try:
        repair_model(data, RepairOptions(), None)
    except VitrineError as error:
        return str(error)
    return ""


def _read_photo(name: str, data: bytes) -> str:
    from vitrine.errors import VitrineError
    from vitrine.photos.prepare_photo import prepare_photo
    from vitrine.recipe import PhotoOptions

    try:
        photo = prepare_photo(data, name, PhotoOptions(matte_model="off")).photo
    except VitrineError as error:
        return str(error)
    return "; ".join(finding.message for finding in photo.errors)


def _read_answer(name: str, data: bytes) -> str:
    import asyncio

    import httpx

    from vitrine.fetching.body import read_body

    async def chunks() -> Any:
        for at in range(0, len(data), 1 << 16):
            yield data[at : at + (1 << 16)]

    headers = {"Content-Encoding": ANSWERS[name][0]} if name in ANSWERS else {}
    try:
        asyncio.run(read_body(httpx.Response(200, headers=headers, content=chunks()), 200_000_000))
    except httpx.HTTPError as error:
        return str(error)
    return ""


READERS: dict[str, Callable[[str, bytes], str]] = {
    "model": _read_model,
    "photo": _read_photo,
    "answer": _read_answer,
}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_one(sys.argv[1], sys.argv[2])))
