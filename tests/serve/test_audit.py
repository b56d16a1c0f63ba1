"""What is written down of requests: changes, exports and refusals, with who and what came of it."""

from __future__ import annotations

import httpx

from actors.audit.trail import AuditTrail

SECRET = "0123456789abcdef0123456789abcdef"


async def test_changes_exports_and_refusals_are_written_down(houses, tmp_path):
    path = tmp_path / "audit.sqlite"
    house = await houses(audit=path)
    await house.open_night()
    client = house.client("olga")
    await house.scratch(client)
    (first, *_) = (await client.get("/api/v1/lateswap/recommendations"))["recommendations"]
    swap = first["recommendation_id"]
    await client.post(f"/api/v1/lateswap/recommendations/{swap}/reject")
    await client.get("/api/v1/contests")
    stranger = house.client("eve", role="viewer")
    await stranger.post(f"/api/v1/lateswap/recommendations/{swap}/approve", status=403)
    async with httpx.AsyncClient() as nobody:
        assert (await nobody.get(f"{house.url}/api/v1/contests")).status_code == 401
    trail = AuditTrail(path, SECRET)
    written = [(e.user, e.action, e.subject, e.outcome) for e in trail.entries()]
    base = "/api/v1/lateswap/recommendations"
    decided = {e[1] for e in written}
    assert written == [
        ("olga", _pattern(decided, "reject"), f"{base}/{swap}/reject", "200"),
        ("eve", _pattern(decided, "approve"), f"{base}/{swap}/approve", "403"),
        ("", "GET /api/v1/contests", "/api/v1/contests", "401"),
    ]
    assert trail.verify().fault == ""


def _pattern(actions, ending):
    """The route's pattern names no proposal."""
    (found,) = [a for a in actions if a.endswith(ending)]
    assert "{" in found
    return found
