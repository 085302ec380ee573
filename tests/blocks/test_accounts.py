from __future__ import annotations

import pytest
from prefect.blocks.core import Block
from pydantic import SecretStr

from blocks.accounts import EmpirioLabsAccount, PixazoAccount, SandboxAccount
from blocks.buckets import LocalFolder, S3Folder
from vitrine.providers.base import ImageTo3DProvider

KINDS = (SandboxAccount, PixazoAccount, EmpirioLabsAccount, LocalFolder, S3Folder)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_has_a_description(kind: type[Block]) -> None:
    own = {name: field for name, field in kind.model_fields.items() if name in kind.__annotations__}
    assert own
    assert [name for name, field in own.items() if not field.description] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_keys_are_secret_fields(kind: type[Block]) -> None:
    secret = {name for name in kind.__annotations__ if name.endswith("_key")}
    assert {name for name in secret if "SecretStr" in str(kind.model_fields[name].annotation)} == secret


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (PixazoAccount(api_key=SecretStr("k-123")), "pixazo"),
        (PixazoAccount(api_key=SecretStr("k-123"), base_url="http://127.0.0.1:9"), "pixazo@127.0.0.1:9"),
        (EmpirioLabsAccount(api_key=SecretStr("k-123")), "empiriolabs"),
        (SandboxAccount(api_key=SecretStr("k-123")), "sandbox"),
    ],
)
async def test_an_account_makes_a_provider_and_hides_its_key(account: Block, name: str) -> None:
    provider: ImageTo3DProvider = account.provider()  # type: ignore[attr-defined]
    assert provider.name == name
    assert "k-123" not in f"{account!r} {account.model_dump_json()}"
    await provider.aclose()
