"""Keys that a bearer token may be signed with: secrets of ours, and those an issuer publishes.

Both are rotated without a gap: of our own secrets the old ones are still believed, and a published
set (JWKS) is looked at again for a key that is not known, and every minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import jwt
import structlog

from serve.tokens import (
    AUDIENCE,
    ISSUER,
    Identity,
    TokenError,
    TokenInvalid,
    identity_of,
    verify,
)

PUBLISHED = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
"""A published key verifies and cannot sign: a symmetric one in a set is none of ours."""
OLD_S = 60.0
SOONEST_S = 5.0
"""Between two looks at the set, whoever asks with whatever key id."""
TIMEOUT_S = 5

log = structlog.get_logger("serve")


class Keyring:
    """Says whose token it is, whichever of the keys signed it."""

    def __init__(
        self,
        secrets: Sequence[str],
        published: str = "",
        issuer: str = ISSUER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``published``: address or path of a JWKS, whose tokens ``issuer`` issues."""
        self._secrets = tuple(secrets)
        self._published = published
        self._issuer = issuer
        self._clock = clock
        self._known: dict[str, jwt.PyJWK] = {}
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    async def verify(self, token: str) -> Identity:
        """The bearer. Raises TokenExpired or TokenInvalid."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
        except jwt.InvalidTokenError as error:
            raise TokenInvalid(f"the token is not valid: {error}") from error
        if self._published and key_id is not None:
            return self._by_published(token, await self._key(str(key_id)))
        return self._by_secret(token)

    def _by_secret(self, token: str) -> Identity:
        newest: TokenError | None = None
        for secret in self._secrets:
            try:
                return verify(token, secret)
            except TokenError as error:
                newest = newest or error
        raise newest or TokenInvalid("no secret is configured")

    def _by_published(self, token: str, key: jwt.PyJWK) -> Identity:
        return identity_of(token, key, [key.algorithm_name], AUDIENCE, self._issuer)

    async def _key(self, key_id: str) -> jwt.PyJWK:
        """The key of this id; the set is fetched again where it is old or does not have it."""
        async with self._looking:
            age = self._clock() - self._looked
            if age > OLD_S or (key_id not in self._known and age > SOONEST_S):
                self._looked = self._clock()
                await self._look()
        key = self._known.get(key_id)
        if key is None:
            raise TokenInvalid("the token is signed with a key that is not published")
        return key

    async def _look(self) -> None:
        """Take over the published set; one that cannot be had leaves the last in force."""
        try:
            found = await asyncio.to_thread(_fetched, self._published)
        except (OSError, ValueError, jwt.PyJWTError) as error:
            log.warning("published keys cannot be read", place=self._published, reason=str(error))
            return
        self._known = {
            key.key_id: key for key in found.keys if key.key_id and key.algorithm_name in PUBLISHED
        }


def _fetched(place: str) -> jwt.PyJWKSet:
    if place.startswith(("https://", "http://")):
        return jwt.PyJWKClient(place, timeout=TIMEOUT_S, cache_jwk_set=False).get_jwk_set()
    return jwt.PyJWKSet.from_json(Path(place).read_text())
