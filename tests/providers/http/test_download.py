"""Only a whole GLB gets its name on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitrine.errors import DownloadFailed, JobNotFound
from vitrine.providers.http.download import download

Http = Callable[..., bytes]


async def _download(url: str, to: Path, **options: Any) -> Path:
    async with httpx.AsyncClient() as client:
        return await download(
            client, url, to, account="acme", timeout_s=options.pop("timeout_s", 5), **options
        )


async def test_redirects_are_followed_and_the_file_is_whole(
    service: Any, http: Http, tiny_glb: bytes, tmp_path: Path
) -> None:
    def react(request: Any) -> bytes:
        return http(302, headers={"Location": "/b"}) if request.path == "/a" else http(200, tiny_glb)

    service.react = react
    assert (await _download(service.url + "/a", tmp_path / "m.glb")).read_bytes() == tiny_glb


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_dead_link_is_expired(service: Any, http: Http, tmp_path: Path, status: int) -> None:
    service.react = lambda _: http(status, b"<Error><Code>AccessDenied</Code></Error>")
    with pytest.raises(JobNotFound, match=f"HTTP {status}"):
        await _download(service.url, tmp_path / "m.glb")


async def test_nothing_but_a_whole_glb_is_kept(
    service: Any, http: Http, tiny_glb: bytes, tmp_path: Path
) -> None:
    cases: list[tuple[Any, str, dict[str, Any]]] = [
        (http(200, tiny_glb[:-3]), r"truncated GLB: its header says 24 bytes, 21 came", {}),
        (http(200, tiny_glb[:-3], length=len(tiny_glb)), "the download broke", {}),
        (http(200, tiny_glb + b"!"), "header says 24 bytes, 25 came", {}),
        (
            http(200, b"<html>Please log in</html>"),
            'no GLB: 26 bytes of HTML that start with "<html>Please"',
            {},
        ),
        (http(200, b""), "no GLB: 0 bytes", {}),
        (http(200, b"glTF\x01\x00\x00\x00\x0c\x00\x00\x00"), "version 1", {}),
        (http(200, tiny_glb), "more than the 20 bytes", {"max_bytes": 20}),
        (http(500, b""), "HTTP 500", {}),
        ("reset", "the download broke", {}),
        ("hang", "the download broke", {"timeout_s": 0.2}),
        (None, "the download broke", {}),
    ]
    for reaction, message, options in cases:
        service.react = lambda _, reaction=reaction: reaction
        with pytest.raises(DownloadFailed, match=rf"acme: .*{message}"):
            await _download(service.url, tmp_path / "m.glb", **options)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "javascript:1", "http://[::"])
async def test_only_http_is_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed):
        await _download(url, tmp_path / "m.glb")
