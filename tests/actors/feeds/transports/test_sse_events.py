"""Server-sent events from bytes, however they are cut."""
# ruff: noqa: PT012  # bytes are fed until they are too many

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.feeds.transports.sse_events import OversizedEventError, SseParser


def parsed(text: bytes) -> list[tuple[bytes, str, str]]:
    return [tuple(event) for event in SseParser().feed(text)]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (b"data: a\n\n", [(b"a", "message", "")]),
        (b"data:a\r\ndata: b\r\n\r\n", [(b"a\nb", "message", "")]),
        (b"data: a\rdata: b\r\r", [(b"a\nb", "message", "")]),
        (b"\xef\xbb\xbfdata: a\n\n", [(b"a", "message", "")]),
        (
            b"id: 1\nevent: odds\ndata: a\n\ndata: b\n\n",
            [(b"a", "odds", "1"), (b"b", "message", "1")],
        ),
        (b": comment\n\nevent: x\n\nid: 3\n\nretry: 10\n\ndata\n\n", []),
        (b"id: 1\x002\ndata: a\n\n", [(b"a", "message", "")]),
        (b"data: a\xe2\x80\xa8b\xc2\x85c\n\n", [(b"a\xe2\x80\xa8b\xc2\x85c", "message", "")]),
        (b"data:  a\n\n", [(b" a", "message", "")]),
        (b"data: torn", []),
    ],
)
def test_events_are_read_as_the_standard_says(text, events):
    assert parsed(text) == events


LINE = st.sampled_from(
    [b"data: a", b"data:b", b"id: 7", b"event: x", b":c", b"", b"", b"nonsense", b"retry: 5"]
)
TEXT = st.lists(st.tuples(LINE, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=30)


@given(TEXT, st.lists(st.integers(0, 400), max_size=12), st.booleans())
def test_cutting_bytes_anywhere_changes_nothing(lines, cuts, marked):
    text = (b"\xef\xbb\xbf" if marked else b"") + b"".join(line + end for line, end in lines)
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    parser = SseParser()
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert [tuple(e) for piece in pieces for e in parser.feed(piece)] == parsed(text)


@given(st.binary(max_size=300))
def test_no_bytes_raise(text):
    assert all(event.data for event in SseParser().feed(text))


def test_an_event_that_grows_for_ever_is_refused():
    parser = SseParser(limit=1000)
    with pytest.raises(OversizedEventError):
        for _ in range(20):
            parser.feed(b"data: " + b"x" * 100 + b"\n")
