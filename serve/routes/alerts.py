"""Alerts: rules, where their user is reached, what he was told and whether it arrived."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from actors.log.port import Logged
from actors.naming import SHARDS, subscriber_name
from actors.subscriber import shard_of
from models import codec
from models.alerts.book import Told
from models.alerts.effect import effect_of
from models.alerts.rules import AlertPreferences, AlertRule, Channel
from models.alerts.trial import Trial
from models.events import (
    Alert,
    AlertPreferencesSet,
    AlertRead,
    AlertRuleSet,
    AnyEvent,
    ReadMark,
    RuleText,
)
from models.folds.subscriber import SOURCE
from models.messages import AlertsTold, AskAlerts, AskRules, AskSettled, RulesKept
from serve.access import AGate, Anyone, Entrant, Gate, acting_for, of_kind
from serve.bodies import body_of, json_response, read_struct
from serve.history import Search
from serve.problems import Problem
from serve.routes.ingest import append
from serve.subscription import may_see
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

SCANNED = 50_000
"""Records that a trial of a rule reads at most."""
MOST_TESTS = 10
"""Test alerts of one user in an hour: an address is what he says it is."""
MOST_RULES = 100
"""Rules of one user, stored subscriptions included."""


class Read(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alerts were read; none named: all."""

    alert_ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)] = ()


class TestAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Over which channels a test goes; it always stands on the page."""

    channels: Annotated[tuple[Channel, ...], msgspec.Meta(max_length=3)] = ()


@router.get("/rules", summary="What one wants to be told")
async def rules(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """Rules by their ids, stored subscriptions left out."""
    whose = acting_for(viewer, user)
    kept = await rules_of(context, whose)
    mine = [listed(rule_id, rule) for rule_id, rule in kept.rules.items() if not rule.every]
    return json_response({"user_id": whose, "rules": mine})


@router.post("/rules", status_code=201, summary="Ask to be told", openapi_extra=body_of(AlertRule))
async def add_rule(request: Request, context: AGate, sender: Entrant, user: str = "") -> Response:
    """Holds from the next event on."""
    asked = await read_struct(request, AlertRule)
    whose = acting_for(sender, user)
    return json_response(await made(context, whose, asked), 201)


@router.post(
    "/rules/try",
    summary="What a rule would have told of what is stored",
    openapi_extra=body_of(AlertRule),
)
async def try_rule(
    request: Request,
    context: AGate,
    viewer: Anyone,
    days: Annotated[float | None, Query(gt=0, le=3650)] = None,
) -> Response:
    """Over archive and log, the oldest first, of the last ``days`` where they are given.

    Nothing is kept and nobody is told. ``complete`` is false where there is more than was read.
    """
    asked = await read_struct(request, AlertRule)
    trial = Trial(asked, viewer.user, (await rules_of(context, viewer.user)).held)
    since = None if days is None else context.ports.now() - timedelta(days=days)
    kinds = (*asked.event_types, "slate_changed")  # which tells what the others did
    search = Search(kinds=kinds, player_id="", since=since)
    names = {p: one.name for s in context.directory.slates.values() for p, one in s.players.items()}
    position, scanned = BEGINNING, 0
    while (logged := await search.after(context, position)) and scanned < SCANNED:
        scanned, position = scanned + len(logged), logged[-1].offset
        events = [event for record in logged if (event := _decoded(record, viewer, since))]
        trial.take(events, names)
    return json_response(
        {
            "told": len(trial.found),
            "examples": [one.title for one in trial.found[-5:][::-1]],
            "complete": not logged,
        }
    )


def _decoded(record: Logged, viewer: Identity, since: datetime | None) -> AnyEvent | None:
    """The event, if this version knows it, it is not too old, and the viewer may see it."""
    try:
        event = codec.decode(record.body)
    except msgspec.ValidationError:
        return None
    wanted = (since is None or event.received_at >= since) and may_see(viewer, event)
    return event if wanted else None


@router.put("/rules/{rule_id}", summary="Change a rule", openapi_extra=body_of(AlertRule))
async def change_rule(
    rule_id: str, request: Request, context: AGate, sender: Entrant, user: str = ""
) -> Response:
    """What waited to be told by the old one is not told."""
    asked = await read_struct(request, AlertRule)
    whose = acting_for(sender, user)
    await known_rule(context, whose, rule_id)
    await write_rule(context, whose, rule_id, asked)
    return json_response(listed(rule_id, asked))


@router.delete("/rules/{rule_id}", summary="Take a rule away")
async def remove_rule(rule_id: str, context: AGate, sender: Entrant, user: str = "") -> Response:
    """Nothing is told by it any more."""
    whose = acting_for(sender, user)
    await known_rule(context, whose, rule_id)
    await write_rule(context, whose, rule_id, None)
    return json_response({"status": "removed", "rule_id": rule_id})


@router.get("/preferences", summary="Where one is reached, and when one is left alone")
async def preferences(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """Addresses are shown to their owner alone."""
    whose = acting_for(viewer, user)
    kept = (await rules_of(context, whose)).preferences
    shown = kept if whose == viewer.user else _masked(kept)
    return json_response({"user_id": whose, "preferences": _plain(shown)})


@router.put(
    "/preferences", summary="Say where one is reached", openapi_extra=body_of(AlertPreferences)
)
async def set_preferences(
    request: Request, context: AGate, sender: Entrant, user: str = ""
) -> Response:
    """Replaces what was said before; a webhook without a secret gets one, told here."""
    asked = await read_struct(request, AlertPreferences)
    whose = acting_for(sender, user)
    if asked.webhook and not asked.webhook_secret:
        kept = (await rules_of(context, whose)).preferences.webhook_secret
        asked = msgspec.structs.replace(asked, webhook_secret=kept or secrets.token_urlsafe(32))
    event = AlertPreferencesSet(**_envelope(context, whose), data=asked)
    await _told(context, whose, event)
    return json_response({"user_id": whose, "preferences": _plain(asked)})


@router.get("/history", summary="What one was told, newest first, and whether it arrived")
async def history(
    context: AGate,
    viewer: Anyone,
    user: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    *,
    unread: bool = False,
) -> Response:
    """Each with the newest attempt over every channel; and how alerts fare on the whole."""
    whose = acting_for(viewer, user)
    found = await _alerts(context, whose)
    shown = [one for one in found if one.read_at is None or not unread][:limit]
    return json_response(
        {
            "user_id": whose,
            "alerts": [_shown(one) for one in shown],
            "unread": sum(one.read_at is None for one in found),
            "effect": effect_of(found),
        }
    )


@router.post("/history/read", summary="Mark alerts as read", openapi_extra=body_of(Read))
async def read(request: Request, context: AGate, sender: Anyone) -> Response:
    """What is read is not escalated."""
    asked = await read_struct(request, Read)
    mark = ReadMark(alert_ids=asked.alert_ids, at=context.ports.now())
    event = AlertRead(**_envelope(context, sender.user), data=mark)
    await _told(context, sender.user, event)
    left = sum(one.read_at is None for one in await _alerts(context, sender.user))
    return json_response({"status": "success", "unread": left})


@router.post(
    "/test", status_code=202, summary="Send oneself an alert", openapi_extra=body_of(TestAsked)
)
async def test(request: Request, context: AGate, sender: Entrant) -> Response:
    """Goes the way of all alerts; `GET /api/v1/alerts/history` tells whether it arrived."""
    asked = await read_struct(request, TestAsked)
    kept = (await rules_of(context, sender.user)).preferences
    hour_ago = context.ports.now() - timedelta(hours=1)
    lately = [
        one
        for one in await _alerts(context, sender.user)
        if one.data.get("kind") == "test" and one.told_at is not None and one.told_at > hour_ago
    ]
    if len(lately) >= MOST_TESTS:
        raise Problem(429, f"{MOST_TESTS} tests an hour are enough", retry_after=600)
    nowhere = [channel for channel in asked.channels if not kept.address(channel)]
    if nowhere:
        raise Problem(
            422,
            f"there is no address for {nowhere[0]}",
            remedy="PUT /api/v1/alerts/preferences says where you are reached",
            field="channels",
        )
    envelope = _envelope(context, sender.user)
    data: dict[str, Any] = {
        "kind": "test",
        "title": "a test: alerts reach you here",
        "priority": "critical",
        "channels": list(asked.channels),
        "told_at": envelope["received_at"].isoformat(),
    }
    alert = Alert(**envelope | {"source": SOURCE}, data=data)
    await _told(context, sender.user, alert)
    return json_response({"status": "queued", "alert_id": alert.event_id}, 202)


async def made(context: Gate, user: str, rule: AlertRule) -> dict[str, Any]:
    """A new rule as it is listed; 422 where there are too many."""
    if len((await rules_of(context, user)).rules) >= MOST_RULES:
        raise Problem(
            422, f"there are {MOST_RULES} rules already", remedy="take one away, or widen one"
        )
    rule_id = context.ports.new_id()
    await write_rule(context, user, rule_id, rule)
    return listed(rule_id, rule)


async def rules_of(context: Gate, user: str) -> RulesKept:
    """A user's rules and preferences, from the actor that owns them."""
    answer = await context.of_actor(_owner(user), AskRules(user_id=user))
    return of_kind(RulesKept, answer, "the shard")


async def known_rule(context: Gate, user: str, rule_id: str) -> AlertRule:
    """The user's rule; 404 where he has none of this id."""
    found = (await rules_of(context, user)).rules.get(rule_id)
    if found is None:
        remedy = "GET /api/v1/alerts/rules and /api/v1/subscriptions list them"
        raise Problem(404, f"there is no rule {rule_id}", remedy=remedy)
    return found


async def write_rule(context: Gate, user: str, rule_id: str, rule: AlertRule | None) -> None:
    """Make, change or (None) remove a rule; returns when it holds."""
    text = RuleText(rule_id=rule_id, rule=rule)
    await _told(context, user, AlertRuleSet(**_envelope(context, user), data=text))


def listed(rule_id: str, rule: AlertRule) -> dict[str, Any]:
    """A rule with its id and everything that it leaves to the default."""
    return {"rule_id": rule_id, **_plain(rule)}


async def _alerts(context: Gate, user: str) -> tuple[Told, ...]:
    """His alerts, those among them that this replica's streams have told."""
    asked = AskAlerts(user_id=user, limit=1000, at_least=context.hub.offset)
    answer = await context.of_actor(_owner(user), asked)
    return of_kind(AlertsTold, answer, "the shard").alerts


async def _told(context: Gate, user: str, event: AnyEvent) -> None:
    """Append, and wait until the user's shard knows it."""
    offset = await append(context, [event])
    await context.of_actor(_owner(user), AskSettled(offset=offset))


def _owner(user: str) -> str:
    return subscriber_name(shard_of(user, SHARDS))


def _envelope(context: Gate, user: str) -> dict[str, Any]:
    now = context.ports.now()
    return {
        "event_id": context.ports.new_id(),
        "source": f"alerts of {user}",
        "timestamp": now,
        "received_at": now,
        "user_id": user,
    }


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    """Every field, also those that are as usual."""
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _masked(kept: AlertPreferences) -> AlertPreferences:
    hidden = {n: "***" for n in ("email", "webhook", "webhook_secret", "chat") if getattr(kept, n)}
    return msgspec.structs.replace(kept, **hidden)


def _shown(told: Told) -> dict[str, Any]:
    return {**_plain(told), "title": told.data.get("title", ""), "channels": told.channels}
