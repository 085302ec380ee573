"""Prefect blocks for the folder or the S3 bucket that products are published to."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from vitrine.storage.bucket import Bucket
from vitrine.storage.open import open_bucket

PUBLIC_URL = (
    "The http(s) URL of its contents, at a CDN for instance. Pages work without it: their links are relative."
)


class LocalFolder(Block):
    """A folder on the machine that runs the conversion."""

    _block_type_name = "Vitrine folder"
    _block_type_slug = "vitrine-folder"

    path: str = Field(description="The absolute path of the folder: a run may start in any directory.")
    public_url: str | None = Field(default=None, description=PUBLIC_URL)

    def bucket(self) -> Bucket:
        """Return a client for this bucket."""
        return open_bucket(self.path, public_url=self.public_url)


class S3Folder(Block):
    """A bucket, or a prefix in one, on any server that speaks S3."""

    _block_type_name = "Vitrine S3 bucket"
    _block_type_slug = "vitrine-s3-bucket"

    bucket_name: str = Field(description="The bucket's name.")
    prefix: str = Field(default="", description="The prefix of the keys that Vitrine may use; empty for all.")
    endpoint_url: str | None = Field(default=None, description="The URL of the server; empty for AWS.")
    region: str | None = Field(default=None, description="The region, if the server has several.")
    access_key: SecretStr | None = Field(
        default=None, description="The access key id; if empty, boto3 looks in the environment and the role."
    )
    secret_key: SecretStr | None = Field(default=None, description="The secret that belongs to the key.")
    public_url: str | None = Field(default=None, description=PUBLIC_URL)

    def bucket(self) -> Bucket:
        """Return a client for this bucket."""
        return open_bucket(
            f"s3://{self.bucket_name}/{self.prefix}".rstrip("/"),
            endpoint_url=self.endpoint_url,
            region=self.region,
            access_key=_plain(self.access_key),
            secret_key=_plain(self.secret_key),
            public_url=self.public_url,
        )


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
