"""Check the destination before any server starts, so that an error is reported at once."""

from __future__ import annotations

from cli.choices import BLOCK


def check_destination(to: str) -> None:
    """Raise `ConfigError` or `StorageError` unless `to` can be written and readers can open it.

    A block is saved in Prefect, whose server is not running yet: the run checks it, before it buys.
    """
    from vitrine.settings import Settings
    from vitrine.storage.check_bucket import check_bucket
    from vitrine.storage.open import open_destination

    if not to.startswith(BLOCK):
        bucket = open_destination(to)
        check_bucket(bucket, public=Settings.from_env().check_public_url)
