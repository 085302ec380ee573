"""EmpirioLabs' protocol over real HTTP, in all the readings its clients have seen."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import DownloadFailed, JobNotFound
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.recipe import Generation

Http = Callable[..., bytes]
PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))
UPLOAD = PhotoUpload(data=b"png!")
JOB = Job(key="k", provider="p", request_id="j", submitted_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("relative", [True, False])
async def test_an_order_is_one_documented_post(service: Any, http: Http, status: int, relative: bool) -> None:
    poll = "/v1/jobs/j1" if relative else f"{service.url}/v1/jobs/j1"
    service.react = lambda _: http(status, {"job_id": "j1", "status": "queued", "poll_url": poll})
    account = EmpirioLabs("secret", base_url=service.url)
    job = await account.submit(account.order(PHOTO, Generation(seed=7)), UPLOAD)
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/v1/3d/generations")
    assert request.headers["authorization"] == "Bearer secret"
    assert int(request.headers["content-length"]) == len(request.body)
    assert request.json == {
        "model": "trellis-2-4b",
        "image": "data:image/png;base64," + base64.b64encode(b"png!").decode(),
        "resolution": "1024",
        "pipeline_type": "1024_cascade",
        "seed": 7,
        "decimation_target": 500_000,
        "texture_size": "2048",
        "remesh": True,
    }
    assert (job.request_id, job.poll_url) == ("j1", f"{service.url}/v1/jobs/j1")
    assert job.price_usd == Decimal("0.249")


B64 = {"b64_json": "Z2xURg=="}
LINK = {"url": "https://cdn.example/m.glb", "content_type": "model/gltf-binary"}


@pytest.mark.parametrize(
    "job",
    [
        {"result": {"data": [LINK], "usage": {"cost": 1}}},
        {"result": {"models": [LINK]}},
        {"result": {"output": LINK}},
        {"output": {"data": LINK["url"]}},
        {"output": LINK["url"]},
        {"data": [LINK]},
        {"data": [LINK["url"]]},
    ],
)
@pytest.mark.parametrize("word", ["completed", "Succeeded"])
async def test_results_are_found_wherever_they_are(
    service: Any, http: Http, job: dict[str, Any], word: str
) -> None:
    service.react = lambda _: http(200, {"job_id": "j", "status": word, "progress": 1, **job})
    account = EmpirioLabs("k", base_url=service.url)
    status = await account.status(JOB)
    assert (status.state, [output.url for output in status.outputs]) == ("completed", [LINK["url"]])
    assert service.requests[0].path == "/v1/jobs/j"
    await account.aclose()


async def test_a_model_inside_the_answer_is_unpacked(
    service: Any, http: Http, tiny_glb: bytes, tmp_path: Path
) -> None:
    text = base64.b64encode(tiny_glb).decode()
    for packed in (text, "data:model/gltf-binary;base64," + text):
        result = {"data": [{"b64_json": packed, "content_type": "model/gltf-binary"}]}
        service.react = lambda _, result=result: http(200, {"status": "completed", "result": result})
        account = EmpirioLabs("k", base_url=service.url)
        path = await account.fetch(JOB, await account.status(JOB), tmp_path / "m.glb")
        assert path.read_bytes() == tiny_glb
        await account.aclose()
    service.react = lambda _: http(200, {"status": "completed", "result": {"data": [B64]}})
    with pytest.raises(DownloadFailed, match="no GLB: 4 bytes"):
        await account.fetch(JOB, await account.status(JOB), tmp_path / "n.glb")
    assert not (tmp_path / "n.glb").exists()
    await account.aclose()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"error": {"message": "out of memory"}}, "out of memory"),
        ({"error": "out of memory"}, "out of memory"),
        ({"error": None, "message": "out of memory"}, "out of memory"),
        ({"error": None}, "failed"),
    ],
)
async def test_a_failed_job_says_why_in_every_shape(
    service: Any, http: Http, error: dict[str, Any], message: str
) -> None:
    service.react = lambda _: http(200, {"status": "failed", "result": None, **error})
    account = EmpirioLabs("k", base_url=service.url)
    status = await account.status(JOB)
    assert (status.state, status.error, status.outputs) == ("failed", message, ())
    await account.aclose()


async def test_progress_is_reported_and_a_deleted_job_is_expired(service: Any, http: Http) -> None:
    account = EmpirioLabs("k", base_url=service.url)
    service.react = lambda _: http(200, {"status": "PROCESSING", "progress": 0.4})
    status = await account.status(JOB)
    assert (status.state, status.progress) == ("processing", 0.4)
    service.react = lambda _: http(404, {"error": {"message": "job not found"}})
    with pytest.raises(JobNotFound, match="job not found"):
        await account.status(JOB)
    await account.aclose()
