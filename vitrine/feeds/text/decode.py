"""Decode a feed piece by piece: which encoding it has is told from its first bytes, and then line by line."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from vitrine.errors import FeedError

BOM = "\ufeff"
BOM_AS_WINDOWS_1252 = "ï»¿"
"""A byte order mark that a program has taken for text and encoded again."""
END_OF_FILE = "\x1a"
"""What DOS programs write after the last line."""
MARKS_OF_TEXT = "‘’‚“”„«»‹›–—…•·€£¥¢§©®™ªº°¹²³±×÷µ¼½¾†‡ \u00ad"
"""What Western text has beside letters and ASCII."""
NO_SIGNS_IN_WORDS = "¡¤¦§¨¯³´¶¸¹¿ƒˆ˜"
CAPITALS = "À-ÖØ-ÞŠŒŽŸ"
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
SAVE = "save the feed as UTF-8 (in Excel: CSV UTF-8)"
PIECE_BYTES = 1 << 18
"""How much is read at once; a piece ends with a line where a line ends within as much again."""


class FeedText:
    """The text of a feed, in pieces; memory is bounded by `PIECE_BYTES`, whatever the size of the feed.

    UTF-8, UTF-16 and UTF-32 are told by their marks or their zero bytes. What is not UTF-8 is Windows-1252;
    or Mac Roman where lines end with CR alone, as those of old Excel for Mac. A file that has lines in UTF-8
    and lines in Windows-1252 is read line by line. Byte order marks and NULs are left out.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._head = file.read(PIECE_BYTES)
        self._nuls = 0
        self._legacy: str | None = None
        self._utf8 = False
        self._line = 1
        self.wrong_word: str | None = None
        """A word that does not look like Windows-1252, though it was read as that."""
        self.encoding: str | None = None
        """The encoding if it is no 8-bit one."""
        self._codec = self._wide_codec()

    def __iter__(self) -> Iterator[str]:
        """Yield the text. Raises `FeedError` for bytes that are in none of these encodings."""
        pieces = self._wide(*self._codec) if self._codec else self._narrow()
        first = True
        ends = ""
        for piece in pieces:
            text = ends + (_without_mark(piece) if first else piece)
            first = first and not text
            plain = text.rstrip(END_OF_FILE)
            ends, text = text[len(plain) :], plain
            if nuls := text.count("\0"):
                self._nuls += nuls
                text = text.replace("\0", "")
            if text:
                yield text

    @property
    def said(self) -> list[str]:
        """In words what was assumed or left out, in what was read so far."""
        said = [f"the feed is read as {self.encoding}"] if self.encoding else []
        if self._legacy:
            mixed = "UTF-8, and as Windows-1252 where a line is not UTF-8"
            said.append(f"the feed is read as {mixed if self._utf8 else self._legacy}")
        if self._nuls:
            said.append(f"NUL characters are left out: {self._nuls}")
        return said

    def _wide_codec(self) -> tuple[str, int] | None:
        """The codec of UTF-16 or UTF-32 and the length of the mark, or `None`."""
        for mark, codec, encoding in MARKS:
            if self._head.startswith(mark):
                self.encoding = encoding
                return codec, len(mark)
        guess = _wide_without_mark(self._head)
        if guess is None:
            return None
        self.encoding = "UTF-16, though it has no byte order mark"
        return guess, 0

    def _bytes(self) -> Iterator[bytes]:
        yield self._head
        while chunk := self._file.read(PIECE_BYTES):
            yield chunk

    def _wide(self, codec: str, mark: int) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(codec)()
        at = 0
        try:
            for number, chunk in enumerate(self._bytes()):
                at += len(chunk)
                yield decoder.decode(chunk[mark:] if number == 0 else chunk)
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            plain = (self.encoding or "").partition(",")[0]
            near = at - len(error.object) - mark + error.start if at > PIECE_BYTES else error.start
            raise FeedError(f"{self._name}: {plain}, but broken at byte {max(near, 0)}; {SAVE}") from error

    def _narrow(self) -> Iterator[str]:
        carriage = b"\r" in self._head and b"\n" not in self._head
        for chunk in self._whole_lines(b"\r" if carriage else b"\n"):
            try:
                text = chunk.decode()
                self._utf8 = self._utf8 or not text.isascii()
                self._line += chunk.count(b"\n")
            except UnicodeDecodeError:
                text = self._mac_roman(chunk) if carriage else self._by_line(chunk)
            yield text

    def _whole_lines(self, end: bytes) -> Iterator[bytes]:
        """Yield bytes that end with a line, or at least with a character of UTF-8."""
        rest = b""
        for chunk in self._bytes():
            data = rest + chunk
            cut = data.rfind(end) + 1 or (_last_character(data) if len(data) > 2 * PIECE_BYTES else 0)
            rest = data[cut:]
            if cut:
                yield data[:cut]
        if rest:
            yield rest

    def _mac_roman(self, chunk: bytes) -> str:
        self._legacy = "Mac Roman, as it is not UTF-8 and its lines end with CR"
        return chunk.decode("mac-roman")

    def _by_line(self, chunk: bytes) -> str:
        self._legacy = "Windows-1252, as it is not UTF-8"
        texts = []
        for line in re.split(rb"(?<=\n)", chunk):
            try:
                text = line.decode()
                self._utf8 = self._utf8 or not text.isascii()
            except UnicodeDecodeError:
                text = self._windows_1252(line)
            self._line += line.endswith(b"\n")
            texts.append(text)
        return "".join(texts)

    def _windows_1252(self, line: bytes) -> str:
        try:
            text = line.decode("cp1252")
            self.wrong_word = self.wrong_word or wrong_word(text)
            return text
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise FeedError(
                f"{self._name}:{self._line}: neither UTF-8 nor Windows-1252 (byte 0x{byte:02X}); {SAVE}"
            ) from error


def decode_feed(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text of a small feed, and in words what was assumed or left out: see `FeedText`."""
    text = FeedText(io.BytesIO(data), name)
    return "".join(text), text.said


def wrong_word(text: str) -> str | None:
    """Return a word that shows that text read as Windows-1252 has another encoding, or `None`.

    In Western languages four letters with accents do not follow one another, no sign such as `¯` or `³` and
    no capital with an accent stands between letters, and a soft hyphen nowhere else: `Ñèíÿÿ` is Russian,
    `¯ó³ty` Polish, `MŸbel` Mac Roman, `ƒJƒbƒv` Japanese.
    """
    for word in () if text.isascii() else text.split():
        if word.isascii():
            continue
        signs = f"[^\\x00-\\x7f{MARKS_OF_TEXT}]"
        if re.search(rf"{signs}{{4}}", word) and not word.isupper():
            return word
        if re.search(rf"[^\W\d_][{NO_SIGNS_IN_WORDS}][^\W\d_]", word):
            return word
        if re.search(rf"[^\W\d_][{CAPITALS}][a-z]", word):
            return word
        if re.search(r"(?<![^\W\d_])\u00ad|\u00ad(?![^\W\d_])", word):
            return word
    return None


def _without_mark(text: str) -> str:
    """Return the first piece of a text without byte order marks."""
    text = text.lstrip(BOM)
    while text.startswith(BOM_AS_WINDOWS_1252):
        text = text.removeprefix(BOM_AS_WINDOWS_1252).lstrip(BOM)
    return text


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


def _last_character(data: bytes) -> int:
    """Return where the last character of UTF-8 begins, which may be cut short."""
    at = len(data) - 1
    while at > len(data) - 4 and data[at] & 0xC0 == 0x80:
        at -= 1
    return at
