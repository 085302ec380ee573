"""Secrets of URLs are hidden wherever a source is shown."""

from __future__ import annotations

import pytest

from vitrine.fetching.redact import redact

CASES = {
    "https://me:pass@shop.example/a.jpg": "https://…@shop.example/a.jpg",
    "https://token@shop.example/a.jpg": "https://…@shop.example/a.jpg",
    "s3://key:secret@bucket/a.jpg": "s3://…@bucket/a.jpg",
    "https://b.s3.amazonaws.com/a?X-Amz-Signature=9f&X-Amz-Credential=AK%2F1&w=1": (
        "https://b.s3.amazonaws.com/a?X-Amz-Signature=…&X-Amz-Credential=…&w=1"
    ),
    "https://a/b?X-Amz-Security-Token=z": "https://a/b?X-Amz-Security-Token=…",
    "https://a/b?AWSAccessKeyId=AKIA&Signature=q&Expires=9": "https://a/b?AWSAccessKeyId=…&Signature=…&Expires=9",
    "https://a/b?sv=2024&sig=abc%3D": "https://a/b?sv=2024&sig=…",
    "https://a/b?Policy=x&Signature=y&Key-Pair-Id=z": "https://a/b?Policy=…&Signature=…&Key-Pair-Id=…",
    "https://a/b?GoogleAccessId=a&x-goog-signature=b": "https://a/b?GoogleAccessId=…&x-goog-signature=…",
    "https://a/b?token=t#access_token=u": "https://a/b?token=…#access_token=…",
    "https://a/b#access_token=u": "https://a/b#access_token=…",
    "https://a/b?api_key=1&apiKey=2&apikey=3&key=4": "https://a/b?api_key=…&apiKey=…&apikey=…&key=…",
    "https://a/b?eyJhbGciOiJIUzI1NiJ9": "https://a/b?…",
    "https://a/b?v=1&width=2048&monkey=2&design=3": "https://a/b?v=1&width=2048&monkey=2&design=3",
    "mug.jpg: no such file": "mug.jpg: no such file",
    "C:\\photos\\mug.jpg": "C:\\photos\\mug.jpg",
    "at https://u:p@a/b?sig=1 and https://a/c?token=2": "at https://…@a/b?sig=… and https://a/c?token=…",
}


@pytest.mark.parametrize(("source", "shown"), CASES.items())
def test_secrets_are_hidden(source: str, shown: str) -> None:
    assert redact(source) == shown
    assert redact(shown) == shown
