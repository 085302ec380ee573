"""Every error Vitrine raises, on one screen.

Catch by class, never by text. A message names the thing, the limit, the measured value, and what to do.

    VitrineError
    ├── InputError                 the caller's input; nothing was spent, nothing was changed
    │   ├── PhotoError             a photo that cannot be fetched, read or used
    │   │   └── PhotoUnreachable       its server is down, busy or slow: asking again is free
    │   ├── ModelError             a model that cannot be read, or that breaks the glTF 2.0 rules
    │   │   └── IndexOutOfRange        an index refers to a vertex that does not exist
    │   ├── FeedError              a feed that cannot be read (names file and line)
    │   ├── RecipeError            a recipe with an unknown field or a value out of range
    │   ├── OptionRefused          a generation option this provider does not take
    │   └── ConfigError            an account, a bucket or a ledger that is not set up
    ├── ProviderError              a hosted image-to-3D service said or did something
    │   ├── NotSent                proof that the order never left: buying again is safe
    │   │   ├── ProviderUnreachable    no connection: refused, no such host, TLS failure
    │   │   ├── ProviderBusy           429 or 503 with a refusal; `retry_after_s` when it said how long
    │   │   └── ProviderRefused        400, 401, 402, 403, 404: this order, this key, this wallet
    │   ├── OutcomeUnknown         the order left and no usable answer came: never sent again
    │   ├── StatusUnavailable      asking after a job failed; asking again is free
    │   ├── JobFailed              the provider gave up on a paid job
    │   ├── JobExpired             the provider forgot the job, or its files, before we had them
    │   ├── JobLate                still working at our deadline: the receipt stays, the next run picks it up
    │   └── DownloadFailed         the result could not be fetched whole; fetching again is free
    ├── LedgerError                the book of purchases cannot be read or written
    │   ├── PurchaseHeld           this order is in someone else's hands, or needs a person's word
    │   └── BudgetReached          buying this would pass a cap
    ├── DraftHeld                  a draft did not pass; its final was not bought
    └── StorageError               a bucket said no
        ├── NotFound               no such key
        ├── PreconditionFailed     someone else wrote first (412), or the key is already taken
        └── ConditionUnsupported   the server cannot compare ETags (501)
"""

from __future__ import annotations


class VitrineError(Exception):
    """Base of everything below."""


class InputError(VitrineError):
    """The caller's input cannot be used; nothing was spent and nothing was changed."""


class PhotoError(InputError):
    """A photo cannot be fetched, read or used."""


class PhotoUnreachable(PhotoError):
    """A photo's server is down, busy or slow; asking again is free."""


class ModelError(InputError):
    """A model cannot be read, or breaks the rules of glTF 2.0."""


class IndexOutOfRange(ModelError):
    """An index of a primitive refers to a vertex that does not exist."""


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
    """A hosted image-to-3D service said or did something."""


class NotSent(ProviderError):
    """Proof that the order was not accepted: buying again is safe."""


class ProviderUnreachable(NotSent):
    """No connection was made, so nothing was sent."""


class ProviderBusy(NotSent):
    """The provider refused for now (429, 503); `retry_after_s` is what it asked for, in seconds."""

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.status = status


class ProviderRefused(NotSent):
    """The provider refused this order, this key or this wallet (400, 401, 402, 403, 404)."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class OutcomeUnknown(ProviderError):
    """The order left and no usable answer came back. It may be billed, so it is never sent again."""


class StatusUnavailable(ProviderError):
    """Asking after a job did not work; asking again costs nothing.

    `permanent` is true where asking again cannot help until a person acts (a key that is no longer taken).
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.permanent = permanent


class JobFailed(ProviderError):
    """The provider gave up on a paid job; `charged` is False where it says that it bills nothing for it."""

    def __init__(self, message: str, *, charged: bool | None = None) -> None:
        super().__init__(message)
        self.charged = charged


class JobExpired(ProviderError):
    """The provider no longer knows the job, or its files are gone."""


class JobLate(ProviderError):
    """The job is still running at our deadline; its receipt stays in the ledger."""


class DownloadFailed(ProviderError):
    """The result did not arrive whole; fetching it again costs nothing."""


class LedgerError(VitrineError):
    """The book of purchases cannot be read or written."""


class PurchaseHeld(LedgerError):
    """This order is in another process's hands, or waits for a person to say whether it was bought."""


class BudgetReached(LedgerError):
    """Buying this would pass a cap."""


class DraftHeld(VitrineError):
    """A draft did not pass the rule; the final was not bought."""

    def __init__(self, product: str, reasons: list[str]) -> None:
        super().__init__(
            f"{product}: the draft is held and the final not bought: {'; '.join(reasons)}. "
            "Look at it; if it is good, accept the product (`--accept`) and its final is bought, "
            "else take a better photo"
        )
        self.reasons = reasons


class StorageError(VitrineError):
    """A bucket refused or failed."""


class NotFound(StorageError):
    """No object under this key."""


class PreconditionFailed(StorageError):
    """Somebody else wrote first: the key is taken, or its ETag has moved on."""


class ConditionUnsupported(StorageError):
    """The server does not know If-Match or If-None-Match (501)."""
