"""Bearer tokens: who asks, and in which role (JWT, HS256)."""

from __future__ import annotations

import time
from typing import Literal, get_args

import jwt
import msgspec

Role = Literal["viewer", "user", "operator", "source"]
"""Look on; own lineups; look after the service; hand in events."""

ROLES: tuple[str, ...] = get_args(Role)
ISSUER = "lateswap"
AUDIENCE = "lateswap-api"
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
    """Who asks, in which role, until when (seconds since 1970)."""

    user: str
    role: Role
    expires: int


def mint(user: str, role: Role, secret: str, ttl_s: int) -> str:
    """Make a token that is valid for ``ttl_s`` seconds; ValueError for no user or another role."""
    if not user:
        raise ValueError("a token needs a user")
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}: one of {', '.join(ROLES)}")
    now = int(time.time())
    claims = {"sub": user, "role": role, "iss": ISSUER, "aud": AUDIENCE, "iat": now}
    return jwt.encode(claims | {"exp": now + ttl_s}, secret, algorithm=ALGORITHM)


def verify(token: str, secret: str) -> Identity:
    """Answer whose token this is. Raises TokenExpired or TokenInvalid."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_S,
            options={"require": ["exp", "aud", "iss", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired("the token has expired") from error
    except jwt.InvalidTokenError as error:
        raise TokenInvalid(f"the token is not valid: {error}") from error
    if not claims["sub"] or claims.get("role") not in ROLES:
        raise TokenInvalid("the token names no user in a known role")
    return Identity(claims["sub"], claims["role"], int(claims["exp"]))
