"""Admission: what the outside hands in becomes an event, or is refused with the field named."""

from models.ingest.admission import MAX_ID, Arrival, admit
from models.ingest.strict import MAX_DEPTH, MAX_TEXT, Refused, check_values, parse

__all__ = [
    "MAX_DEPTH",
    "MAX_ID",
    "MAX_TEXT",
    "Arrival",
    "Refused",
    "admit",
    "check_values",
    "parse",
]
