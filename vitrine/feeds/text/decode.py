"""Decode a feed: which encoding it has is told from its bytes."""

from __future__ import annotations

import codecs
import re

from vitrine.errors import FeedError

BOM = "\ufeff"
BOM_AS_WINDOWS_1252 = "ï»¿"
"""A byte order mark that a program has taken for text and encoded again."""
END_OF_FILE = "\x1a"
"""What DOS programs write after the last line."""
MARKS_OF_TEXT = "‘’‚“”„«»‹›–—…•·€£¥¢§©®™ªº°¹²³±×÷µ¼½¾†‡ \u00ad"
"""What Western text has beside letters and ASCII."""
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
SAVE = "save the feed as UTF-8 (in Excel: CSV UTF-8)"
NO_SIGNS_IN_WORDS = "¡¤¦§¨¯³´¶¸¹¿"


def decode_feed(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text without byte order marks and NULs, and in words what was assumed or left out.

    UTF-8, UTF-16 and UTF-32 are told by their marks or their zero bytes. What is not UTF-8 is Windows-1252;
    or Mac Roman where lines end with CR alone, as those of old Excel for Mac. A file that has lines in UTF-8
    and lines in Windows-1252 is read line by line. Raises `FeedError` for bytes that are none of these.
    """
    said: list[str] = []
    text, encoding = _decode(data, name)
    if encoding:
        said.append(f"the feed is read as {encoding}")
    text = text.lstrip(BOM)
    while text.startswith(BOM_AS_WINDOWS_1252):
        text = text.removeprefix(BOM_AS_WINDOWS_1252).lstrip(BOM)
    text = text.rstrip(END_OF_FILE)
    if nuls := text.count("\0"):
        said.append(f"NUL characters are left out: {nuls}")
        text = text.replace("\0", "")
    return text, said


def wrong_word(text: str) -> str | None:
    """Return a word that shows that text read as Windows-1252 has another encoding, or `None`.

    In Western languages four letters with accents do not follow one another, and no sign such as `¯` or `³`
    stands between letters; `Ñèíÿÿ` is Russian, `¯ó³ty` Polish.
    """
    words: list[str] = re.findall(r"\S*[^\x00-\x7f]\S*", text)
    for word in words:
        signs = f"[^\\x00-\\x7f{MARKS_OF_TEXT}]"
        if re.search(rf"{signs}{{4}}", word) and not word.isupper():
            return word
        if re.search(rf"[^\W\d_][{NO_SIGNS_IN_WORDS}][^\W\d_]", word):
            return word
    return None


def _decode(data: bytes, name: str) -> tuple[str, str | None]:
    for mark, codec, encoding in MARKS:
        if data.startswith(mark):
            return _wide(data[len(mark) :], codec, encoding, name), encoding
    if guess := _wide_without_mark(data):
        return _wide(data, guess, "UTF-16", name), "UTF-16, though it has no byte order mark"
    try:
        return data.decode(), None
    except UnicodeDecodeError:
        return _legacy(data, name)


def _wide(data: bytes, codec: str, encoding: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise FeedError(f"{name}: {encoding}, but broken at byte {error.start}; {SAVE}") from error


def _wide_without_mark(data: bytes) -> str | None:
    """Return the codec of UTF-16 without a mark: ASCII text has a zero in every other byte."""
    head = data[:2000]
    pairs = len(head) // 2
    if pairs < 4 or len(data) % 2:
        return None
    zeros = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if zeros[1] > 0.7 and zeros[0] < 0.1:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.7 and zeros[1] < 0.1 else None


def _legacy(data: bytes, name: str) -> tuple[str, str]:
    if b"\r" in data and b"\n" not in data:
        return data.decode("mac-roman"), "Mac Roman, as it is not UTF-8 and its lines end with CR"
    lines = re.split(rb"(?<=\n)", data)
    texts = []
    utf8 = False
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode()
            utf8 = utf8 or not text.isascii()
        except UnicodeDecodeError:
            try:
                text = line.decode("cp1252")
            except UnicodeDecodeError as error:
                byte = error.object[error.start]
                raise FeedError(
                    f"{name}:{number}: neither UTF-8 nor Windows-1252 (byte 0x{byte:02X}); {SAVE}"
                ) from error
        texts.append(text)
    if utf8:
        return "".join(texts), "UTF-8, and as Windows-1252 where a line is not UTF-8"
    return "".join(texts), "Windows-1252, as it is not UTF-8"
