"""Names of a log's keys; what each holds stands in ``redis.py``."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"[A-Za-z0-9_.:{}-]{1,100}", re.ASCII)


class Keys:
    """Every key of the log under one prefix."""

    def __init__(self, prefix: str) -> None:
        if _PREFIX.fullmatch(prefix) is None:
            raise ValueError(f"key prefix {prefix!r}: only letters, digits and _ . : - {{ }}")
        self.prefix = prefix
        self.head = f"{prefix}:head"
        self.epochs = f"{prefix}:epochs"
        self.partitions = f"{prefix}:partitions"
        self.readers = f"{prefix}:readers"
        self.snapshots = f"{prefix}:snapshots"
        self.aside = f"{prefix}:aside"
        self._log = f"{prefix}:log:"

    def log(self, partition: str) -> str:
        """The partition's stream."""
        return self._log + partition

    def rewritten(self, partition: str) -> str:
        """The partition's stream while it is being rewritten."""
        return f"{self.prefix}:rewritten:{partition}"

    def partition(self, key: bytes) -> str:
        """The partition whose stream has this key."""
        return key.decode().removeprefix(self._log)

    def seen(self, event_id: str) -> str:
        """The mark of an event that was appended."""
        return f"{self.prefix}:seen:{event_id}"
