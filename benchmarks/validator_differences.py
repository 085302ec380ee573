"""Random changes to small glTF files: what Vitrine's validator says beside npm gltf-validator.

The files are those of the test suite's corpus. Values in their JSON are deleted, replaced, repeated, renamed
and extended, and bytes of their buffers overwritten.
"""

from __future__ import annotations

import argparse
import copy
import inspect
import json
import random
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.report import table, write_section

AT_ONCE = 3_000
"""Files that one process of the other validator is given."""
Files = dict[str, tuple[bytes, dict[str, bytes]]]

VALUES: tuple[Any, ...] = (
    *(
        -1,
        0,
        1,
        2,
        3,
        7,
        255,
        5120,
        5123,
        5126,
        33071,
        9729,
        0.5,
        -0.5,
        1.5,
        1e10,
        2**31,
        2**32,
        2**53,
        1e300,
    ),
    *(True, False, None, "", "a", "image/png", "LINEAR", "SCALAR", "VEC3", "MAT4", "OPAQUE", "MASK", "x.bin"),
    *(
        "data:,",
        "../a b.png",
        "http://x/y",
        [],
        [0],
        [1, 2, 3],
        [0, 0, 0, 1],
        [-1],
        ["a"],
        [None],
        {},
        {"a": 1},
    ),
    *({"extras": 1}, {"index": 0}, {"index": 99}, {"index": 0, "texCoord": 1}),
)
NAMES = (
    *("foo", "extras", "extensions", "name", "min", "max", "sparse", "byteStride", "target", "texCoord"),
    *("scale", "matrix", "mode", "material", "normalTexture", "uri"),
)
EXTENSIONS = (
    *("KHR_materials_unlit", "KHR_materials_clearcoat", "KHR_texture_transform", "KHR_mesh_quantization"),
    *("EXT_texture_webp", "KHR_lights_punctual", "KHR_materials_ior", "KHR_node_visibility"),
    *("KHR_animation_pointer", "EXT_mesh_gpu_instancing", "KHR_materials_specular", "KHR_materials_volume"),
    *("KHR_materials_transmission", "KHR_materials_sheen", "KHR_materials_emissive_strength"),
    *("KHR_materials_iridescence", "KHR_materials_anisotropy", "KHR_draco_mesh_compression"),
    *("EXT_meshopt_compression", "KHR_materials_variants", "KHR_materials_dispersion", "FOO_bar"),
)


def main(arguments: list[str]) -> int:
    """Compare and write the section; 1 if the two disagree about whether a file is valid."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks validator_differences", description=__doc__)
    parser.add_argument("--files", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    from tests.gltf.validation.corpus import files
    from tests.gltf.validation.khronos import khronos_issues
    from tests.gltf.validation.test_khronos import issues

    chance, seeds = random.Random(options.seed), files()
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for start in range(0, options.files, AT_ONCE):
        changed = dict(_changed(seeds, chance, min(AT_ONCE, options.files - start)))
        for name, theirs in khronos_issues(changed).items():
            if theirs is None:
                counts["failed"] += 1
                continue
            ours = issues(*changed[name])
            errors, own = ({code for code, level, _ in found if level == 0} for found in (theirs, ours))
            counts["compared"] += 1
            counts["same"] += ours == theirs
            counts["erroneous"] += bool(errors)
            counts["verdict"] += bool(errors) != bool(own)
            counts["no code"] += bool(errors and own) and not errors & own
            codes.update({code for code, _, _ in ours ^ theirs})
    compared = counts["compared"]
    rows = [
        ("files compared", f"{compared:,}"),
        ("of these invalid, by the Khronos validator", f"{counts['erroneous']:,}"),
        ("the same codes, severities and pointers", f"{counts['same']:,} ({counts['same'] / compared:.1%})"),
        ("valid for one and invalid for the other", counts["verdict"]),
        ("invalid for both, without a common code", counts["no code"]),
        ("the Khronos validator raised an exception", counts["failed"]),
        ("codes that differ", ", ".join(f"{code} ({n})" for code, n in codes.most_common(6))),
    ]
    write_section(
        "Validating changed files",
        f"python -m benchmarks validator_differences --files {options.files} --seed {options.seed}",
        f"{inspect.cleandoc(__doc__ or '').partition(chr(10))[2].strip()} npm gltf-validator is "
        "2.0.0-dev.3.10; after a channel of an animation without a sampler its pointers are wrong, which "
        "makes nearly all of the differences.\n\n" + table(("", "files"), rows),
    )
    return int(counts["verdict"] > 0)


def _changed(
    seeds: Files, chance: random.Random, count: int
) -> Iterator[tuple[str, tuple[bytes, dict[str, bytes]]]]:
    names = sorted(name for name, (data, _) in seeds.items() if _parts(data) is not None)
    for number in range(count):
        name = chance.choice(names)
        data, beside = seeds[name]
        parts = _parts(data)
        assert parts is not None
        document, rest = copy.deepcopy(parts[0]), bytearray(parts[1])
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _change(document, chance)
        if len(rest) > 12 and chance.random() < 0.15:
            for _ in range(chance.choice((1, 2, 8))):
                rest[chance.randrange(8, len(rest))] = chance.choice(
                    (0, 127, 128, 255, chance.randrange(256))
                )
        yield f"{number} {name}", (_joined(document, bytes(rest), is_glb=data[:4] == b"glTF"), beside)


def _parts(data: bytes) -> tuple[dict[str, Any], bytes] | None:
    """The document of a file, and what follows it in a GLB; `None` where there is none."""
    text, rest = data, b""
    if data[:4] == b"glTF" and len(data) > 20:
        end = 20 + struct.unpack_from("<I", data, 12)[0]
        text, rest = data[20:end], data[end:]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return (document, rest) if isinstance(document, dict) else None


def _joined(document: dict[str, Any], rest: bytes, *, is_glb: bool) -> bytes:
    text = json.dumps(document).encode()
    if not is_glb:
        return text
    text += b" " * (-len(text) % 4)
    return struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A) + text + rest


def _change(document: dict[str, Any], chance: random.Random) -> None:
    """Change one value of a document in place."""
    places = list(_places(document))
    if not places:
        return
    parent, key = chance.choice(places)
    value = parent[key]
    match chance.randrange(9):
        case 0:
            del parent[key]
        case 1 | 2:
            parent[key] = copy.deepcopy(chance.choice(VALUES))
        case 3 if isinstance(value, int | float) and not isinstance(value, bool):
            parent[key] = value + chance.choice((-1, 1, 0.5, 4, -4, 100))
        case 4 if isinstance(value, list) and value:
            value.append(copy.deepcopy(chance.choice(value)))
        case 5 if isinstance(value, dict):
            value[chance.choice(NAMES)] = copy.deepcopy(chance.choice(VALUES))
        case 6 if isinstance(value, dict) and isinstance(value.setdefault("extensions", {}), dict):
            name = chance.choice(EXTENSIONS)
            value["extensions"][name] = chance.choice(({}, {}, 1, {"a": 1}))
            if isinstance(used := document.setdefault("extensionsUsed", []), list) and chance.random() < 0.8:
                used.append(name)
        case 7 if isinstance(parent, dict):
            parent[f"{key}x"] = parent.pop(key)
        case 8 if isinstance(value, str):
            parent[key] = chance.choice(("", f"{value}x", value.upper(), value.lower()))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each value of a document as its parent and its key."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else range(min(len(value), 40))
        for key in keys:
            yield value, key
            yield from _places(value[key])
