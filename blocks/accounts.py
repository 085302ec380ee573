"""Prefect blocks for accounts at image-to-3D services: the credentials of whoever pays.

A key is entered once, in a block, and is never a parameter of a run.
"""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from vitrine.defaults import SANDBOX_PORT
from vitrine.providers import empiriolabs, pixazo

Provider = empiriolabs.EmpirioLabs | pixazo.Pixazo

SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
"""The URL of a `vitrine sandbox` that was started without options."""


class PixazoAccount(Block):
    """An account at Pixazo, which charges the same for every TRELLIS.2 model."""

    _block_type_name = "Pixazo account"
    _block_type_slug = "pixazo-account"

    api_key: SecretStr = Field(description="The subscription key that Pixazo's dashboard shows.")
    base_url: str = Field(
        default=pixazo.OFFICIAL,
        description="The URL of the service; change it only for a gateway or a sandbox.",
    )

    def provider(self) -> Provider:
        """Return a client for this account."""
        return pixazo.Pixazo(self.api_key.get_secret_value(), base_url=self.base_url)


class EmpirioLabsAccount(Block):
    """An account at EmpirioLabs, which charges for TRELLIS.2 models by their resolution."""

    _block_type_name = "EmpirioLabs account"
    _block_type_slug = "empiriolabs-account"

    api_key: SecretStr = Field(description="The API key that EmpirioLabs' console shows.")
    base_url: str = Field(
        default=empiriolabs.OFFICIAL,
        description="The URL of the service; change it only for a gateway or a sandbox.",
    )

    def provider(self) -> Provider:
        """Return a client for this account."""
        return empiriolabs.EmpirioLabs(self.api_key.get_secret_value(), base_url=self.base_url)


class SandboxAccount(Block):
    """A `vitrine sandbox`: a free preview engine that speaks the providers' protocols."""

    _block_type_name = "Sandbox account"
    _block_type_slug = "sandbox-account"

    api_key: SecretStr = Field(
        default=SecretStr("sandbox"),
        description="Any key works, unless the sandbox has a list of keys.",
    )
    base_url: str = Field(default=SANDBOX_URL, description="The URL at which the sandbox listens.")

    def provider(self) -> Provider:
        """Return a client for this account."""
        return empiriolabs.EmpirioLabs(
            self.api_key.get_secret_value(), base_url=self.base_url, name="sandbox"
        )
