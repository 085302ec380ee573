"""Finding the files of a finished job in its status, whatever shape the status has."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from vitrine.json_text import parse_json
from vitrine.models.job_status import Output
from vitrine.providers.answers.reported import ECHOES

MAX_OUTPUTS = 8
MAX_DEPTH = 6
MAX_KEYS = 20
OTHER_FILES = re.compile(r"\.(png|jpe?g|webp|gif|avif|mp4|webm|json|txt|obj|mtl|fbx|usdz?|usdz|ply|stl)$")
"""Suffixes of files that are no GLB: previews, logs and models in other formats."""
OTHER_NAMES = re.compile(
    r"poll|status|cancel|webhook|callback|preview|thumb|video|response_url|(^|_)(images?|logs?)($|_url)"
)
"""Names of fields whose URLs do not lead to a model."""
BASE64_NAMES = re.compile(r"b64|base64")
ARCHIVES = (".zip", ".gz")
ADDRESSES = ("url", "uri", "href", "download_url")
FILE_NAMES = ("name", "filename", "file_name")
"""Beside an address, the name under which a file is saved: no address of its own."""
MAX_JSON_TEXT = 100_000
"""Longest text, in characters, that is looked at as JSON within JSON."""


def find_outputs(answer: Mapping[str, Any]) -> tuple[Output, ...]:
    """Return the files that a status names, the likeliest model first, at most `MAX_OUTPUTS`.

    A file is an absolute or relative URL, a data URI, or base64. EmpirioLabs, Pixazo and the services beside
    them name it in different fields (`result.data[].url`, `output.media_url`, `model_mesh.url`,
    `output.model_file`, `data.model_glb.url` …), so every field is searched, except those that repeat the
    order or lead to other files. The bytes of a download decide whether it is a model.
    """
    ranked = sorted(_walk(answer, "", 0), key=lambda found: found[0])
    distinct = dict.fromkeys(output for _, output in ranked)
    return tuple(distinct)[:MAX_OUTPUTS]


def answer_keys(answer: object, path: str = "") -> tuple[str, ...]:
    """Return the fields of a status as dotted paths, at most `MAX_KEYS`: what an error says of its shape."""
    if not isinstance(answer, Mapping):
        return (path,) if path else ()
    start = f"{path}." if path else ""
    paths = [key for name, value in answer.items() for key in answer_keys(value, f"{start}{name}")]
    return tuple(paths or ([path] if path else []))[:MAX_KEYS]


def _walk(found: object, name: str, depth: int) -> Iterator[tuple[int, Output]]:
    """Yield (rank, file) for every file in `found`, which is the value of the field `name`."""
    if depth > MAX_DEPTH:
        return
    if isinstance(found, str):
        text = found.strip()
        if text.startswith(("{", "[", '"')) and len(text) <= MAX_JSON_TEXT:
            with contextlib.suppress(ValueError):  # else it is a text, and no file
                yield from _walk(parse_json(text), name, depth + 1)
            return
        yield from _file(text, name)
    elif isinstance(found, list):
        for item in found:
            yield from _walk(item, name, depth + 1)
    elif isinstance(found, Mapping):
        has_address = any(str(key).lower() in ADDRESSES for key in found)
        for key, value in found.items():
            if has_address and str(key).lower() in FILE_NAMES:
                continue
            if key not in ECHOES and not OTHER_NAMES.search(str(key).lower()):
                own = str(key).lower()
                # `model_glb.url` is a GLB because of the outer name.
                yield from _walk(value, f"{name}.{own}" if own in ADDRESSES[:3] else own, depth + 1)


def _file(text: str, name: str) -> Iterator[tuple[int, Output]]:
    if text.startswith("data:"):
        if not text.startswith("data:image/"):
            yield 0, Output(b64=text)
    elif BASE64_NAMES.search(name):
        if text:
            yield 0, Output(b64=text)
    elif text.lower().startswith(("http://", "https://", "/")):
        try:
            path = urlsplit(text).path.lower()
        except ValueError:  # no URL, such as "https://["
            return
        if not OTHER_FILES.search(path):
            yield _rank(path, name), Output(url=text)
    elif text.lower().endswith(".glb") and " " not in text:
        yield 1, Output(url=text)


def _rank(path: str, name: str) -> int:
    if path.endswith(".glb") or "glb" in name:
        return 0
    if path.endswith(ARCHIVES):
        return 3
    return 1 if "model" in name or "mesh" in name else 2
