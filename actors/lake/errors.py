"""What may go wrong with the lake."""

from __future__ import annotations


class LakeError(Exception):
    """Base of the lake's errors; the message names the place and the remedy."""


class LakeBusy(LakeError):  # noqa: N818  # a state, as its user reads it
    """Another process holds the file for longer than one write takes."""


class LakeFull(LakeError):  # noqa: N818  # a state, as its user reads it
    """The disk takes no more; what was stored stands, and the log keeps the rest."""
