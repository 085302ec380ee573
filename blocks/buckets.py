"""Where it goes: the folder or the S3 bucket that products are published to."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from vitrine.storage.bucket import Bucket
from vitrine.storage.open import open_bucket

PUBLIC_URL = "Where readers find it over http, a CDN for instance. Pages link relatively and do not need it."


class LocalFolder(Block):
    """A folder on the machine that runs the conversion."""

    _block_type_name = "Vitrine folder"
    _block_type_slug = "vitrine-folder"

    path: str = Field(description="The folder, as an absolute path: runs may start anywhere.")
    public_url: str | None = Field(default=None, description=PUBLIC_URL)

    def bucket(self) -> Bucket:
        return open_bucket(self.path, public_url=self.public_url)


class S3Folder(Block):
    """A bucket, or a prefix in one, on any server that speaks S3."""

    _block_type_name = "Vitrine S3 bucket"
    _block_type_slug = "vitrine-s3-bucket"

    bucket_name: str = Field(description="The bucket's name.")
    prefix: str = Field(default="", description="The folder in it that is Vitrine's; empty takes it whole.")
    endpoint_url: str | None = Field(default=None, description="The server; empty means AWS.")
    region: str | None = Field(default=None, description="The region, where the server has several.")
    access_key: SecretStr | None = Field(
        default=None, description="The access key id; empty looks where boto3 does (environment, role)."
    )
    secret_key: SecretStr | None = Field(default=None, description="The secret that belongs to the key.")
    public_url: str | None = Field(default=None, description=PUBLIC_URL)

    def bucket(self) -> Bucket:
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
