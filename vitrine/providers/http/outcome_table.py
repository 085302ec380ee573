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
    # Before the order has left whole: nothing was bought.
    _no("connect-failed", ProviderUnreachable, "refused, no such host, no route: no connection, no order"),
    _no("connect-timeout", ProviderUnreachable, "no connection within the time: no order"),
    _no("tls-failed", ProviderUnreachable, "the handshake failed, so no request was written"),
    _no("send-timeout", ProviderUnreachable, "the last byte of the order was never handed over"),
    _no("send-broken", ProviderUnreachable, "the connection broke before the last byte was handed over"),
    # After it: silence is no answer.
    _unknown("answer-timeout", "the order left; the provider may be working on it"),
    _unknown("answer-reset", "the order left; the connection broke before or within the answer"),
    # Explicit refusals.
    _no("400", ProviderRefused, "the provider does not take this order"),
    _no("401", ProviderRefused, "the provider does not know this key"),
    _no("402", ProviderRefused, "the wallet is empty"),
    _no("403", ProviderRefused, "this key may not do this"),
    _no("404", ProviderRefused, "no such model, or not this provider's address"),
    _no("429", ProviderBusy, "refused for now: too many requests"),
    _no("503", ProviderBusy, "refused for now: nobody there to take the order"),
    _no("4xx", ProviderRefused, "any other explicit refusal (405, 413, 415, 422 …)"),
    _no("moved", ProviderRefused, "301, 307, 308: this address takes no orders"),
    # Answers that refuse nothing.
    _unknown("408", "gateways also say this when they gave up waiting for an answer"),
    _unknown("409", "documented by neither provider; may mean that this very order is there already"),
    _unknown("500", "it broke at an unknown point, perhaps after accepting"),
    _unknown("502", "the gateway lost the provider, perhaps after handing the order over"),
    _unknown("503-upstream", "a gateway that lost its upstream: as 502"),
    _unknown("504", "the gateway gave up waiting; the provider may not have"),
    _unknown("5xx", "any other server error"),
    _unknown("3xx", "302, 303: what is said after an order was taken, too"),
    _unknown("2xx-garbage", "accepted, by its status; the receipt cannot be read"),
    _unknown("2xx-no-id", "accepted, by its status; the receipt has no id"),
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
