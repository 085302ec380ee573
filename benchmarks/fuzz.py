"""Fuzzing: random mutations of valid input through every parser; each ends in a result or a named error.

`python -m benchmarks fuzz --seconds 1200` fuzzes each target for so much processor time; `--target` names
one, `--inputs` ends earlier. The test suite runs some seconds of it (`tests/test_fuzz.py`).
"""

from __future__ import annotations

import argparse
import logging
import random
import resource
import signal
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from types import FrameType

from benchmarks.fuzz_targets import TARGETS, Target
from benchmarks.report import table, write_section
from vitrine.errors import VitrineError

HANG_S = 2.0
"""Of processor time, for one input."""
GROWTH_BYTES = 512 << 20
TOKENS = (
    *(
        b"-1",
        b"0",
        b"4294967295",
        b"1e999",
        b"NaN",
        b"null",
        b"[]",
        b"{}",
        b'""',
        b"9" * 40,
        b"\0",
        b"\xff" * 4,
    ),
    *(
        b"true",
        b",",
        b'"count":',
        b"\r\n",
        b"=",
        b"\xef\xbb\xbf",
        b"\x7f\xff\xff\xff",
        b"../",
        b"http://0x7f.1/",
        *(opened * depth for opened in (b"[", b'{"a":') for depth in (300, 900, 100_000)),
        *(b"[" * depth + b"]" * depth for depth in (300, 900)),
    ),
)


class Hang(Exception):
    """An input took more than `HANG_S` of processor time."""


@dataclass
class Found:
    """What came of the inputs of one target."""

    inputs: int = 0
    results: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    crashes: dict[str, bytes] = field(default_factory=dict)
    """The first input for each crash"""
    growth_bytes: int = 0


def fuzz(target: Target, *, seconds: float, inputs: int | None = None, seed: int = 0) -> Found:
    """Run mutations of a target's seeds until so many `seconds` of processor time or inputs are over."""
    chance, found, seeds = random.Random(seed), Found(), target.seeds()
    before = _peak_bytes()
    end = time.process_time() + seconds
    while time.process_time() < end and (inputs is None or found.inputs < inputs):
        data = mutate(chance.choice(seeds), chance)
        found.inputs += 1
        try:
            _within_time(target, data)
            found.results += 1
        except VitrineError as error:
            found.errors[type(error).__name__] += 1
        except (Exception, Hang) as error:
            found.crashes.setdefault(f"{type(error).__name__}: {error}"[:200], data)
    found.growth_bytes = _peak_bytes() - before
    if found.growth_bytes > GROWTH_BYTES:
        found.crashes.setdefault(f"memory grew by {found.growth_bytes:,} bytes", b"")
    return found


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Flip bits, overwrite, cut, repeat or insert, one to eight times; often a single bit."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if not changed:
            return b""
        at = chance.randrange(len(changed))
        match chance.randrange(7):
            case 0 | 1 | 2:
                changed[at] ^= 1 << chance.randrange(8)
            case 3:
                changed[at] = chance.randrange(256)
            case 4:
                token = chance.choice(TOKENS)
                changed[at : at + chance.choice((0, len(token)))] = token
            case 5:
                del changed[at : at + chance.choice((1, 4, 64, len(changed)))]
            case 6:
                changed[at:at] = changed[at : at + chance.choice((1, 4, 64))] * chance.choice((1, 2, 50))
    return bytes(changed)


def main(arguments: list[str]) -> int:
    """Fuzz the targets and write the section; 1 if anything crashed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of processor time, for each target")
    parser.add_argument("--inputs", type=int, help="at most so many for each target")
    parser.add_argument("--target", action="append", choices=[*TARGETS], help="only this one")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rows = []
    crashed = 0
    for name in options.target or TARGETS:
        began = time.monotonic()
        found = fuzz(TARGETS[name], seconds=options.seconds, inputs=options.inputs, seed=options.seed)
        took = time.monotonic() - began
        errors = sum(found.errors.values())
        crashed += len(found.crashes)
        for crash, data in found.crashes.items():
            print(f"{name}: {crash}\n  {data[:4000].hex()}", flush=True)
        row = (name, f"{took:.0f} s", f"{found.inputs:,}", f"{found.results:,}", f"{errors:,}")
        rows.append((*row, len(found.crashes), f"{found.growth_bytes / 2**20:.0f} MB"))
        print(rows[-1], flush=True)
    head = ("target", "time", "inputs", "results", "named errors", "crashes and hangs", "growth of memory")
    write_section("Fuzzing", f"python -m benchmarks fuzz --seconds {options.seconds:g}", table(head, rows))
    return 1 if crashed else 0


def _within_time(target: Target, data: bytes) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {HANG_S:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG_S)  # processor time: the machine may be busy
    try:
        target.run(data)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
