"""What all HTTP connections share: who we are, verified TLS, limits, and what an answer means."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

from actors.feeds.transports.port import LinkFault

MAX_BODY = 64 << 20
"""Bytes of one answer after decompression: the largest known feed (MLB, Sleeper) has 15 MB."""
CONNECT_S = 5.0
REFUSED_WAIT_S = 300.0
"""Answers that asking again does not change: wrong address, no permission, not our kind."""
LIMITED_WAIT_S = 60.0
"""After 429 without Retry-After."""
MAX_WAIT_S = 6 * 3600.0
"""No answer silences a source for longer: a Retry-After of a year is a mistake."""
_LIMITED = frozenset({429, 430})
_PASSING = frozenset({408, 409, 425})
_CHUNK = 1 << 16


def user_agent(contact: str) -> str:
    """Name, version and contact: ESPN and weather.gov answer 403 to agents without one."""
    return f"lateswap/{version('lateswap')} (+{contact})"


def open_session(contact: str, trust: ssl.SSLContext | None = None) -> ClientSession:
    """A session with our name on it, no cookies, and certificates verified.

    ``trust`` replaces the system's authorities; there is no way to switch verification off.
    Connections are not counted per host: fifteen games are fifteen sockets to one.
    """
    return ClientSession(
        connector=TCPConnector(ssl=trust or True, limit=0, ttl_dns_cache=60),
        headers={"User-Agent": user_agent(contact)},
        timeout=ClientTimeout(total=None, sock_connect=CONNECT_S),
        cookie_jar=DummyCookieJar(),
    )


@asynccontextmanager
async def telling_faults(what: str) -> AsyncIterator[None]:
    """Turn what the network raises into a LinkFault that names the place."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise LinkFault("refused", f"{what}: {error}", wait_s=REFUSED_WAIT_S) from error
    except TimeoutError as error:
        raise LinkFault("silent", f"{what}: no answer in time") from error
    except ClientError as error:
        if isinstance(error, ssl.CertificateError):
            raise LinkFault("refused", f"{what}: {error}", wait_s=REFUSED_WAIT_S) from error
        raise LinkFault("lost", f"{what}: {_text(error)}") from error
    except OSError as error:
        raise LinkFault("lost", f"{what}: {_text(error)}") from error


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__


def check_answer(response: ClientResponse, now: datetime, accepted: frozenset[int]) -> None:
    """Raise the LinkFault that an unwanted status means."""
    if response.status not in accepted:
        what = f"{bare(response)} answered {response.status} {response.reason or ''}".rstrip()
        raise status_fault(response.status, what, response.headers, now)


def status_fault(status: int, what: str, headers: Mapping[str, str], now: datetime) -> LinkFault:
    """What an HTTP status means for the connection, with the wait that it asks for."""
    told = retry_after(headers, now)
    if status in _LIMITED:
        wait = LIMITED_WAIT_S if told is None else told
        return LinkFault("limited", what, wait_s=wait, status=status)
    if status >= 500 or status in _PASSING:
        return LinkFault("lost", what, wait_s=told or 0.0, status=status)
    wait = REFUSED_WAIT_S if told is None else told
    return LinkFault("refused", what, wait_s=wait, status=status)


def bare(response: ClientResponse) -> str:
    """The address that answered, without its query: keys stand there."""
    return str(response.url.with_query(None).with_user(None))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of a ``Retry-After`` header, given as seconds or as a date; None without one."""
    told = headers.get("Retry-After", "").strip()
    if not told:
        return None
    try:
        wait = float(told) if told.isdecimal() else _until(parsedate_to_datetime(told), now)
    except ValueError:
        return None
    return min(max(wait, 0.0), MAX_WAIT_S)


def _until(moment: datetime, now: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as adapters get them."""
    return {name.lower(): value for name, value in headers.items()}


async def read_whole(response: ClientResponse, limit: int = MAX_BODY) -> bytes:
    """Read a body, decompressed; LinkFault beyond the limit, before it is held in memory."""
    parts: list[bytes] = []
    held = 0
    async for part in response.content.iter_chunked(_CHUNK):
        held += len(part)
        if held > limit:
            response.close()
            raise LinkFault(
                "malformed", f"{bare(response)}: body over {limit:,} bytes", wait_s=REFUSED_WAIT_S
            )
        parts.append(part)
    return b"".join(parts)
