"""Which encoding a feed has."""

from __future__ import annotations

import pytest

from vitrine.errors import FeedError
from vitrine.feeds.text.decode import decode_feed, wrong_word

TEXT = "id,title\na,Café für 5 €\n"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("cp1252"), "Windows-1252"),
    ],
)
def test_the_bytes_tell(data: bytes, says: str | None) -> None:
    text, said = decode_feed(data, "feed.csv")
    assert text == TEXT
    assert len(said) == bool(says)
    assert not says or says in said[0]


def test_lines_of_both_encodings_are_read_one_by_one() -> None:
    text, (said,) = decode_feed("a,Café\n".encode() + "b,Café\n".encode("cp1252"), "feed.csv")
    assert text == "a,Café\nb,Café\n"
    assert "UTF-8, and as Windows-1252" in said


def test_old_excel_for_mac_writes_mac_roman() -> None:
    text, (said,) = decode_feed("id\rCafé\r".encode("mac-roman"), "feed.csv")
    assert text == "id\rCafé\r"
    assert "Mac Roman" in said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"id\na\x81b\xff\n", "feed.csv:2: neither UTF-8 nor Windows-1252 (byte 0x81)"),
        (b"\xff\xfei\0d\0\n", "UTF-16, but broken"),
    ],
)
def test_other_bytes_are_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(FeedError) as caught:
        decode_feed(data, "feed.csv")
    assert says in str(caught.value)
    assert "save the feed as UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("Bücher", "mac-roman"), ("杯子", "gbk"), ("カップ", "shift_jis"), ("чашка", "cp1251")],
)
def test_words_of_other_encodings_are_doubtful(word: str, encoding: str) -> None:
    assert wrong_word(f"a,{word.encode(encoding).decode('cp1252')}")


@pytest.mark.parametrize(
    "word",
    ["Möbel", "ÜBERGRÖSSE", "L’Été", "½ ″", "12×Ø8", "Zucker\u00addose", "«À la carte»", "Ærø"],
)
def test_words_of_western_languages_are_not_doubtful(word: str) -> None:
    assert wrong_word(f"a,{word}") is None
