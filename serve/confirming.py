"""What a stream begins with on every transport: a confirmation, and a snapshot where one is due."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import msgspec

from models import codec
from models.messages import AskProposals, Proposals
from serve.access import Gate
from serve.feed import Feed
from serve.problems import Problem
from serve.subscription import may_see
from serve.tokens import Identity


def deadline(context: Gate, viewer: Identity) -> float:
    """The loop's time at which the token expires."""
    left = viewer.expires - context.ports.now().timestamp()
    return asyncio.get_running_loop().time() + max(0.0, left)


def confirmation(feed: Feed) -> bytes:
    """What a subscription is answered with; the stream goes on after ``offset``."""
    confirmed = {
        "type": "subscription_confirmed",
        "data_types": feed.wanted.named_types,
        "offset": feed.start,
    }
    return codec.to_json(confirmed)


async def snapshot(context: Gate, feed: Feed) -> bytes:
    """The state that a client needs which cannot go on where it was.

    The newest event of every subject it subscribed to, and its proposals; news and alerts of the
    time in between are not in it.
    """
    frames = [
        msgspec.Raw(frame.body)
        for frame in feed.newest
        if feed.wanted.wants(frame.subject) and may_see(feed.viewer, frame.event)
    ]
    wants_swaps = "late_swap" in feed.wanted.named_types
    return codec.to_json(
        {
            "type": "snapshot",
            "offset": feed.start,
            "reason": feed.gap,
            "data": {
                "events": frames,
                "proposals": await _proposals(context, feed) if wants_swaps else [],
            },
        }
    )


async def _proposals(context: Gate, feed: Feed) -> list[Any]:
    user = "" if feed.viewer.role == "operator" else feed.viewer.user
    chosen = feed.wanted.contest_ids or frozenset(context.directory.contests)
    found: list[Any] = []
    for contest in chosen & frozenset(context.directory.contests):
        with suppress(Problem):
            answer = await context.proposals(contest, AskProposals(user_id=user))
            found += answer.proposals if isinstance(answer, Proposals) else ()
    return found
