"""Messages of SNS, signed with a key and a certificate of the test's own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from vitrine.errors import Refused
from vitrine.hooks import create_app
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.shop_routes import HookSecrets, shop_routes
from vitrine.hooks.sns import KEPT_CERTIFICATES, SnsMessages, at_amazon, fetch_from_amazon
from vitrine.ledger import Ledger

CERT = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"
SUBSCRIBE = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
PHOTO = (
    '{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"mug.jpg"}}}]}'
)


def certificate(key: Any) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = certificate(KEY)


def message(version: str = "1", *, key: Any = KEY, **changed: Any) -> dict[str, Any]:
    """A message as SNS sends it; the text that is signed is written out here as the documentation has it."""
    body: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:photos",
        "Subject": "Amazon S3 Notification",
        "Message": PHOTO,
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERT,
        **changed,
    }
    lines = ["Message", body["Message"], "MessageId", body["MessageId"]]
    if body["Type"] == "Notification":
        lines += ["Subject", body["Subject"]] if body.get("Subject") is not None else []
        lines += ["Timestamp", body["Timestamp"]]
    else:
        lines += [
            "SubscribeURL",
            body["SubscribeURL"],
            "Timestamp",
            body["Timestamp"],
            "Token",
            body["Token"],
        ]
    lines += ["TopicArn", body["TopicArn"], "Type", body["Type"]]
    text = "".join(f"{line}\n" for line in lines).encode()
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    signed = base64.b64encode(key.sign(text, padding.PKCS1v15(), digest)).decode()
    return {**body, "Signature": changed.get("Signature", signed)}


def confirmation(**changed: Any) -> dict[str, Any]:
    said = {
        "Type": "SubscriptionConfirmation",
        "Token": "t",
        "SubscribeURL": SUBSCRIBE,
        "Message": "…",
    }
    return message("2", **said | changed)


class Amazon:
    """Amazon's servers: what was fetched from them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pem = PEM
        self.down = False

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.down:
            raise httpx.ConnectError("no route")
        return self.pem if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def post(tmp_path: Path, serve_app: Any, amazon: Amazon) -> Iterator[Any]:
    """Post to `/buckets/token`; returns the status and how many events are stored."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    store = EventStore(ledger)
    routes = shop_routes(store, HookSecrets(buckets=("token",)), SnsMessages(amazon.fetch))
    with serve_app(create_app(ledger, more=routes)) as url, httpx.Client(verify=False) as client:

        def send(body: Any) -> tuple[int, int]:
            return client.post(f"{url}/buckets/token", content=json.dumps(body)).status_code, store.waiting()

        yield send
    ledger.close()


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["Amazon S3 Notification", None])
def test_a_signed_notification_is_taken(post: Any, amazon: Amazon, version: str, subject: str | None) -> None:
    assert post(message(version, Subject=subject)) == (200, 1)
    assert post(message(version, Subject=subject)) == (200, 1)
    assert amazon.asked == [CERT]


FORGED = {
    "another message": {"Message": "{}"},
    "another topic": {"TopicArn": "arn:aws:sns:eu-central-1:1:mine"},
    "no subject": {"Subject": None},
    "no signature": {"Signature": None},
    "no base64": {"Signature": "§"},
    "the other version": {"SignatureVersion": "2"},
    "no such version": {"SignatureVersion": "3"},
    "half a character": {"Message": "\ud800"},
}


@pytest.mark.parametrize("changed", FORGED.values(), ids=FORGED.keys())
def test_a_changed_message_is_refused(post: Any, changed: dict[str, Any]) -> None:
    body = {name: value for name, value in (message() | changed).items() if value is not None}
    assert post(body) == (401, 0)


def test_another_key_signs_nothing(post: Any, amazon: Amazon) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert post(message(key=other)) == (401, 0)
    amazon.asked.clear()
    for pem in (certificate(ec.generate_private_key(ec.SECP256R1())), b"no certificate"):
        amazon.pem = pem
        assert post(message(SigningCertURL=CERT.replace("-1.pem", f"-{len(pem)}.pem"))) == (401, 0)


ELSEWHERE = (
    CERT.replace("https", "http"),
    CERT.replace("amazonaws.com", "amazonaws.com.evil.example"),
    CERT.replace("sns.", "sns.evil.example/sns."),
    CERT.replace("sns.", "evil@sns."),
    CERT.replace("amazonaws.com", "amazonaws.com:8443"),
    CERT.replace("sns.eu-central-1", "bucket.s3"),
    CERT.replace(".pem", ".txt"),
    "https://[/x.pem",
    7,
)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_certificate_from_elsewhere_is_not_fetched(post: Any, amazon: Amazon, url: Any) -> None:
    assert post(message(SigningCertURL=url)) == (401, 0)
    assert amazon.asked == []


def test_a_subscription_is_confirmed_if_amazon_has_asked(post: Any, amazon: Amazon) -> None:
    assert post(confirmation()) == (200, 0)
    assert amazon.asked == [CERT, SUBSCRIBE]
    assert post(confirmation() | {"Token": "mine"}) == (401, 0)
    assert post(confirmation(SubscribeURL="https://127.0.0.1/x")) == (400, 0)
    assert post(confirmation(Type="UnsubscribeConfirmation")) == (200, 0)
    assert amazon.asked == [CERT, SUBSCRIBE]


def test_while_amazon_is_away_the_message_has_to_come_again(post: Any, amazon: Amazon) -> None:
    amazon.down = True
    assert post(message()) == (503, 0)
    amazon.down = False
    assert post(message()) == (200, 1)


def test_an_old_message_is_dropped(post: Any) -> None:
    assert post(message(Timestamp="2026-01-01T00:00:00.000Z")) == (200, 0)


async def test_only_so_many_certificates_are_kept(amazon: Amazon) -> None:
    messages = SnsMessages(amazon.fetch)
    for number in range(2 * KEPT_CERTIFICATES):
        assert await messages.is_signed(message(SigningCertURL=CERT.replace("-1.pem", f"-{number}.pem")))
    assert len(messages._keys) == KEPT_CERTIFICATES


def test_amazon_in_china_is_amazon() -> None:
    assert at_amazon("https://sns.cn-north-1.amazonaws.com.cn/x.pem")


async def test_the_fetch_goes_through_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_FETCH_HOSTS", "")
    with pytest.raises(Refused, match="loopback"):
        await fetch_from_amazon("https://127.0.0.1/x.pem")
