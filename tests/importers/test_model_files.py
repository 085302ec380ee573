from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from vitrine.errors import LimitExceeded, ModelError
from vitrine.importers import model_files
from vitrine.importers.model_files import Folder, find_model, open_archive
from vitrine.recipe import ModelLimits


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_files_beside_the_model_are_found(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "a.png").write_bytes(b"a")
    (tmp_path / "b.png").write_bytes(b"b")
    folder = Folder(tmp_path / "x.obj")
    assert folder.read("maps/a.png") == b"a"
    assert folder.read("maps\\a.png") == b"a"
    assert folder.read("gone/b.png") == b"b"
    assert folder.read("maps/b.png") == b"b"
    assert folder.read("a.png") is None
    assert folder.read("") is None


def test_files_beside_the_model_are_found_whatever_their_case(tmp_path: Path) -> None:
    (tmp_path / "Maps").mkdir()
    for name in ("Maps/A.PNG", "two.png", "TWO.png"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "model").mkdir()
    folder = Folder(tmp_path / "x.obj")
    assert folder.read("maps/a.png") == b"Maps/A.PNG"
    assert folder.read("two.png") == b"two.png"
    assert folder.read("Two.png") is None, "two files differ from it in case"
    assert Folder(tmp_path / "model" / "x.obj").read("../maps/a.png") is None


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"x.obj: No such file"):
        Folder(tmp_path / "x.obj").read_model()


def test_files_of_an_archive_are_found_whatever_their_case() -> None:
    archive = open_archive(packed({"m/x.obj": b"x", "m/Wood.PNG": b"w", "maps/b.png": b"b"}), "a.zip")
    model = find_model(archive, "a.zip")
    assert (model.name, model.read_model()) == ("x.obj", b"x")
    assert model.read("wood.png") == b"w"
    assert model.read("../maps/b.png") == b"b"
    assert model.read("gone/b.png") == b"b"
    assert model.read("../../b2.png") is None


def test_the_format_that_says_most_is_read() -> None:
    files = {"x.stl": b"", "x.obj": b"", "x.glb": b"", ".hidden.glb": b""}
    assert find_model(open_archive(packed(files), "a.zip"), "a.zip").name == "x.glb"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"readme.txt": b""}, "holds no model"),
        ({"a.obj": b"", "b/c.obj": b""}, r"2 models \(a.obj, b/c.obj\)"),
        ({"../a.obj": b""}, "outside of the archive"),
        ({"/a.obj": b""}, "outside of the archive"),
        ({"C:\\a.obj": b""}, "outside of the archive"),
        ({"b/../../a.obj": b""}, "outside of the archive"),
    ],
)
def test_archives_that_are_refused(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        find_model(open_archive(packed(files), "a.zip"), "a.zip")


def test_an_archive_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"a.obj": bytes(5000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1000
    with pytest.raises(LimitExceeded, match="unpacks to too many bytes: 5,000, the limit is 1,000"):
        open_archive(bomb, "a.zip", ModelLimits(file_bytes=1000))
    bomb = packed({"a.obj": bytes(70_000_000)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(LimitExceeded, match=r"70,000,000 bytes from 6.*, the limit is 100 times"):
        open_archive(bomb, "a.zip")
    monkeypatch.setattr(model_files, "MAX_ARCHIVE_FILES", 1)
    with pytest.raises(ModelError, match="holds 2 files"):
        open_archive(packed({"a.obj": b"", "b.txt": b""}), "a.zip")


def test_a_directory_that_lies_about_sizes_reads_no_more() -> None:
    data = packed({"a.obj": bytes(5000)}, zipfile.ZIP_DEFLATED)
    archive = open_archive(data, "a.zip")
    archive.infolist()[0].file_size = 10
    with pytest.raises(ModelError, match="cannot be unpacked"):
        find_model(archive, "a.zip").read_model()


def test_broken_archives_are_named() -> None:
    data = bytearray(packed({"a.obj": b"v 0 0 0"}))
    data[38] ^= 1
    model = find_model(open_archive(bytes(data), "a.zip"), "a.zip")
    with pytest.raises(ModelError, match=r"a.obj cannot be unpacked"):
        model.read_model()
    with pytest.raises(ModelError, match="is no ZIP archive"):
        open_archive(b"PK", "a.zip")
