"""Stored subscriptions: every event that matches goes out, for programs rather than people."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.alerts.rules import AlertRule, AlertType, Channel
from serve.access import AGate, Anyone, Entrant, acting_for
from serve.bodies import body_of, json_response, read_struct
from serve.problems import Problem
from serve.routes.alerts import known_rule, made, rules_of, write_rule

router = APIRouter(prefix="/api/v1/subscriptions", tags=["alerts"])

Ids = Annotated[tuple[str | int, ...], msgspec.Meta(max_length=1000)]


class StoredSubscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events are sent, and where to; what is left empty does not restrict."""

    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    data_types: Annotated[tuple[AlertType, ...], msgspec.Meta(min_length=1)]
    sports: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    player_ids: Ids = ()
    contest_ids: Ids = ()
    impact_threshold: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0
    delivery: tuple[Channel, ...] = ()
    """Channels of the preferences; every match stands on the user's stream as an alert, too."""

    @property
    def rule(self) -> AlertRule:
        """The rule that does it: told one by one, as often as it is said."""
        return AlertRule(
            name=self.name,
            event_types=self.data_types,
            sports=self.sports,
            player_ids=tuple(str(one) for one in self.player_ids),
            contest_ids=tuple(str(one) for one in self.contest_ids),
            impact_threshold=self.impact_threshold,
            channels=self.delivery,
            group_s=0,
            most_an_hour=1000,
            every=True,
        )


@router.get("", summary="Stored subscriptions")
async def subscriptions(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """One's own; operators name whose."""
    whose = acting_for(viewer, user)
    kept = await rules_of(context, whose)
    mine = [_listed(rule_id, rule) for rule_id, rule in kept.rules.items() if rule.every]
    return json_response({"user_id": whose, "subscriptions": mine})


@router.post("", status_code=201, summary="Subscribe", openapi_extra=body_of(StoredSubscription))
async def subscribe(request: Request, context: AGate, sender: Entrant, user: str = "") -> Response:
    """Holds from the next event on."""
    asked = (await read_struct(request, StoredSubscription)).rule
    kept = await made(context, acting_for(sender, user), asked)
    return json_response(_listed(kept["rule_id"], asked), 201)


@router.delete("/{subscription_id}", summary="End a subscription")
async def unsubscribe(
    subscription_id: str, context: AGate, sender: Entrant, user: str = ""
) -> Response:
    """Nothing is sent by it any more."""
    whose = acting_for(sender, user)
    if not (await known_rule(context, whose, subscription_id)).every:
        raise Problem(404, f"{subscription_id} is a rule", remedy="DELETE /api/v1/alerts/rules/...")
    await write_rule(context, whose, subscription_id, None)
    return json_response({"status": "removed", "subscription_id": subscription_id})


def _listed(subscription_id: str, rule: AlertRule) -> dict[str, Any]:
    return {
        "subscription_id": subscription_id,
        "name": rule.name,
        "data_types": rule.event_types,
        "sports": rule.sports,
        "player_ids": rule.player_ids,
        "contest_ids": rule.contest_ids,
        "impact_threshold": rule.impact_threshold,
        "delivery": rule.channels,
    }
