"""What surrounds a slate's games, as its fold holds it: weather, lines, and whom they move."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec

from models.effects.conditions import Conditions, Difference
from models.effects.factors import in_words, of_game
from models.effects.learned import Effects, Ground
from models.events import LineMovement, SlateOpened, WeatherChange
from models.folds.reports import BEGINNING
from models.slate import Game, Player, Slate

NOTHING = Conditions()


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions of every game that something was told of; without effects nothing is held."""

    effects: Effects | None = None
    grounds: dict[str, Ground] = {}
    made: datetime = BEGINNING
    """When the projections in force came in: what was told by then is in them."""
    looked: bool = True
    """Whether whoever made them knew the weather told by then: averages and box scores do not."""
    games: dict[str, Conditions] = {}
    factors: dict[str, float] = {}
    """On players' nights, by their ids; absent is 1. It follows from the rest."""

    @classmethod
    def opened(cls, event: SlateOpened) -> Self:
        """Nothing is told yet."""
        opening = event.data
        if opening.effects is None:
            return cls()
        return cls(
            effects=opening.effects,
            grounds=opening.grounds,
            made=event.received_at,
            looked=opening.projected_by == "file",
        )

    def after(self, event: WeatherChange | LineMovement, game: Game, slate: Slate) -> Self:
        """One reading more of one game; itself where it says nothing new."""
        if self.effects is None:
            return self
        before = self.games.get(game.game_id, NOTHING)
        if isinstance(event, LineMovement):
            now = before.with_line(event, game, slate.sport, self.made)
        else:
            now = before.with_weather(event, game, self.made)
        if now is before:
            return self
        told = msgspec.structs.replace(self, games={**self.games, game.game_id: now})
        if self._difference(before) == self._difference(now):
            return told
        return told._felt(game, slate)

    def anew(self, event: SlateOpened, slate: Slate) -> Self:
        """For other projections: what is told by now is in them."""
        fresh = self.opened(event)
        if fresh.effects is None:
            return fresh
        made = max(self.made, event.received_at)
        told = msgspec.structs.replace(
            fresh,
            made=made,
            games={game_id: one.anew(made) for game_id, one in self.games.items()},
        )
        for game in slate.games:
            if game.game_id in told.games:
                told = told._felt(game, slate)
        return told

    def factor(self, player_id: str) -> float:
        """On a player's night."""
        return self.factors.get(player_id, 1.0)

    def told_anew(self, before: Surroundings) -> set[str]:
        """Games of which something was told since, by their ids."""
        if self.games is before.games and self.factors is before.factors:
            return set()
        games = self.games.keys() | before.games.keys()
        if self.made != before.made:
            return games
        return {g for g in games if self.games.get(g) is not before.games.get(g)}

    def words(self, player: Player, factor: float) -> str:
        """What a factor on a player's night comes from."""
        told, ground = self.games.get(player.game_id), self.grounds.get(player.game_id)
        if told is None or self.effects is None:
            return ""
        return in_words(player, self._difference(told), ground, self.effects, factor - 1.0)

    def behind(self, game_id: str) -> tuple[str, ...]:
        """Ids of the newest readings of a game."""
        return self.games.get(game_id, NOTHING).behind()

    def _difference(self, conditions: Conditions) -> Difference:
        return conditions.difference(self.made, looked=self.looked)

    def _felt(self, game: Game, slate: Slate) -> Self:
        """With the factors of one game's players made anew; nobody else's are looked at."""
        if self.effects is None:
            return self
        players = [player for player in slate.players if player.game_id == game.game_id]
        told, ground = self.games[game.game_id], self.grounds.get(game.game_id)
        found = of_game(players, game, self._difference(told), ground, self.effects)
        theirs = {player.player_id for player in players}
        others = {p: factor for p, factor in self.factors.items() if p not in theirs}
        factors = {**others, **found}
        return self if factors == self.factors else msgspec.structs.replace(self, factors=factors)
