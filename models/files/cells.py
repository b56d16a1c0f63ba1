"""Cells of an upload file: who stands in them, how they are marked, and where their bytes lie."""

from __future__ import annotations

import re
from typing import NamedTuple

MARKED_LOCKED = "(LOCKED)"
"""In an entries file: his game **has** started. (A standings file's ``LOCKED`` is the opposite.)"""

_NAME_AND_ID = re.compile(r"^(?P<name>.*?)\s*\((?P<id>\d+(?:-\d+)?)\)$")
_ID_AND_NAME = re.compile(r"^(?P<id>\d+-\d+)\s*:\s*(?P<name>.+)$")
_BARE_ID = re.compile(r"^\d+(?:-\d+)?$")
_QUOTED_OR_PLAIN = re.compile(rb'(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))(,|$)')
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|$)")


class Span(NamedTuple):
    """A cell of a file: its bytes without quoting, and the range ``[start, end)`` it occupies."""

    content: bytes
    start: int
    end: int


class Written(NamedTuple):
    """What a lineup cell says; all empty for an open slot, no id where only a name stands."""

    player_id: str
    name: str
    locked: bool


def parse_cell(text: str) -> Written:
    """Read ``Name (ID)``, ``Name (ID) (LOCKED)``, a bare id, ``id:Name`` or a name.

    >>> parse_cell("Nets (B) (123) (LOCKED)")
    Written(player_id='123', name='Nets (B)', locked=True)
    >>> parse_cell("30803-9488:LeBron James").player_id, parse_cell("37302953 ").player_id
    ('30803-9488', '37302953')
    """
    text = text.strip()
    locked = text.upper().endswith(MARKED_LOCKED)
    if locked:
        text = text[: -len(MARKED_LOCKED)].rstrip()
    if found := _NAME_AND_ID.match(text) or _ID_AND_NAME.match(text):
        return Written(found["id"], found["name"].strip(), locked)
    if _BARE_ID.match(text):
        return Written(text, "", locked)
    return Written("", text, locked)


def split_spans(data: bytes, start: int = 0) -> list[list[Span]]:
    r"""All rows of a file as cells with their byte ranges; line ends belong to no cell.

    >>> [[c.content for c in row] for row in split_spans(b'a,"b,c"\r\n\r\nd')]
    [[b'a', b'b,c'], [b''], [b'd']]
    """
    rows: list[list[Span]] = []
    for line in _LINE.finditer(data, start):
        if line.start() == len(data) and rows:
            break
        rows.append(_line_spans(line[1], line.start()))
    return rows


def _line_spans(line: bytes, at: int) -> list[Span]:
    spans = []
    if b'"' not in line:
        for part in line.split(b","):
            spans.append(Span(part, at, at + len(part)))
            at += len(part) + 1
        return spans
    for match in _QUOTED_OR_PLAIN.finditer(line):
        quoted, plain, delimiter = match.groups()
        content = plain if quoted is None else quoted.replace(b'""', b'"')
        spans.append(Span(content, at + match.start(), at + match.start(3)))
        if not delimiter:
            break
    return spans


def quoted(text: str, *, always: bool = False) -> str:
    """The text as a CSV cell, in quotes if it needs them or its file always has them."""
    if always or any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
