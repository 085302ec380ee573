"""Names of accounts and buckets, and the blocks and library objects that they stand for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

from blocks.accounts import PixazoAccount
from blocks.buckets import LocalFolder, S3Folder
from blocks.resolve import Account, Folder, ShopBlock, load_account, load_bucket
from vitrine.errors import ConfigError


@pytest.mark.parametrize(
    ("ref", "env", "name"),
    [
        ("sandbox", {}, "sandbox"),
        ("sandbox", {"VITRINE_SANDBOX_URL": "http://127.0.0.1:4"}, "sandbox"),
        ("pixazo", {"PIXAZO_API_KEY": "k"}, "pixazo"),
        ("empiriolabs", {"EMPIRIOLABS_API_KEY": "k"}, "empiriolabs"),
        (
            "empiriolabs",
            {"EMPIRIOLABS_API_KEY": "k", "EMPIRIOLABS_BASE_URL": "http://127.0.0.1:4"},
            "empiriolabs@127.0.0.1:4",
        ),
    ],
)
async def test_plain_names_come_from_the_environment(ref: str, env: dict[str, str], name: str) -> None:
    provider = await load_account(ref, env)
    assert provider.name == name
    await provider.aclose()


@pytest.mark.parametrize(
    ("ref", "what"),
    [
        ("pixazo", "PIXAZO_API_KEY"),
        ("empiriolabs", "EMPIRIOLABS_API_KEY"),
        ("meshy", "sandbox, pixazo, empiriolabs"),
        ("block:vitrine-folder/default", "pixazo-account"),
        ("block:pixazo-account", "block:<type>/<name>"),
    ],
)
async def test_a_missing_key_or_block_is_named(ref: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        await load_account(ref, {})


def test_every_block_named_in_the_documentation_is_registered() -> None:
    root = Path(__file__).resolve().parents[2]
    kinds = (*get_args(Account), *get_args(Folder), *get_args(ShopBlock))
    slugs = {kind.get_block_type_slug() for kind in kinds} | {"TYPE"}
    pages = [root / "README.md", root / "CHANGELOG.md", root / "prefect.yaml", *root.glob("docs/**/*.md")]
    named = {
        (page.name, slug)
        for page in pages
        for slug in re.findall(r"block:([\w-]+)/\w", page.read_text(encoding="utf-8"))
    }
    assert {("README.md", "pixazo-account"), ("prefect.yaml", "sandbox-account")} <= named
    assert {(page, slug) for page, slug in named if slug not in slugs} == set()


async def test_a_folder_is_a_bucket(tmp_path: Path) -> None:
    bucket = await load_bucket(str(tmp_path), {"VITRINE_PUBLIC_URL": "https://cdn.example/3d"})
    assert bucket.root == str(tmp_path)
    assert bucket.url("index.html") == "https://cdn.example/3d/index.html"


async def test_an_s3_block_is_a_bucket() -> None:
    block = S3Folder(
        bucket_name="shop",
        prefix="3d",
        endpoint_url="http://127.0.0.1:9000",
        access_key=SecretStr("id"),
        secret_key=SecretStr("s3cret"),
        public_url="https://cdn.example/3d",
    )
    bucket = block.bucket()
    assert bucket.root == "s3://shop/3d"
    assert bucket.url("index.html") == "https://cdn.example/3d/index.html"
    assert "s3cret" not in repr(block)


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
async def test_saved_blocks_are_found_by_name(tmp_path: Path) -> None:
    await PixazoAccount(api_key=SecretStr("k-123")).asave("test-resolve", overwrite=True)
    await LocalFolder(path=str(tmp_path)).asave("test-resolve", overwrite=True)
    provider = await load_account("block:pixazo-account/test-resolve", {})
    assert provider.name == "pixazo"
    await provider.aclose()
    assert (await load_bucket("block:vitrine-folder/test-resolve", {})).root == str(tmp_path)
    with pytest.raises(ConfigError, match="no pixazo-account called 'nobody'"):
        await load_account("block:pixazo-account/nobody", {})


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
async def test_a_block_is_read_once_in_a_while_not_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = "block:vitrine-folder/test-kept"
    await LocalFolder(path=str(tmp_path / "old")).asave("test-kept", overwrite=True)
    assert (await load_bucket(ref, {})).root == str(tmp_path / "old")
    await LocalFolder(path=str(tmp_path / "new")).asave("test-kept", overwrite=True)
    assert (await load_bucket(ref, {})).root == str(tmp_path / "old")
    monkeypatch.setattr("blocks.resolve.KEPT_S", 0.0)
    assert (await load_bucket(ref, {})).root == str(tmp_path / "new")
