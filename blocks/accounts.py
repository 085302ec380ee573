"""Who pays: accounts at image-to-3D services.

A key is typed in once, here, and never stands in a parameter.
"""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from vitrine.defaults import SANDBOX_PORT
from vitrine.providers import empiriolabs, pixazo
from vitrine.providers.base import ImageTo3DProvider

SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
"""Where `vitrine sandbox` listens by default."""


class PixazoAccount(Block):
    """An account at Pixazo, which bills TRELLIS.2 by the model."""

    _block_type_name = "Pixazo account"
    _block_type_slug = "pixazo-account"

    api_key: SecretStr = Field(description="The subscription key that Pixazo's dashboard shows.")
    base_url: str = Field(
        default=pixazo.OFFICIAL,
        description="Where the service is; change it only for a gateway or a sandbox.",
    )

    def provider(self) -> ImageTo3DProvider:
        return pixazo.Pixazo(self.api_key.get_secret_value(), base_url=self.base_url)


class EmpirioLabsAccount(Block):
    """An account at EmpirioLabs, which bills TRELLIS.2 by the resolution."""

    _block_type_name = "EmpirioLabs account"
    _block_type_slug = "empiriolabs-account"

    api_key: SecretStr = Field(description="The API key that EmpirioLabs' console shows.")
    base_url: str = Field(
        default=empiriolabs.OFFICIAL,
        description="Where the service is; change it only for a gateway or a sandbox.",
    )

    def provider(self) -> ImageTo3DProvider:
        return empiriolabs.EmpirioLabs(self.api_key.get_secret_value(), base_url=self.base_url)


class SandboxAccount(Block):
    """A `vitrine sandbox`: a free preview engine that speaks the providers' protocols."""

    _block_type_name = "Sandbox account"
    _block_type_slug = "sandbox-account"

    api_key: SecretStr = Field(
        default=SecretStr("sandbox"), description="Any key will do, unless the sandbox was given a list."
    )
    base_url: str = Field(default=SANDBOX_URL, description="Where the sandbox listens.")

    def provider(self) -> ImageTo3DProvider:
        return empiriolabs.EmpirioLabs(
            self.api_key.get_secret_value(), base_url=self.base_url, name="sandbox"
        )
