"""Whoever is not to come in does not come in under another role either."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from actors.contest import _every_role


def test_a_captain_is_excluded_with_himself(contest_in_trouble):
    state = contest_in_trouble
    flex, captain, other, *rest = state.slate.players
    twin = msgspec.structs.replace(captain, name=flex.name, team=flex.team)
    slate = msgspec.structs.replace(state.slate, players=(flex, twin, other, *rest))
    showdown = replace(state, slate=slate)
    both = (captain.player_id, flex.player_id)
    assert _every_role(showdown, [captain.player_id]) == both
    assert _every_role(showdown, [*both, captain.player_id]) == both
    assert _every_role(showdown, [other.player_id]) == (other.player_id,)
    assert _every_role(showdown, []) == ()
