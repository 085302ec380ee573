"""Resolving the name of an account or a bucket to the library object.

The parameters of a run hold names only, never a key. `block:<type-slug>/<name>` is looked up in Prefect, any
other name in the environment of the process that runs it.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import Any, get_args

from prefect.blocks.core import Block
from prefect.settings import PREFECT_API_URL
from pydantic import SecretStr

from blocks.accounts import SANDBOX_URL, EmpirioLabsAccount, PixazoAccount, Provider, SandboxAccount
from blocks.buckets import LocalFolder, S3Folder
from blocks.shops import ShopifyShop, WooCommerceShop
from vitrine.errors import ConfigError
from vitrine.providers import empiriolabs, pixazo
from vitrine.providers.base import ImageTo3DProvider
from vitrine.shops import Shop
from vitrine.storage.bucket import Bucket
from vitrine.storage.open import open_destination

Account = SandboxAccount | PixazoAccount | EmpirioLabsAccount
Folder = LocalFolder | S3Folder
ShopBlock = ShopifyShop | WooCommerceShop
PREFIX = "block:"
KEPT_S = 30.0
"""A run reads a block of Prefect's server at most once in this time, not once a step."""
_loaded: dict[tuple[str, str | None], tuple[float, Block]] = {}


async def load_account(ref: str, env: Mapping[str, str] | None = None) -> ImageTo3DProvider:
    """Return the provider for `sandbox`, `pixazo`, `empiriolabs` or `block:<type-slug>/<name>`.

    The plain names read `PIXAZO_API_KEY` and `EMPIRIOLABS_API_KEY`, and for another URL `PIXAZO_BASE_URL`,
    `EMPIRIOLABS_BASE_URL`, `VITRINE_SANDBOX_URL`. A server at another URL is asked whether it is the
    sandbox, which gets shorter times. Raises `ConfigError` if the name or the key is missing.
    """
    provider = await _provider(ref, os.environ if env is None else env)
    await provider.detect_sandbox()
    return provider


async def _provider(ref: str, env: Mapping[str, str]) -> Provider:
    if ref.startswith(PREFIX):
        account: Account = await _load(ref, get_args(Account))
        return account.provider()
    if ref == "sandbox":
        return SandboxAccount(base_url=env.get("VITRINE_SANDBOX_URL") or SANDBOX_URL).provider()
    if ref == "pixazo":
        url = env.get("PIXAZO_BASE_URL") or pixazo.OFFICIAL
        return PixazoAccount(api_key=_key(ref, "PIXAZO_API_KEY", env), base_url=url).provider()
    if ref == "empiriolabs":
        url = env.get("EMPIRIOLABS_BASE_URL") or empiriolabs.OFFICIAL
        return EmpirioLabsAccount(api_key=_key(ref, "EMPIRIOLABS_API_KEY", env), base_url=url).provider()
    raise ConfigError(f"no account {ref!r}: name sandbox, pixazo, empiriolabs, or block:<type>/<name>")


async def load_bucket(ref: str, env: Mapping[str, str] | None = None) -> Bucket:
    """Return the bucket for a folder, `s3://bucket/prefix` or `block:<type-slug>/<name>`.

    For an `s3://` URL boto3 finds the keys, the region and `AWS_ENDPOINT_URL`. `VITRINE_PUBLIC_URL` is the
    URL at which readers find the contents. Raises `ConfigError` for a name that is no bucket.
    """
    if ref.startswith(PREFIX):
        folder: Folder = await _load(ref, get_args(Folder))
        return folder.bucket()
    return open_destination(ref, env)


async def load_shop(ref: str, env: Mapping[str, str] | None = None) -> Shop:
    """Return the client for `shopify`, `woocommerce` or `block:<type-slug>/<name>`.

    The plain names read `SHOPIFY_SHOP`, `SHOPIFY_ACCESS_TOKEN` and, for another address, `SHOPIFY_BASE_URL`;
    `WOOCOMMERCE_URL`, `WOOCOMMERCE_KEY` and `WOOCOMMERCE_SECRET`. Raises `ConfigError` if the name or a
    variable is missing.
    """
    env = os.environ if env is None else env
    if ref.startswith(PREFIX):
        block: ShopBlock = await _load(ref, get_args(ShopBlock))
        return block.client()
    if ref == "shopify":
        token = _key(ref, "SHOPIFY_ACCESS_TOKEN", env)
        shop = _key(ref, "SHOPIFY_SHOP", env).get_secret_value()
        return ShopifyShop(shop=shop, access_token=token, base_url=env.get("SHOPIFY_BASE_URL")).client()
    if ref == "woocommerce":
        return WooCommerceShop(
            url=_key(ref, "WOOCOMMERCE_URL", env).get_secret_value(),
            consumer_key=_key(ref, "WOOCOMMERCE_KEY", env),
            consumer_secret=_key(ref, "WOOCOMMERCE_SECRET", env),
        ).client()
    raise ConfigError(f"no shop {ref!r}: name shopify, woocommerce, or block:<type>/<name>")


async def _load(ref: str, kinds: tuple[type[Block], ...]) -> Any:
    slugs = {kind.get_block_type_slug(): kind for kind in kinds}
    slug, _, name = ref.removeprefix(PREFIX).partition("/")
    if slug not in slugs or not name:
        raise ConfigError(
            f"{ref} does not fit here: write block:<type>/<name> with a type of {', '.join(slugs)}"
        )
    key = (ref, PREFECT_API_URL.value())
    loaded_at, block = _loaded.get(key, (-math.inf, None))
    if time.monotonic() - loaded_at < KEPT_S:
        return block
    try:
        block = await slugs[slug].aload(name)
    except ValueError as error:
        raise ConfigError(
            f"no {slug} called {name!r} in Prefect: save one on its Blocks page, or run `vitrine setup`"
        ) from error
    _loaded[key] = (time.monotonic(), block)
    return block


def _key(account: str, variable: str, env: Mapping[str, str]) -> SecretStr:
    if not env.get(variable):
        raise ConfigError(f"{account} is not set up: set {variable} in the environment of the run")
    return SecretStr(env[variable])
