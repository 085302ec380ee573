"""Case s01: publishing to S3 servers that misbehave in one way each; the library, without Prefect."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from benchmarks.cases.records import Facts, Row, expected_of
from benchmarks.cases.server import ask, modes, serving
from benchmarks.cases.server_table import S3_MODES
from vitrine.errors import ConditionUnsupported, PreconditionFailed, StorageError, VitrineError
from vitrine.models import Asset, AssetFile, Product
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.releases import read_release
from vitrine.storage import LocalBucket, WorkStore
from vitrine.storage.s3 import S3Bucket


def runs(folder: Path) -> list[tuple[Path, str]]:
    """Return the server's script with each of its modes."""
    script = folder / "fake_s3.py"
    return [(script, mode) for mode in modes(script)]


def judge(script: Path, mode: str, work: Path) -> Row:
    """Publish two releases of one product. To be called in a process of its own."""
    expected = expected_of(mode, S3_MODES)
    start = time.monotonic()
    with serving(script, mode) as url:
        facts = _facts(url, work / f"s01-{mode}")
    faults = expected.faults(facts)
    got = facts["crash"] or "; ".join(faults) or facts["message"] or "published"
    outcome = "crashed" if facts["crash"] else "wrong" if faults else "right"
    return Row(script.parent.name, mode, expected.says, got, outcome, time.monotonic() - start)  # type: ignore[arg-type]


def _facts(url: str, folder: Path) -> Facts:
    facts: Facts = {"code": 0, "message": "", "crash": "", "current": False, "guarded": False, "types": False}
    bucket = S3Bucket("s3://bucket/shop", endpoint_url=url, access_key="x", secret_key="y")  # noqa: S106
    store = WorkStore(LocalBucket(folder / "work"), folder / "cache")
    said = _Messages()
    logging.getLogger("vitrine").addHandler(said)
    try:
        for word in (b"first", b"second"):
            blob = store.put(b"glTF" + word * 400, "model/gltf-binary")
            files = (AssetFile(role="web-lod0", blob=blob),)
            release = publish_release(
                Asset(product=Product(id="mug", photos=("m.jpg",)), files=files), store, bucket
            )
        facts["current"] = read_release(bucket, "mug").id == release.id
        facts["guarded"] = _guarded(bucket)
        kept = ask(f"{url}/__objects")
        types = [
            v
            for key, (_, heads) in kept.items()
            if key.endswith(".glb")
            for k, v in heads
            if k.lower() == "content-type"
        ]
        kept_types = bool(types) and all(v == "model/gltf-binary" for v in types)
        facts["types"] = kept_types or any("Content-Type" in warning for warning in said.messages)
    except VitrineError as error:
        facts |= {"code": 1, "message": str(error)}
    except Exception as error:
        facts |= {"code": 1, "message": str(error), "crash": f"{type(error).__name__}: {error}"}
    return facts


class _Messages(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _guarded(bucket: S3Bucket) -> bool:
    """Whether a write with a stale ETag is refused; a server without conditions is never relied on."""
    first = bucket.put("probe", b"1", media_type="text/plain")
    time.sleep(3.2)  # as long as stale reads last
    try:
        bucket.put("probe", b"2", media_type="text/plain", if_match=first.etag)
    except ConditionUnsupported:  # found out: pointers are swapped by number
        return True
    except PreconditionFailed:  # a server that is busy says 409 once: whoever swaps a pointer tries again
        bucket.put("probe", b"2", media_type="text/plain", if_match=first.etag)
    time.sleep(3.2)
    try:
        bucket.put("probe", b"3", media_type="text/plain", if_match=first.etag)
    except (PreconditionFailed, StorageError):
        return True
    return False
