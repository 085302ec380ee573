"""Which photos a feed or an event may name: its own folder's, public web addresses, and what is allowed."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from vitrine.errors import Refused
from vitrine.fetching.policy import BUCKETS, FOLDERS, FetchPolicy
from vitrine.fetching.redact import redact


def check_source(source: str, folder: Path, policy: FetchPolicy) -> None:
    """Raise `Refused` for a photo that others may not make this process read.

    `source` is a path, an http(s) URL or an s3 URL, and `folder` where relative paths start: paths outside of
    it, links that lead out of it, and S3 buckets, which are read with this process's credentials, have to be
    named in the policy. Names are not resolved here: a URL is checked again when it is fetched.
    """
    if "://" not in source:
        _check_path(source, folder, policy)
        return
    try:
        location = urlsplit(source)
    except ValueError as error:
        raise Refused(f"{redact(source)}: not a usable URL: {error}") from error
    if location.scheme.lower() != "s3":
        policy.check_url(source)
    elif location.netloc not in policy.buckets:
        raise Refused(
            f"{redact(source)} would be read with this process's credentials. "
            f"If feeds may name photos in this bucket, set {BUCKETS}={location.netloc}"
        )


def _check_path(source: str, folder: Path, policy: FetchPolicy) -> None:
    own = os.path.realpath(folder)
    # `Path.expanduser` raises for an unknown user, whose name may be that of a file.
    path = os.path.realpath(os.path.join(own, os.path.expanduser(source)))  # noqa: PTH111, PTH118
    if not any(_is_below(path, allowed) for allowed in (own, *map(str, policy.folders))):
        raise Refused(
            f"{source!r} is outside of {own}, the folder of what names it. "
            f"If photos there may be named, set {FOLDERS}={Path(path).parent}"
        )


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
