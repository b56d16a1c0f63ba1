"""The outbox: where alerts wait to be delivered, and how they lie there."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from actors.channels.port import ChannelSettings
from actors.work.queue import Priority, QueueOptions, WorkQueue
from models.alerts.delivery import Delivery

ROLE = "alerts"
IDLE_S = 30.0
"""Longer than any attempt: what a worker holds longer is another's. One that was killed takes up
what it held when it is back (``begins``)."""
ATTEMPTS = 5
_PRIORITY: dict[str, Priority] = {"critical": "critical", "normal": "normal", "low": "bulk"}

_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Delivery)


class Outbox(NamedTuple):
    """What both ends need: the queue's Redis, and the operator's channels."""

    redis_url: str
    prefix: str
    channels: ChannelSettings
    retry_s: float = 2.0

    def queue(self) -> WorkQueue:
        """The queue, for use in one event loop."""
        options = QueueOptions(
            prefix=self.prefix, idle_s=IDLE_S, most_deliveries=ATTEMPTS, retry_s=self.retry_s
        )
        return WorkQueue(self.redis_url, ROLE, options)


def job_of(delivery: Delivery) -> tuple[str, bytes, Priority]:
    """Key, body and priority under which a delivery is put."""
    return delivery.key, _pack.encode(delivery), _PRIORITY[delivery.priority]


def delivery_of(body: bytes) -> Delivery:
    """What was put; raises msgspec.DecodeError."""
    return _unpack.decode(body)
