"""Check the destination before any server starts, so that an error is reported at once."""

from __future__ import annotations

import os

from cli.choices import BLOCK


def check_destination(to: str) -> None:
    """Raise `ConfigError` or `StorageError` unless `to` can be written and readers can open it.

    A block is saved in Prefect, whose server is not running yet: the run checks it, before it buys.
    """
    from vitrine.settings import Settings
    from vitrine.storage.check_bucket import check_bucket
    from vitrine.storage.open import open_bucket

    if not to.startswith(BLOCK):
        bucket = open_bucket(to, public_url=os.environ.get("VITRINE_PUBLIC_URL") or None)
        check_bucket(bucket, public=Settings.from_env().check_public_url)
