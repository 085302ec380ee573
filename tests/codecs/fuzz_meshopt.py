"""`python fuzz_meshopt.py SEED`: throw all sorts of things at the binding.

Prints how many calls worked and how many were refused. Anything but TypeError and ValueError ends it, and a
crash of the interpreter is what it is looking for.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from vitrine.codecs import meshopt, meshopt_codec

ROUNDS = 1500
dice = np.random.default_rng(int(sys.argv[1]))


def pick(*options: Any) -> Any:
    return options[dice.integers(len(options))]


def array(dtype: Any, shape: tuple[int, ...]) -> Any:
    """Numbers of all sizes, some of them none, in arrays of all layouts."""
    values = dice.standard_normal(shape) * pick(1, 1, 0, 1e-20, 1e14, 1e30)
    with np.errstate(all="ignore"):
        made = values.astype(dtype)
    if made.dtype.kind == "f" and made.size and dice.random() < 0.1:
        made.reshape(-1)[dice.integers(made.size)] = pick(np.nan, np.inf)
    match pick(
        "plain", "plain", "plain", "plain", "strided", "flipped", "unaligned", "swapped", "list", "none"
    ):
        case "strided":
            return np.repeat(made, 2, axis=0)[::2]
        case "flipped":
            return made[::-1]
        case "unaligned" if made.size and made.dtype != object:
            raw = np.zeros(made.nbytes + 1, np.uint8)
            raw[1:] = np.frombuffer(made.tobytes(), np.uint8)
            return raw[1:].view(made.dtype).reshape(made.shape)
        case "swapped":
            return made.astype(made.dtype.newbyteorder())
        case "list":
            return made.tolist()
        case "none":
            return None
    return made


def indices(count: int, vertices: int) -> Any:
    beyond = pick(0, 0, 0, 0, 5)
    made = dice.integers(0, max(1, vertices + beyond), count)
    made = made.astype(pick(*[np.uint32] * 6, np.int32, np.uint16))
    return made if dice.random() < 0.9 else made.reshape(1, -1)


def number(*usual: Any) -> Any:
    return pick(*usual, *usual, *usual, -1, 2**31, 2**63, 0.5, None, True, "7", float("nan"))


def junk() -> bytes:
    head = pick(b"", b"\xa0", b"\xa1", b"\xe0", b"\xe1", b"\xd1")
    return bytes(head + dice.bytes(int(pick(0, 1, 40, 600, 4000))))


def call() -> None:
    n, m = int(pick(0, 1, 3, 4, 50, 300)), int(pick(0, 1, 3, 3, 30, 300, 900, 901))
    k = int(pick(0, 1, 3, 5, 32, 33))
    triangles, positions = indices(m, n), array(np.float32, (n, pick(3, 3, 3, 3, 2, 4)))
    match int(dice.integers(13)):
        case 0 | 1 | 2:
            meshopt.simplify(
                triangles,
                positions,
                target=number(0, 1, m // 6),
                max_error=number(1.0, 0.0, 0.01),
                attributes=pick(None, array(np.float32, (n, k))),
                weights=pick(None, array(np.float32, (k,)), np.ones(k, np.float32)),
                locked=pick(None, array(np.uint8, (n,)), np.zeros(n, np.uint8)),
                options=number(0, 1, 2, 8, 15, 16),
            )
        case 3:
            meshopt.simplify_scale(positions)
        case 4:
            meshopt.optimize_vertex_cache(triangles, number(n, n + 1), compact=pick(True, False))
        case 5:
            meshopt.optimize_overdraw(triangles, positions, threshold=number(1.05, 3.0))
        case 6:
            meshopt.optimize_vertex_fetch(triangles, number(n, n + 9))
        case 7:
            meshopt.generate_vertex_remap(array(pick(np.float32, np.int8, np.float64, bool, object), (n, k)))
        case 8:
            meshopt_codec.encode_vertices(
                array(pick(np.uint16, np.float32, np.int8), (n, pick(1, 4, 64, 65, 300)))
            )
        case 9:
            meshopt_codec.encode_triangles(triangles, number(n, n + 1))
        case 10:
            meshopt_codec.encode_octahedral(array(np.float32, (n, pick(4, 4, 3))), bits=number(1, 8, 16, 17))
        case 11:
            unpack = pick(
                meshopt_codec.decode_vertices, meshopt_codec.decode_triangles, meshopt_codec.decode_sequence
            )
            unpack(junk(), number(n, m, m // 3 * 3, 10**12), number(2, 4, 12, 256, 7, 300))
        case 12:
            names = ("NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "x")
            meshopt_codec.decode_filter(array(np.uint8, (n, pick(4, 8, 12))), pick(*names))


def main() -> None:
    worked = refused = 0
    for _ in range(ROUNDS):
        try:
            call()
            worked += 1
        except (TypeError, ValueError):
            refused += 1
    print(worked, refused)


main()
