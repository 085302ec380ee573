"""The retry rules for orders: what happened to the POST, and whether it may be sent again; one row each.

The client hands the last byte of a request to the socket only after all others are written (`client.py`).
Until then the provider cannot have a complete request, which proves that nothing was ordered. Afterwards only
an explicit refusal allows another POST.
"""

from __future__ import annotations

import ssl
from typing import Literal

import httpx

from vitrine.errors import OutcomeUnknown, ProviderBusy, ProviderError, ProviderRefused, ProviderUnreachable
from vitrine.record import Record

State = Literal["submitted", "refused", "unknown"]


class Row(Record):
    """One thing that can happen to the POST of an order."""

    event: str
    submitted: Literal["no", "yes", "unknown"]
    resend: bool
    """Whether another POST of the same order is allowed."""
    state: State
    """The purchase's state in the ledger; a `refused` one may be claimed again."""
    error: type[ProviderError] | None
    why: str


def _no(event: str, error: type[ProviderError], why: str) -> Row:
    return Row(event=event, submitted="no", resend=True, state="refused", error=error, why=why)


def _unknown(event: str, why: str) -> Row:
    return Row(event=event, submitted="unknown", resend=False, state="unknown", error=OutcomeUnknown, why=why)


ROWS: tuple[Row, ...] = (
    # Before the last byte was sent: nothing was bought.
    _no(
        "connect-failed",
        ProviderUnreachable,
        "refused, unknown host or no route: without a connection nothing was sent",
    ),
    _no("connect-timeout", ProviderUnreachable, "no connection within the time limit: nothing was sent"),
    _no("tls-failed", ProviderUnreachable, "the TLS handshake failed: nothing was sent"),
    _no("send-timeout", ProviderUnreachable, "the last byte of the order was not sent"),
    _no("send-broken", ProviderUnreachable, "the connection broke before the last byte was sent"),
    # After it: no response is no refusal.
    _unknown("answer-timeout", "the order was sent; the provider may be working on it"),
    _unknown("answer-reset", "the order was sent; the connection broke before or within the response"),
    # Explicit refusals.
    _no("400", ProviderRefused, "the provider does not take this order"),
    _no("401", ProviderRefused, "the provider does not know this key"),
    _no("402", ProviderRefused, "the wallet is empty"),
    _no("403", ProviderRefused, "the key lacks the permission"),
    _no("404", ProviderRefused, "no such model, or a wrong base URL"),
    _no("429", ProviderBusy, "refused for now: too many requests"),
    _no("503", ProviderBusy, "refused for now: the service is unavailable"),
    _no("4xx", ProviderRefused, "any other explicit refusal (405, 413, 415, 422 …)"),
    _no("moved", ProviderRefused, "301, 307, 308: the base URL has moved"),
    # Responses that are no refusal.
    _unknown("408", "gateways also answer this when the provider takes too long"),
    _unknown("409", "documented by neither provider; may mean that the provider has this order already"),
    _unknown("500", "the provider failed, perhaps after it accepted the order"),
    _unknown("502", "the gateway lost the provider, perhaps after it passed the order on"),
    _unknown("503-upstream", "a gateway that lost the provider, as for 502"),
    _unknown("504", "the gateway stopped waiting; the provider may be working on the order"),
    _unknown("5xx", "any other server error"),
    _unknown("3xx", "302, 303: also the response to an accepted order"),
    _unknown("2xx-garbage", "accepted, by its status code; the receipt cannot be read"),
    _unknown("2xx-no-id", "accepted, by its status code; the receipt has no job id"),
    Row(event="accepted", submitted="yes", resend=False, state="submitted", error=None, why="a receipt"),
)

TABLE: dict[str, Row] = {row.event: row for row in ROWS}


def row_for_failure(error: Exception, *, last_byte_sent: bool) -> Row:
    """Return the row for a POST that got no response; `last_byte_sent`: the socket had all of it."""
    timed_out = isinstance(error, (httpx.TimeoutException, TimeoutError))
    if last_byte_sent:
        return TABLE["answer-timeout" if timed_out else "answer-reset"]
    if isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
        return TABLE["connect-timeout"]
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol)):
        return TABLE["tls-failed" if _is_tls(error) else "connect-failed"]
    return TABLE["send-timeout" if timed_out else "send-broken"]


def row_for_status(status: int, text: str) -> Row:
    """Return the row for a response that is no 2xx; `text` is its body.

    Gateways such as Envoy answer 503 "upstream connect error or disconnect/reset before headers", perhaps
    after they passed the order on, and EmpirioLabs has a 503 `upstream_error`: neither is a refusal.
    """
    if status == 503:
        return TABLE["503-upstream" if "upstream" in text.lower() else "503"]
    if str(status) in TABLE:
        return TABLE[str(status)]
    if status in (301, 307, 308):
        return TABLE["moved"]
    return TABLE["4xx" if 400 <= status < 500 else "5xx" if status >= 500 else "3xx"]


def _is_tls(error: BaseException | None) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ssl.SSLError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
