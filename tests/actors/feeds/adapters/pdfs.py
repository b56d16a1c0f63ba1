"""Synthetic injury reports: a small PDF of words at places, laid out as the league's files are."""

from __future__ import annotations

import zlib

HEIGHT = 595.0
STEP = 14.0
"""Points from line to line within a cell; a row has 8 more than its lines."""
PADDING = 8.0
LETTERS = {"č": "\\200", "ć": "\\201", "ņ": "\\202", "ģ": "\\203"}
"""Letters that the font's own encoding lacks, by their codes."""

NEW = {
    "date": (22, "Game Date"), "time": (119, "Game Time"), "matchup": (200, "Matchup"),
    "team": (264, "Team"), "player": (425, "Player Name"), "status": (586, "Current Status"),
    "reason": (666, "Reason"),
}  # fmt: skip
"""Columns as they stand since 2021: left edge and header."""
OLD = {
    "date": (5, "Game Date"), "time": (75, "Game Time"), "matchup": (140, "Matchup"),
    "team": (195, "Team"), "player": (290, "Player Name"), "category": (400, "Category"),
    "reason": (490, "Reason"), "status": (640, "Current Status"),
    "previous": (740, "Previous Status"),
}  # fmt: skip
"""... and until 2021."""


def written(pages, created="D:20260105173001-05'00'", *, packed=False):
    """A PDF whose pages are lists of (left, top, text)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages))), len(pages)),
        (
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding"
            b"/WinAnsiEncoding/Differences[128/ccaron/cacute/ncommaaccent/gcommaaccent]>>>>"
        ),
        b"<</CreationDate(%s)>>" % created.encode(),
    ]
    for n, words in enumerate(pages):
        drawn = b"".join(
            b"BT /F1 10 Tf %.2f %.2f Td (%s) Tj ET\n" % (left, HEIGHT - top - 8, _escaped(text))
            for left, top, text in words
        )
        stream = zlib.compress(drawn) if packed else drawn
        packing = b"/Filter/FlateDecode" if packed else b""
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (6 + 2 * n)
        )
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), packing, stream))
    body, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(body),
    )  # fmt: skip


def _escaped(text):
    for letter, code in LETTERS.items():
        text = text.replace(letter, code)
    return text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")


def report(
    rows,
    columns=NEW,
    *,
    title="Injury Report: 01/05/26 05:30 PM",
    by_page=None,
    glued=False,
    stacked=False,
    **rest,
):
    """A report of these rows: cells by column, one that is wrapped as a list of its lines.

    ``by_page`` breaks pages after so many rows each. A row of ``{"over": [...]}`` is the rest of a
    reason on top of a page. ``glued`` leaves the header's words without the space between them,
    ``stacked`` puts the second below the first.
    """
    pages, left = [], list(rows)
    for count in by_page or [len(left)]:
        words = [(289.0, 45.0, title)]
        top = 84.0
        if not pages:
            for x, text in columns.values():
                parts = text.split() if stacked else [text.replace(" ", "") if glued else text]
                start = 108.0 - 6.0 * (len(parts) - 1)
                words += [(x, start + 12.0 * n, part) for n, part in enumerate(parts)]
            top = 128.0
        for row in left[:count]:
            top = _row(words, row, columns, top)
        words.append((399.0, 538.0, f"Page {len(pages) + 1} of {len(by_page or [0])}"))
        pages.append(words)
        left = left[count:]
    return written(pages, **rest)


def _width(letter):
    return 9.5 if letter in "MWmw@" else 7.8 if letter.isupper() else 5.6


def _row(words, row, columns, top):
    cells = {
        name: text if isinstance(text, list) else [text]
        for name, text in ({"reason": row["over"]} if "over" in row else row).items()
    }
    lines = max(len(text) for text in cells.values())
    middle = top + STEP * (lines - 1) / 2
    for name, text in cells.items():
        start = top if "over" in row else middle - STEP * (len(text) - 1) / 2
        for n, line in enumerate(text):
            x = columns[name][0] + 1.0
            for word in line.split():  # as the league's files do it: no letter for a space
                words.append((x, start + STEP * n, word))
                x += 2.3 + sum(_width(letter) for letter in word)
    return top + STEP * lines + PADDING
