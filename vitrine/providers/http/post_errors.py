"""The error for a POST that brought no receipt: what happened, whether it was bought, what to do."""

from __future__ import annotations

from vitrine.errors import OutcomeUnknown, ProviderBusy, ProviderRefused
from vitrine.providers.http import outcome_table
from vitrine.providers.http.outcome_table import Row
from vitrine.providers.http.response import Response

ADVICE = {
    "400": "change the option it names, or the photo",
    "401": "check the account's API key",
    "402": "top up the provider's wallet, then run again",
    "403": "ask the provider to open this model for the key",
    "404": "check the account's base URL, and that the provider still offers the model",
    "moved": "set the account's base URL to where it points",
}
"""What a person can do about a refusal, by the event of its row."""

NOT_BOUGHT = "nothing was bought"
NOT_SENT_AGAIN = "it may be billed, so it is not sent again"


def for_failure(account: str, row: Row, error: Exception) -> Exception:
    """Return the error for a POST without a whole response; `error` is what broke it."""
    assert row.error is not None
    end = NOT_BOUGHT if row.resend else NOT_SENT_AGAIN
    return row.error(f"{account}: {row.event} ({describe(error)}): {row.why}; {end}")


def for_status(account: str, response: Response) -> Exception:
    """Return the error for a response that is no 2xx."""
    row = outcome_table.row_for_status(response.status, response.text)
    start = f"{account}: HTTP {response.status}: {response.message}"
    if row.error is ProviderBusy:
        return ProviderBusy(
            f"{start}; {NOT_BOUGHT}", retry_after_s=response.retry_after_s, status=response.status
        )
    if row.error is ProviderRefused:
        advice = ADVICE.get(row.event, "see what it says")
        if row.event == "moved":
            start += f" -> {response.headers.get('location', '?')}"
        return ProviderRefused(f"{start}; {NOT_BOUGHT}: {advice}", status=response.status)
    return OutcomeUnknown(f"{start}: {row.why}; {NOT_SENT_AGAIN}")


def for_missing_id(account: str, response: Response) -> OutcomeUnknown:
    """Return the error for a 2xx response without a job id."""
    row = outcome_table.TABLE["2xx-garbage" if response.json() is None else "2xx-no-id"]
    return OutcomeUnknown(
        f"{account}: HTTP {response.status}, {row.why}; it said: {response.message}. "
        "It may be billed, so it is not sent again"
    )


def describe(error: Exception) -> str:
    """Return the name of an exception, and its text if it has one."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
