"""Bearer tokens (JWT): who asks, and in which role; and tickets that open one stream."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal, get_args

import jwt
import msgspec

Role = Literal["viewer", "user", "operator", "source"]
"""Look on; own lineups; look after the service; hand in events."""

ROLES: tuple[str, ...] = get_args(Role)
ISSUER = "lateswap"
AUDIENCE = "lateswap-api"
TICKETS = "lateswap-stream"
"""Audience of tickets: none of them is a token, and no token is a ticket."""
TICKET_S = 30
ALGORITHM = "HS256"
LEEWAY_S = 5
"""Clocks of two machines of one service may differ by this."""


class TokenError(Exception):
    """The bearer is not let in; ``reason`` is for the client and names no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TokenExpired(TokenError):  # noqa: N818  # a state, as its user reads it
    """The token was good once: the client asks for a new one."""


class TokenInvalid(TokenError):  # noqa: N818
    """The token was never good here."""


class Identity(msgspec.Struct, frozen=True):
    """Who asks, in which role, until when, and since when (seconds since 1970)."""

    user: str
    role: Role
    expires: int
    issued: int = 0


def mint(user: str, role: Role, secret: str, ttl_s: int) -> str:
    """Make a token that is valid for ``ttl_s`` seconds; ValueError for no user or another role."""
    if not user:
        raise ValueError("a token needs a user")
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}: one of {', '.join(ROLES)}")
    now = int(time.time())
    claims = {"sub": user, "role": role, "iss": ISSUER, "aud": AUDIENCE, "iat": now}
    return jwt.encode(claims | {"exp": now + ttl_s}, secret, algorithm=ALGORITHM)


def mint_ticket(bearer: Identity, ticket_id: str, secret: str, ttl_s: int = TICKET_S) -> str:
    """A ticket that opens one stream in the bearer's name, soon; it may stand in an address."""
    now = int(time.time())
    claims = {"sub": bearer.user, "role": bearer.role, "iss": ISSUER, "aud": TICKETS, "iat": now}
    lasting = {"exp": now + ttl_s, "jti": ticket_id, "until": bearer.expires}
    return jwt.encode(claims | lasting, secret, algorithm=ALGORITHM)


def verify_ticket(ticket: str, secret: str) -> tuple[str, Identity]:
    """A ticket's id and who holds it, for as long as his token lasts. Raises as ``verify``."""
    claims = _claims(ticket, secret, [ALGORITHM], TICKETS, ISSUER)
    if not claims.get("jti") or not isinstance(claims.get("until"), int):
        raise TokenInvalid("the ticket has no id")
    return str(claims["jti"]), _identity(claims | {"exp": claims["until"]})


def verify(token: str, secret: str) -> Identity:
    """Answer whose token this is. Raises TokenExpired or TokenInvalid."""
    return identity_of(token, secret, [ALGORITHM], AUDIENCE, ISSUER)


def identity_of(
    token: str, key: str | jwt.PyJWK, algorithms: Sequence[str], audience: str, issuer: str
) -> Identity:
    """Answer whose token this is by the key that must have signed it; raises as ``verify``."""
    return _identity(_claims(token, key, algorithms, audience, issuer))


def _claims(
    token: str, key: str | jwt.PyJWK, algorithms: Sequence[str], audience: str, issuer: str
) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(algorithms),
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "aud", "iss", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired("the token has expired") from error
    except jwt.InvalidTokenError as error:
        raise TokenInvalid(f"the token is not valid: {error}") from error
    return claims


def _identity(claims: dict[str, Any]) -> Identity:
    if not claims["sub"] or claims.get("role") not in ROLES:
        raise TokenInvalid("the token names no user in a known role")
    return Identity(claims["sub"], claims["role"], int(claims["exp"]), int(claims.get("iat", 0)))
