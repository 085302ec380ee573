"""The GLB is taken out of what is around it, and out of nothing else."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from vitrine.errors import DownloadFailed
from vitrine.providers.http.download import decode_base64
from vitrine.providers.http.extract_glb import extract_glb


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda glb: glb,
        gzip.compress,
        lambda glb: _zip(model_glb=glb),
        lambda glb: _zip(preview_png=b"PNG", small_glb=b"glTF", model_GLB=glb, readme_txt=b"x" * 1000),
        lambda glb: _zip(model_glb_gz=gzip.compress(glb)),
        lambda glb: gzip.compress(_zip(model_glb=glb)),
        lambda glb: glb + b"\n",
        lambda glb: glb + b"\0" * 64,
    ],
)
def test_the_model_is_taken_out(tmp_path: Path, tiny_glb: bytes, wrap: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "m.glb"
    path.write_bytes(wrap(tiny_glb))
    extract_glb(path, max_bytes=10_000, account="acme")
    assert path.read_bytes() == tiny_glb
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("wrap", "message"),
    [
        (lambda glb: _zip(model_obj=glb), "a ZIP without a GLB: it holds model.obj"),
        (lambda glb: gzip.compress(glb)[:-9], "the archive around the model is broken"),
        (lambda glb: _zip(model_glb=glb)[:-30], "the archive around the model is broken"),
        (lambda _: gzip.compress(b"\0" * 20_000), "more than the 10,000 bytes"),
        (lambda _: _zip(model_glb=b"\0" * 20_000), "more than the 10,000 bytes"),
        (lambda glb: gzip.compress(gzip.compress(gzip.compress(glb))), "no GLB"),
        (lambda glb: glb + b"\0" * 65, "header says 24 bytes, 89 came"),
        (lambda _: b"\x89PNG\r\n", "no GLB: 6 bytes that start with 89 50 4e 47 0d 0a"),
        (lambda glb: glb + b"?", "header says 24 bytes, 25 came"),
    ],
)
def test_what_holds_no_model_is_refused(
    tmp_path: Path, tiny_glb: bytes, wrap: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "m.glb"
    path.write_bytes(wrap(tiny_glb))
    with pytest.raises(DownloadFailed, match=f"acme: .*{message}"):
        extract_glb(path, max_bytes=10_000, account="acme")
    assert list(tmp_path.iterdir()) == [path]


def test_base64_is_read_as_services_write_it(tmp_path: Path, tiny_glb: bytes) -> None:
    plain = base64.b64encode(tiny_glb).decode()
    url_safe = base64.urlsafe_b64encode(tiny_glb).decode().rstrip("=")
    lines = "\r\n".join(plain[start : start + 7] for start in range(0, len(plain), 7))
    percent = "data:model/gltf-binary;base64," + plain.replace("=", "%3D").replace("+", "%2B")
    zipped = base64.b64encode(gzip.compress(tiny_glb)).decode()
    for number, text in enumerate((plain, url_safe, lines, percent, f"data:;base64,{plain}", zipped)):
        path = decode_base64(text, tmp_path / f"{number}.glb", account="acme")
        assert path.read_bytes() == tiny_glb
    with pytest.raises(DownloadFailed, match="no base64"):
        decode_base64("§§§", tmp_path / "m.glb", account="acme")
    assert not list(tmp_path.glob(".*"))
