"""Webhooks: a signed POST to an address that a user named.

``Lateswap-Signature: t=SECONDS,v1=HEX`` is HMAC-SHA-256 over ``SECONDS.BODY`` with the user's own
secret; ``Idempotency-Key`` is the same for every attempt at one alert.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver

from actors.channels.guard import AddressRefused, GuardedSockets
from actors.channels.port import SEND_S, ChannelFailed, ChannelSettings
from models.alerts.delivery import Delivery
from models.codec import to_json

SIGNATURE = "Lateswap-Signature"


def signature(secret: str, body: bytes, at: int) -> str:
    """What stands in the header.

    >>> signature("secret", b"{}", 1)[:20]
    't=1,v1=1122767b19311'
    """
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


class Webhook:
    """Posts to public addresses; a redirect is an answer like any other, and no delivery."""

    def __init__(
        self,
        settings: ChannelSettings,
        resolver: Callable[[], AbstractResolver] | None = None,
    ) -> None:
        self._sockets = GuardedSockets(settings.allowed_hosts)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery) -> None:
        """Post; anything but 2xx has failed, and 4xx other than 408 and 429 for good."""
        body = to_json(
            {
                "alert_id": delivery.alert_id,
                "title": delivery.title,
                "lines": delivery.lines,
                "priority": delivery.priority,
                "mode": delivery.mode,
                "data": delivery.data,
            }
        )
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "lateswap",
            "Idempotency-Key": delivery.key,
            SIGNATURE: signature(delivery.secret, body, int(time.time())),
        }
        try:
            async with self._opened().post(
                delivery.address, data=body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except AddressRefused as error:
            raise ChannelFailed(str(error), final=True) from error
        except aiohttp.InvalidURL as error:
            raise ChannelFailed(f"{delivery.address!r} is no address", final=True) from error
        except TimeoutError as error:
            raise ChannelFailed(f"no answer within {SEND_S:.0f} s") from error
        except (aiohttp.ClientError, OSError) as error:
            refused = _refusal_in(error)
            raise ChannelFailed(
                refused or f"{type(error).__name__}", final=bool(refused)
            ) from error
        if not 200 <= status < 300:
            raise ChannelFailed(
                f"answered {status}", final=300 <= status < 500 and status not in {408, 429}
            )

    async def aclose(self) -> None:
        """Close the connections that were kept."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=50,
                socket_factory=self._sockets,
                resolver=None if self._resolver is None else self._resolver(),
                use_dns_cache=False,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=SEND_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=8190,
            )
        return self._session


def _refusal_in(error: BaseException) -> str:
    """The guard's refusal behind an error, if that is its cause."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AddressRefused):
            return str(seen)
        if isinstance(seen, BaseExceptionGroup):
            found = [_refusal_in(one) for one in seen.exceptions]
            return next(filter(None, found), "")
        inner = getattr(seen, "os_error", None)
        seen = inner if isinstance(inner, AddressRefused) else seen.__cause__ or seen.__context__
    return ""
