"""The words of a PDF with their places, as far as a PDF can be trusted."""

from __future__ import annotations

import re
import unicodedata
import zlib
from io import BytesIO
from typing import Any, NamedTuple

from actors.feeds.adapters.reading import Unusable

MOST_PAGES = 40
MOST_BYTES = 4 * 2**20
"""Of a PDF, and of all that is packed in it; reports have some 80,000."""
MOST_WORDS = 20_000
_PACKED = re.compile(rb"stream\r?\n")


class Word(NamedTuple):
    """A word with its left and upper edge and its height, in points."""

    left: float
    top: float
    text: str
    height: float = 10.0


def read_words(body: bytes) -> tuple[str, list[list[Word]], int]:
    """Creation time, words by page, and how many pages were left; raises Unusable for no PDF."""
    if not body[:1024].lstrip().startswith(b"%PDF"):
        raise Unusable("", "is no PDF")
    if b"%%EOF" not in body[-1024:]:
        raise Unusable("", "is cut off: whom it does not list may stand in what is missing")
    if len(body) > MOST_BYTES or _unpacked(body) > MOST_BYTES:
        raise Unusable("", f"is larger, packed or unpacked, than {MOST_BYTES} bytes")
    try:
        return _words(body)
    except Exception as error:  # a broken PDF fails in as many ways as it can break
        raise Unusable(
            "", f"cannot be read as PDF: {type(error).__name__}: {error}"[:400]
        ) from error


def _unpacked(body: bytes) -> int:
    """Bytes that come of the packed streams, counted as far as the limit."""
    total, view = 0, memoryview(body)
    for found in _PACKED.finditer(body):
        try:
            packed = zlib.decompressobj()
            total += len(packed.decompress(view[found.end() :], MOST_BYTES + 1 - total))
        except zlib.error:
            continue
        if total > MOST_BYTES:
            break
    return total


def _words(body: bytes) -> tuple[str, list[list[Word]], int]:
    import pdfplumber  # noqa: PLC0415 - only who reads this report pays for it

    pages: list[list[Word]] = []
    count = 0
    with pdfplumber.open(BytesIO(body)) as document:
        for page in document.pages[:MOST_PAGES]:
            if count > MOST_WORDS:
                break
            pages.append([_word(word) for word in page.extract_words(x_tolerance=1)])
            count += len(pages[-1])
            page.close()
        created = document.metadata.get("CreationDate")
        return created if isinstance(created, str) else "", pages, len(document.pages) - len(pages)


def _word(word: dict[str, Any]) -> Word:
    top = float(word["top"])
    text = unicodedata.normalize("NFC", str(word["text"]))
    return Word(float(word["x0"]), top, text, max(float(word["bottom"]) - top, 1.0))
