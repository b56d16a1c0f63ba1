"""What may go wrong between a log and its readers."""

from __future__ import annotations


class LogError(Exception):
    """Base of the log's errors."""


class LogUnavailable(LogError):  # noqa: N818  # a state, as its user reads it
    """The store did not answer within the deadline; a repeated append stays safe."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LogFull(LogError):  # noqa: N818  # a state, as its user reads it
    """The log is near a limit, and takes only what cannot be spared."""

    def __init__(self, load: float) -> None:
        super().__init__(load)
        self.load = load

    def __str__(self) -> str:
        return (
            f"the log is at {self.load:.0%} of its limits: it takes statuses, line-ups, games and"
            " decisions, and no values that newer ones will replace"
        )


class LogClosed(LogError):  # noqa: N818  # a state, as its user reads it
    """The log was closed by its owner."""


class OffsetUnusable(LogError):  # noqa: N818  # a state, as its user reads it
    """A reader cannot resume here: it takes a snapshot and resumes from the snapshot's offset."""


class InvalidOffset(OffsetUnusable):
    """The text is not an offset."""

    def __init__(self, offset: str) -> None:
        super().__init__(offset)
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.offset!r} is not an offset: it reads like 1767225600000-42"


class WrongEpoch(OffsetUnusable):
    """The offset belongs to no surviving history: another log, lost bytes, or the future."""

    def __init__(
        self, offset: str, epoch: int, last_offset: str, survived: str | None = None
    ) -> None:
        super().__init__(offset, epoch, last_offset, survived)
        self.offset = offset
        self.epoch = epoch
        self.last_offset = last_offset
        self.survived = survived
        """Newest offset of the same epoch that is left; None: it is an epoch of another log."""

    def __str__(self) -> str:
        return (
            f"offset {self.offset} is not part of this log "
            f"(epoch {self.epoch}, newest offset {self.last_offset})"
        )


class OffsetTrimmed(OffsetUnusable):
    """Events after the offset are no longer retained."""

    def __init__(self, offset: str, partition: str, floor: str) -> None:
        super().__init__(offset, partition, floor)
        self.offset = offset
        self.partition = partition
        self.floor = floor
        """Lowest offset from which this partition can still be read without a gap."""

    def __str__(self) -> str:
        return (
            f"events after {self.offset} are gone from partition {self.partition!r}: "
            f"it can be read from {self.floor} on"
        )
