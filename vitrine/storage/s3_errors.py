"""Translate errors of botocore and of S3 servers into `vitrine.errors`: bucket, key, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto

from vitrine.errors import (
    ConditionUnsupported,
    ConfigError,
    NotFound,
    PreconditionFailed,
    StorageError,
    VitrineError,
)

_NO_KEY = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)
_BAD_KEY = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthFailure"}
_FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity"}
_WRONG_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}


@contextmanager
def translate_errors(action: str, root: str, endpoint: str) -> Iterator[None]:
    """Raise errors of the body, which calls botocore, as `vitrine.errors`."""
    try:
        yield
    except (boto.BotoCoreError, boto.ClientError) as error:
        raise explain(error, action, root, endpoint) from error


def status_of(error: BaseException) -> int:
    """Return the HTTP status of a `ClientError`, 0 for any other error."""
    if not isinstance(error, boto.ClientError):
        return 0
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def may_have_arrived(error: Exception) -> bool:
    """Whether the answer to an earlier send of the same write may have been lost, so that it stands."""
    if not isinstance(error, boto.ClientError):
        return True
    retried = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
    return bool(retried and status_of(error) in (404, 409, 412))


def explain(
    error: boto.BotoCoreError | boto.ClientError, action: str, root: str, endpoint: str
) -> VitrineError:
    """Return the error to raise for `error`; `action` is what was done in the bucket `root`."""
    what = f"{action} in {root}"
    if isinstance(error, boto.ClientError):
        return _explain_response(error, what, root, endpoint)
    if isinstance(error, _NO_KEY):
        return ConfigError(
            f"{what}: no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "choose a profile with AWS_PROFILE, or give the bucket's own keys"
        )
    if isinstance(error, boto.ParamValidationError | boto.ProfileNotFound | boto.InvalidRegionError):
        return ConfigError(f"{what}: {error}")
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return StorageError(
            f"{what}: cannot reach {endpoint}: {error}. Check the endpoint URL and the network"
        )
    return StorageError(f"{what}: {error}")


def _explain_response(error: boto.ClientError, what: str, root: str, endpoint: str) -> VitrineError:
    status = status_of(error)
    code = str(error.response.get("Error", {}).get("Code", status))
    message = str(error.response.get("Error", {}).get("Message", "")).strip()
    if code == "NoSuchBucket":
        return ConfigError(f"{what}: there is no such bucket at {endpoint}. Create it, or correct its name")
    if code in _BAD_KEY or status == 401:
        return ConfigError(
            f"{what}: the access key was refused ({code}). Check the key, its secret and its end"
        )
    if code in _WRONG_REGION or status == 301:
        return ConfigError(f"{what}: the bucket is in another region ({message or code}). Set the region")
    if code in _FULL or status == 507:
        return StorageError(f"{what}: the bucket is full ({message or code}). Make room, or raise its quota")
    if status == 403:
        return ConfigError(
            f"{what}: refused ({code}). This key needs s3:GetObject, s3:PutObject, s3:DeleteObject and, "
            f"to tell a missing object from a forbidden one, s3:ListBucket on {root}"
        )
    if status == 404:
        return NotFound(f"{what}: no such object")
    if status in (409, 412):
        return PreconditionFailed(f"{what}: another writer was first ({code})")
    if status == 501:
        return ConditionUnsupported(f"{what}: the server at {endpoint} cannot do this ({message or code})")
    return StorageError(f"{what}: the server at {endpoint} answered {status} {code}: {message}")
