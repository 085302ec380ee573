"""Create buckets on the server in AWS_ENDPOINT_URL, unless they exist: `python create_buckets.py NAME…`."""

from __future__ import annotations

import sys

import boto3
from botocore.exceptions import ClientError


def main(names: list[str]) -> None:
    """Create the buckets with these names."""
    client = boto3.client("s3")
    for name in names:
        try:
            client.create_bucket(Bucket=name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise


if __name__ == "__main__":
    main(sys.argv[1:])
