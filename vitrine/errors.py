"""Every error Vitrine raises, on one screen.

Catch by class, never by text. A message names the thing, the limit, the measured value, and what to do.

    VitrineError
    ├── InputError                 the input cannot be used; nothing was spent or changed
    │   ├── PhotoError             a photo that cannot be fetched, read or used
    │   │   └── PhotoUnreachable       its server is down, busy or slow: a retry costs nothing
    │   ├── ModelError             a model that cannot be read, or that breaks the glTF 2.0 rules
    │   │   ├── IndexOutOfRange        an index refers to a vertex that does not exist
    │   │   └── LimitExceeded          it would take more memory or time than the recipe allows
    │   ├── StoppedInWorker        reading it crashed, or took more memory or time than a process may take
    │   ├── Refused                an address or a path that others named, and that may not be read
    │   ├── FeedError              a feed that cannot be read (names file and line)
    │   ├── RecipeError            a recipe with an unknown field or a value out of range
    │   ├── OptionRefused          a generation option this provider does not take
    │   └── ConfigError            an account, a bucket or a ledger that is not set up
    ├── ProviderError              a hosted image-to-3D service refused, failed or did not answer
    │   ├── NotSent                proof that the order was not accepted: a retry is safe
    │   │   ├── ProviderUnreachable    no connection: refused, no such host, TLS failure
    │   │   ├── ProviderBusy           429 or 503; `retry_after_s` when the response has a Retry-After
    │   │   └── ProviderRefused        400, 401, 402, 403, 404: this order, this key, this balance
    │   ├── OutcomeUnknown         the order was sent and no usable response came: never sent again
    │   ├── StatusUnavailable      a job's status could not be read; a retry costs nothing
    │   │   └── JobNotFound            404, 410 (403 of a link) just now: evidence, and no proof
    │   ├── JobFailed              the provider reports a paid job as failed
    │   ├── JobExpired             the provider's time to keep the job is over, and it is gone
    │   ├── JobLate                still running at the deadline: the next run continues with the receipt
    │   └── DownloadFailed         the download is incomplete; a retry costs nothing
    ├── LedgerError                the ledger cannot be read or written
    │   ├── PurchaseHeld           another process has claimed this order, or a person has to resolve it
    │   └── BudgetReached          this purchase would exceed a cap
    ├── PrefectUnavailable         Prefect's server does not answer: the run stops, and can be started again
    ├── DraftHeld                  a draft did not pass its check; the final was not bought
    ├── PhotoHeld                  no single object stands out in a photo; nothing was bought
    ├── ShopError                  a shop refused or failed
    │   ├── ShopUnavailable        no answer, throttled or still at work: a retry looks first
    │   └── ShopRefused            this key, this product or this file: a retry cannot help
    └── StorageError               a bucket refused or failed
        ├── NotFound               no such key
        ├── PreconditionFailed     another writer was first (412), or the key is taken
        └── ConditionUnsupported   the server does not support If-Match (501)
"""

from __future__ import annotations


class VitrineError(Exception):
    """Base of everything below."""


class InputError(VitrineError):
    """The caller's input cannot be used; nothing was spent and nothing was changed."""


class PhotoError(InputError):
    """A photo cannot be fetched, read or used."""


class PhotoUnreachable(PhotoError):
    """A photo's server is down, busy or slow; a retry costs nothing."""


class ModelError(InputError):
    """A model cannot be read, or breaks the rules of glTF 2.0."""


class IndexOutOfRange(ModelError):
    """An index of a primitive refers to a vertex that does not exist."""


class LimitExceeded(ModelError):
    """A model would take more memory or time than the recipe allows; it was not decoded."""

    def __init__(self, message: str, *, measured: float, limit: float) -> None:
        super().__init__(message)
        self.measured = measured
        self.limit = limit


class StoppedInWorker(InputError):
    """Work on bytes from elsewhere crashed its worker process, or exceeded the limits of one."""


class Refused(InputError):
    """An address, a path or a bucket that others have named, and that this deployment does not allow."""


class FeedError(InputError):
    """A product feed cannot be read."""


class RecipeError(InputError):
    """A recipe names an unknown field or holds a value out of range."""


class OptionRefused(InputError):
    """A generation option that this provider does not take."""

    def __init__(self, provider: str, option: str, why: str) -> None:
        super().__init__(f"{provider} does not take {option}: {why}")
        self.provider = provider
        self.option = option


class ConfigError(InputError):
    """An account, a bucket or a ledger that is not set up."""


class ProviderError(VitrineError):
    """A hosted image-to-3D service refused, failed or did not answer."""


class NotSent(ProviderError):
    """Proof that the order was not accepted: a retry is safe."""


class ProviderUnreachable(NotSent):
    """No connection was made, so nothing was sent."""


class ProviderBusy(NotSent):
    """The provider refused for now (429, 503); `retry_after_s` is its Retry-After in seconds."""

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.status = status


class ProviderRefused(NotSent):
    """The provider refused this order, this key or this balance (400, 401, 402, 403, 404)."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class OutcomeUnknown(ProviderError):
    """The order was sent and no usable response came. It may be billed, so it is never sent again."""


class StatusUnavailable(ProviderError):
    """A job's status could not be read; a retry costs nothing.

    With `permanent` a retry cannot help until a person acts (a key that is no longer valid).
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.permanent = permanent


class JobNotFound(StatusUnavailable):
    """The provider did not find a job or its file just now (404, 410; 403 for a link).

    It is evidence, and no proof: the job stays in the ledger, and a later question may find it.
    """


class JobFailed(ProviderError):
    """The provider reports a paid job as failed; `charged` is False where it says that it is not billed."""

    def __init__(self, message: str, *, charged: bool | None = None) -> None:
        super().__init__(message)
        self.charged = charged


class JobExpired(ProviderError):
    """The provider's time to keep the job or its files is over, and it did not find them several times."""


class JobLate(ProviderError):
    """The job is still running at the deadline; its receipt stays in the ledger."""


class DownloadFailed(ProviderError):
    """The download is incomplete; a retry costs nothing."""


class LedgerError(VitrineError):
    """The ledger cannot be read or written."""


class PurchaseHeld(LedgerError):
    """Another process has claimed this order, or a person has to say whether it was bought."""


class BudgetReached(LedgerError):
    """This purchase would exceed a cap."""


class PrefectUnavailable(VitrineError):
    """Prefect's server does not answer. No product has failed: the run stops, and can be started again."""


class DraftHeld(VitrineError):
    """A draft did not pass its check; the final was not bought."""

    def __init__(self, product: str, reasons: list[str]) -> None:
        super().__init__(
            f"{product}: the draft is held and the final not bought: {'; '.join(reasons)}. "
            "Look at it; if it is good, accept the product (`--accept`) and its final is bought, "
            "else take a better photo"
        )
        self.reasons = reasons


class PhotoHeld(VitrineError):
    """No single object stands out in a photo; nothing was bought."""

    def __init__(self, source: str, reasons: list[str]) -> None:
        super().__init__(
            f"{source}: the photo is held and nothing bought: {'; '.join(reasons)}. Look at it; if it shows "
            "one product, accept the product (`--accept`) and its model is bought, else take another photo"
        )
        self.reasons = reasons


class ShopError(VitrineError):
    """A shop refused or failed."""


class ShopUnavailable(ShopError):
    """No answer, too many requests, or still at work. A retry looks first what is attached already."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ShopRefused(ShopError):
    """The shop refused this key, this product or this file; a retry cannot help."""


class StorageError(VitrineError):
    """A bucket refused or failed."""


class NotFound(StorageError):
    """No object under this key."""


class PreconditionFailed(StorageError):
    """Another writer was first: the key is taken, or its ETag has changed."""


class ConditionUnsupported(StorageError):
    """The server does not support If-Match or If-None-Match (501)."""
