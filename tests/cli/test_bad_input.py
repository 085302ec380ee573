"""What a new user gets wrong: one clear line, an exit code, no traceback, and nothing bought."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image


def refused(result, *words: str) -> None:
    assert result.returncode == 2, result
    assert "Traceback" not in result.stdout + result.stderr
    line = result.stderr.strip()
    assert line.startswith("error: ")
    assert "\n" not in line
    for word in words:
        assert word in line


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def test_missing_photo(vitrine):
    refused(vitrine("convert", "boots.jpg"), "boots.jpg", "no such file")


def test_text_file_named_jpg(vitrine, tmp_path: Path):
    (tmp_path / "notes.jpg").write_text("these are not pixels")
    refused(vitrine("convert", "notes.jpg"), "notes.jpg", "not")


def test_one_pixel(vitrine, tmp_path: Path):
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    refused(vitrine("convert", "dot.png"), "dot.png", "1", "256")


def test_decompression_bomb(vitrine, tmp_path: Path):
    (tmp_path / "bomb.png").write_bytes(png_header(20_000, 20_000))
    refused(vitrine("convert", "bomb.png"), "bomb.png", "400,000,000", "89,000,000")


def test_empty_folder(vitrine, tmp_path: Path):
    (tmp_path / "photos").mkdir()
    refused(vitrine("catalog", "photos"), "photos")
    refused(vitrine("convert", "photos"), "photos", "vitrine catalog")


def test_unknown_provider(vitrine, tmp_path: Path):
    Image.new("RGB", (600, 600)).save(tmp_path / "mug.png")
    refused(vitrine("convert", "mug.png", "--provider", "pixaso"), "pixaso", "sandbox, pixazo, empiriolabs")


def test_every_one_of_several_providers_is_checked(vitrine, tmp_path: Path):
    Image.new("RGB", (600, 600)).save(tmp_path / "mug.png")
    refused(vitrine("convert", "mug.png", "--provider", "cheapest:sandbox,pixazo"), "PIXAZO_API_KEY")


@pytest.mark.parametrize("provider", ["pixazo", "empiriolabs"])
def test_no_key(vitrine, tmp_path: Path, provider: str):
    Image.new("RGB", (600, 600)).save(tmp_path / "mug.png")
    refused(vitrine("convert", "mug.png", "--provider", provider), f"{provider.upper()}_API_KEY")


def test_unknown_recipe_field(vitrine, tmp_path: Path):
    Image.new("RGB", (600, 600)).save(tmp_path / "mug.png")
    (tmp_path / "recipe.toml").write_text("[generation]\nresolutoin = 512\n")
    refused(vitrine("convert", "mug.png", "--recipe", "recipe.toml"), "recipe.toml", "generation.resolutoin")


def test_accepting_or_buying_anew_a_product_that_is_not_in_the_feed(vitrine, tmp_path: Path):
    (tmp_path / "feed.csv").write_text("id,title,photo\nmug,Mug,mug.png\n")
    refused(vitrine("catalog", "feed.csv", "--accept", "mug", "--accept", "jug"), "--accept jug", "feed.csv")
    refused(vitrine("catalog", "feed.csv", "--again", "mug", "--again", "jug"), "--again jug", "feed.csv")


def test_twins(vitrine, tmp_path: Path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (600, 600)).save(tmp_path / folder / "mug.png")
    refused(vitrine("convert", "a/mug.png", "b/mug.png"), "a/mug.png", "b/mug.png", "'mug'")


@pytest.mark.parametrize("size", ["12", "tall", "0cm", "-3cm"])
def test_a_size_without_sense(vitrine, tmp_path: Path, size: str):
    Image.new("RGB", (600, 600)).save(tmp_path / "mug.png")
    refused(vitrine("convert", "mug.png", f"--height={size}"), "--height", size, "12cm")


def test_missing_model(vitrine):
    refused(vitrine("optimize", "boots.glb", "--to", "out"), "boots.glb")


def test_a_missing_model_is_an_invalid_one(vitrine):
    result = vitrine("inspect", "boots.glb")
    assert result.returncode == 2
    assert "boots.glb: invalid" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_destination_that_takes_nothing_is_known_before_anything_is_bought(
    vitrine, tmp_path: Path, draw_photo, s3_url, free_port
):
    photo = draw_photo(tmp_path / "mug.png")
    (tmp_path / "file").write_text("")
    (tmp_path / "feed.csv").write_text(f"id,title,photo\nmug,Mug,{photo}\n")
    keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": s3_url}
    for command in (("convert", photo), ("catalog", "feed.csv")):
        refused(vitrine(*command, "--to", "file/public"), "file/public", "nothing is bought")
        refused(vitrine(*command, "--to", "s3://nobody-made-it/shop", **keys), "no such bucket")
        nowhere = {"VITRINE_PUBLIC_URL": f"http://127.0.0.1:{free_port}"}
        refused(vitrine(*command, "--to", "public", **nowhere), "readers cannot open", "VITRINE_PUBLIC_URL")
    assert not (tmp_path / "home" / "ledger.sqlite3").exists()
    assert not (tmp_path / "home" / "sandbox").exists()
