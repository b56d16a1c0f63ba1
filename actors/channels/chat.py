"""Chat, push and SMS through apprise, to services whose address is theirs and not the user's."""

from __future__ import annotations

import asyncio
from typing import Any

from actors.channels.port import SEND_S, ChannelFailed, ChannelSettings
from models.alerts.delivery import Delivery

SERVICES = frozenset(
    ("discord", "fcm", "ntfy", "ntfys", "pbul", "pover", "prowl", "pushed", "slack", "tgram")
) | frozenset(("twilio", "vonage", "sns", "clicksend", "wxteams", "zulip", "msteams", "matrixs"))
"""Schemas that are sent to. Others (``json://``, ``mailto://``) could lead to any host."""
OWN_HOST = frozenset(("ntfy", "ntfys", "matrixs"))
"""Those of them that can name a host; theirs must be allowed by the operator."""


class Chat:
    """One message to one address; apprise itself tries once."""

    def __init__(self, settings: ChannelSettings) -> None:
        self._allowed = settings.allowed_hosts

    async def send(self, delivery: Delivery) -> None:
        """Returns when the service has taken the message."""
        target = await asyncio.to_thread(self._target, delivery.address)
        try:
            async with asyncio.timeout(2 * SEND_S):
                sent = await asyncio.to_thread(
                    target.notify, body=delivery.text, title=delivery.title, body_format="text"
                )
        except TimeoutError as error:
            raise ChannelFailed(f"no answer within {2 * SEND_S:.0f} s") from error
        if not sent:
            raise ChannelFailed(f"{target.service_name} did not take the message")

    def _target(self, address: str) -> Any:
        """Apprise's object for an address; ChannelFailed where it may not be sent to."""
        from apprise import Apprise  # noqa: PLC0415 - half a second of import

        schema = address.partition("://")[0].lower()
        if schema not in SERVICES:
            names = ", ".join(sorted(SERVICES))
            raise ChannelFailed(f"{schema}:// is not sent to; there are {names}", final=True)
        target = Apprise.instantiate(address)
        if target is None:
            raise ChannelFailed(f"{schema}:// is written in another way, see apprise", final=True)
        host = getattr(target, "host", None)
        named = f"{host}:{getattr(target, 'port', None) or 443}"
        if schema in OWN_HOST and host and named not in self._allowed:
            raise ChannelFailed(f"{host} is not among the allowed hosts", final=True)
        target.socket_connect_timeout = target.socket_read_timeout = SEND_S / 2
        return target

    async def aclose(self) -> None:
        """Nothing is kept open between messages."""
