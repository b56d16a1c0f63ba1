"""What each operation answers, as JSON Schema: for the OpenAPI document, and held by tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from models.alerts.book import Told
from models.alerts.rules import AlertPreferences, AlertRule
from models.contest import Contest
from models.lines import Arbitrage
from models.messages import (
    Board,
    BreakerSet,
    CacheFacts,
    Health,
    OwnershipLevels,
    OwnershipReadings,
    OwnershipTrends,
    PlayerCard,
)
from models.policy import SwapPolicy
from models.wishes import EntryWishes
from serve.answer_cache import AnswerFacts

Schema = dict[str, Any]
_HERE = "#/components/schemas/"

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAP: Schema = {"type": "object"}
MODE: Schema = {"enum": ["live", "replay", "generated"]}


def of(name: str) -> Schema:
    """A schema that stands under its name."""
    return {"$ref": f"{_HERE}{name}"}


def many(item: Schema | None = None) -> Schema:
    """A list."""
    return {"type": "array", "items": item} if item else {"type": "array"}


def maybe(schema: Schema) -> Schema:
    """None where there is nothing to tell."""
    return {"anyOf": [schema, {"type": "null"}]}


def fields(**properties: Schema) -> Schema:
    """An object with all of these; there may be more."""
    return {"type": "object", "required": list(properties), "properties": properties}


_STRUCTS = (
    *(AlertRule, AlertPreferences, Told, SwapPolicy, EntryWishes, Contest, Arbitrage, PlayerCard),
    *(OwnershipLevels, OwnershipReadings, OwnershipTrends, Board, BreakerSet, CacheFacts),
    *(Health, AnswerFacts),
)
_RULE: dict[str, Schema] = {name: {} for name in AlertRule.__struct_fields__}
_DONE = fields(status=TEXT)
_CACHE = fields(answers=of("AnswerFacts"), sources=maybe(of("CacheFacts")))
_RECOMMENDATION = fields(
    recommendation_id=TEXT,
    lineup_id=TEXT,
    contest_id=TEXT,
    user_id=TEXT,
    state=TEXT,
    swap_recommendations=many(
        fields(
            slot=TEXT,
            player_out=TEXT,
            player_in=TEXT,
            reason=TEXT,
            impact_score=NUMBER,
            triggering_events=many(TEXT),
            risk_assessment=MAP,
        )
    ),
    lineup_before=many(TEXT),
    lineup_after=many(TEXT),
    points_before=NUMBER,
    points_after=NUMBER,
    total_impact=NUMBER,
    money=maybe(MAP),
    confidence=maybe(NUMBER),
    time_window=fields(closes=maybe(TIME), seconds_left=maybe(NUMBER)),
    auto_approval_status=TEXT,
    decided_by=TEXT,
    reason=TEXT,
    as_of=TEXT,
)
_OUTLINE = {
    "slate_id": TEXT,
    "site": TEXT,
    "sport": TEXT,
    "game_type": TEXT,
    "mode": MODE,
    "clock": TIME,
    "projection_basis": TEXT,
    "games": many(
        fields(game_id=TEXT, away=TEXT, home=TEXT, start=TIME, locked=FLAG, postponed=FLAG)
    ),
}
_SUBSCRIPTION = fields(
    subscription_id=TEXT,
    name=TEXT,
    data_types=many(TEXT),
    sports=many(TEXT),
    player_ids=many(TEXT),
    contest_ids=many(TEXT),
    impact_threshold=NUMBER,
    delivery=many(TEXT),
)
_BACKTEST = fields(
    backtest_id=TEXT,
    asked=MAP,
    state={"enum": ["queued", "running", "finished", "failed"]},
    asked_at=TIME,
    ended_at=maybe(TIME),
    progress=TEXT,
    lines=COUNT,
    problem=TEXT,
    files=many(TEXT),
    links=MAP,
)
_FRAME = fields(offset=TEXT, type=TEXT, data=MAP)
_SOURCE = fields(
    source_id=TEXT,
    state=TEXT,
    transport=TEXT,
    latency_ms=maybe(NUMBER),
    last_heartbeat=maybe(TIME),
    errors=COUNT,
    reconnect_attempts=COUNT,
    breaker=TEXT,
    budget_left=maybe(COUNT),
    degraded=FLAG,
    stale=FLAG,
)
_NAMED: Mapping[str, Schema] = {
    "Recommendation": _RECOMMENDATION,
    "ListedRule": fields(rule_id=TEXT, **_RULE),
    "StoredSubscription": _SUBSCRIPTION,
    "Backtest": _BACKTEST,
    "Frame": _FRAME,
    "Source": _SOURCE,
}
_POLICY = fields(user_id=TEXT, policy=of("SwapPolicy"))
_PREFERENCES = fields(user_id=TEXT, preferences=of("AlertPreferences"))
_OPENED = fields(slate_id=TEXT, rules=TEXT, players=COUNT, games=COUNT, problems=many())
_LINE = fields(
    book=TEXT,
    market=TEXT,
    selection=TEXT,
    decimal=NUMBER,
    opened=NUMBER,
    implied=NUMBER,
    moved=NUMBER,
)
_FOUND = fields(kind=TEXT, id=TEXT, name=TEXT, detail=TEXT, path=TEXT)
_TOTAL = fields(
    swaps=COUNT,
    final=COUNT,
    gained_points=NUMBER,
    expected_points=NUMBER,
    better_than_holding=COUNT,
    paid_contests=COUNT,
    gained_dollars=NUMBER,
    expected_dollars=NUMBER,
)
_DOLLARS = {name: maybe(NUMBER) for name in ("dollars_held", "dollars_swapped", "gained_dollars")}
_RESULT = fields(
    recommendation=of("Recommendation"),
    final=FLAG,
    points_held=NUMBER,
    points_swapped=NUMBER,
    gained_points=NUMBER,
    expected_points=NUMBER,
    expected_dollars=maybe(NUMBER),
    stands=FLAG,
    **_DOLLARS,
)
_PAID = fields(
    contest_id=TEXT,
    name=TEXT,
    swaps=COUNT,
    final=FLAG,
    expected_points=NUMBER,
    expected_dollars=maybe(NUMBER),
    unpaid_because=TEXT,
    **_DOLLARS,
)

ANSWERS: Mapping[str, Schema] = {
    "POST /api/v1/slates": _OPENED,
    "GET /api/v1/slates": fields(slates=many(fields(**_OUTLINE))),
    "GET /api/v1/slates/{slate_id}": fields(**_OUTLINE, players=MAP),
    "POST /api/v1/contests": fields(contest_id=TEXT, slate_id=TEXT, problems=many()),
    "GET /api/v1/contests": fields(contests=many(of("Contest"))),
    "POST /api/v1/contests/{contest_id}/entries": fields(
        contest_id=TEXT, entries=COUNT, other_contests=MAP, problems=many()
    ),
    "POST /api/v1/contests/{contest_id}/standings": fields(
        **dict.fromkeys(("contest_id", "slate_id"), TEXT),
        **dict.fromkeys(("entries", "hidden", "players"), COUNT),
        final=FLAG,
        problems=many(),
    ),
    "GET /api/v1/contests/{contest_id}/board": of("Board"),
    "POST /api/v1/uploads": fields(kind=TEXT, **_OPENED["properties"]),
    "PUT /api/v1/alerts/preferences": _PREFERENCES,
    "GET /api/v1/alerts/preferences": _PREFERENCES,
    "POST /api/v1/alerts/rules": of("ListedRule"),
    "POST /api/v1/alerts/rules/try": fields(told=COUNT, examples=many(TEXT), complete=FLAG),
    "PUT /api/v1/alerts/rules/{rule_id}": of("ListedRule"),
    "GET /api/v1/alerts/rules": fields(user_id=TEXT, rules=many(of("ListedRule"))),
    "DELETE /api/v1/alerts/rules/{rule_id}": fields(status=TEXT, rule_id=TEXT),
    "GET /api/v1/alerts/history": fields(
        user_id=TEXT,
        alerts=many({"allOf": [of("Told"), fields(title=TEXT, channels=many(TEXT))]}),
        unread=COUNT,
        effect=fields(alerts=COUNT, read=COUNT, delivered=COUNT, not_delivered=COUNT),
    ),
    "POST /api/v1/alerts/history/read": fields(status=TEXT, unread=COUNT),
    "POST /api/v1/alerts/test": fields(status=TEXT, alert_id=TEXT),
    "POST /api/v1/subscriptions": of("StoredSubscription"),
    "GET /api/v1/subscriptions": fields(user_id=TEXT, subscriptions=many(of("StoredSubscription"))),
    "DELETE /api/v1/subscriptions/{subscription_id}": fields(status=TEXT, subscription_id=TEXT),
    "PUT /api/v1/lateswap/policy": _POLICY,
    "GET /api/v1/lateswap/policy": _POLICY,
    "GET /api/v1/lateswap/recommendations": fields(
        recommendations=many(of("Recommendation")), mode=MODE
    ),
    "POST /api/v1/lateswap/recommendations": fields(
        user_id=TEXT,
        mode=MODE,
        recommendations=many(of("Recommendation")),
        statuses=MAP,
        unknown_lineups=many(TEXT),
        wishes=many(of("EntryWishes")),
        auto_approval_status=TEXT,
        not_applied=MAP,
    ),
    "POST /api/v1/lateswap/recommendations/{proposal_id}/approve": of("Recommendation"),
    "POST /api/v1/lateswap/recommendations/{proposal_id}/reject": of("Recommendation"),
    "POST /api/v1/lateswap/recommendations/{proposal_id}/undo": of("Recommendation"),
    "POST /api/v1/lateswap/decisions": fields(action=TEXT, decisions=many(MAP)),
    "GET /api/v1/lateswap/results": fields(
        mode=MODE, results=many(_RESULT), contests=many(_PAID), total=_TOTAL
    ),
    "POST /api/v1/realtime/events": {
        **_DONE,
        "anyOf": [fields(event_id=TEXT), fields(event_ids=many(TEXT))],
    },
    "GET /api/v1/realtime/events": fields(events=many(of("Frame")), cursor=TEXT),
    "GET /api/v1/realtime/poll": {
        "anyOf": [
            fields(offset=TEXT, events=many(of("Frame"))),
            fields(type={"const": "snapshot"}, offset=TEXT, reason=TEXT, data=MAP),
        ]
    },
    "GET /api/v1/realtime/status": fields(
        mode=MODE,
        sources=many(of("Source")),
        log=fields(state=TEXT, offset=TEXT, skipped=COUNT),
        clients=COUNT,
    ),
    "GET /api/v1/realtime/review": fields(
        waiting=many(fields(offset=TEXT, slates=MAP, event=MAP)), cursor=TEXT
    ),
    "POST /api/v1/realtime/review": fields(status=TEXT, event_id=TEXT),
    "POST /api/v1/realtime/tickets": fields(ticket=TEXT, expires_in_s=COUNT),
    "GET /api/v1/realtime/ownership/{contest}": of("OwnershipLevels"),
    "GET /api/v1/realtime/ownership/{contest}/history": of("OwnershipReadings"),
    "GET /api/v1/realtime/ownership/{contest}/trends": of("OwnershipTrends"),
    "GET /api/v1/players": fields(players=many(of("PlayerCard"))),
    "GET /api/v1/players/{player_id}": fields(
        player_id=TEXT,
        players=many(of("PlayerCard")),
        ownership=MAP,
        recent_events=many(of("Frame")),
        data_quality=MAP,
    ),
    "GET /api/v1/search": fields(query=TEXT, found=many(_FOUND), total=COUNT),
    "GET /api/v1/odds": fields(
        games=many(fields(game_id=TEXT, prices=COUNT, books=many(TEXT), moved_at=TIME)), mode=MODE
    ),
    "GET /api/v1/odds/{game}": fields(game_id=TEXT, lines=many(_LINE), mode=MODE),
    "GET /api/v1/odds/arbitrage": fields(arbitrage=many(of("Arbitrage")), mode=MODE),
    "GET /api/v1/ai/context": fields(
        facts=fields(lineup_id=TEXT, players=many(MAP), events=many(MAP)), prompt=TEXT
    ),
    "GET /api/v1/circuit-breakers": fields(
        circuit_breakers=many(fields(source_id=TEXT, breaker=TEXT, state=TEXT, errors=COUNT)),
        mode=MODE,
    ),
    "POST /api/v1/circuit-breakers/{source_id}/open": of("BreakerSet"),
    "POST /api/v1/circuit-breakers/{source_id}/close": of("BreakerSet"),
    "GET /api/v1/cache": _CACHE,
    "POST /api/v1/cache/clear": _CACHE,
    "POST /api/v1/backtests": of("Backtest"),
    "GET /api/v1/backtests": fields(
        backtests=many(of("Backtest")), folders=many(TEXT), policies=many(TEXT), refused=TEXT
    ),
    "GET /api/v1/backtests/{backtest_id}": {"allOf": [of("Backtest"), fields(summary=maybe(MAP))]},
    "POST /api/v1/sessions/sign-out": fields(user_id=TEXT, signed_out_before=TIME),
    "GET /api/v1/audit": fields(
        trail=many(fields(offset=TEXT, time=TIME, user_id=TEXT, type=TEXT)), cursor=TEXT
    ),
    "GET /health": fields(status=TEXT, mode=MODE, parts=MAP),
    "GET /health/live": _DONE,
    "GET /health/ready": fields(status=TEXT, offset=TEXT, clients=COUNT, skipped=COUNT),
    "POST /health/held/{actor}/release": of("Health"),
}
"""By operation; those that answer something other than JSON say so at their route."""


def schemas() -> dict[str, Schema]:
    """What ``ANSWERS`` refers to, by name."""
    _, found = msgspec.json.schema_components(list(_STRUCTS), ref_template=_HERE + "{name}")
    return {**found, **_NAMED}
