"""Marks of lists that name everybody: who has none is listed as available."""

from __future__ import annotations

from typing import Any

from actors.feeds.adapters.reading import Poison, Step, Unusable, at, path_text, text
from actors.feeds.adapters.telling import status_kind, status_report
from models.events import LineupChange, PlayerActive, PlayerInjury, StatusReport


def mark(node: Any, *path: Step) -> str:
    """A player's mark, which may be empty; raises Unusable where none is to be read.

    Who has an empty mark is listed as available. Whose mark is missing, or stands twice, is not.
    """
    value = at(node, *path)
    word = text(node, *path)
    if isinstance(value, str) and (word or not value.strip()):
        return word
    reason = value.reason if isinstance(value, Poison) else "no mark is no word that he is well"
    raise Unusable(path_text(path), reason)


def status(word: str, **fields: Any) -> StatusReport:
    """A report in the source's word, where none (``None``, empty) is a player without a mark."""
    if word in {"", "None"}:
        return StatusReport(designation="AVAILABLE", provider_status=word, **fields)
    return status_report(word, **fields)


def status_event(report: StatusReport) -> type[PlayerInjury | PlayerActive | LineupChange]:
    """Whom the site marks in no way is listed as available, which is no word that he plays.

    A mark that lists nobody as anything (PPD: his game is off) is no injury.
    """
    if not report.designation:
        return LineupChange
    return PlayerActive if report.designation == "AVAILABLE" else status_kind(report)
