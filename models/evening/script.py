"""The news of an evening: who is out, when it becomes known, and who told it wrongly.

Times are minutes from the first lock; a beat names a wave and how long before that wave's lock it
falls, and a player is found for it among those whose loss would be felt.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from models.evening.names import WORRIES
from models.evening.rosters import WAVES, Bools, Floats, Ints, Rosters

BEGINS = -75.0
"""Minutes from the first lock at which the evening begins."""

_FELT_MOST = 0.4  # a player in every entry is no likelier to be hurt

Plot = Literal["scratch", "doubt_out", "doubt_plays", "rumour"]


class Beat(NamedTuple):
    """One turn of the story, ``before`` minutes ahead of its wave's lock."""

    plot: Plot
    wave: int
    before: float


BEATS: tuple[Beat, ...] = (
    Beat("scratch", 0, 67),
    Beat("doubt_plays", 0, 58),
    Beat("rumour", 0, 50),
    Beat("doubt_out", 0, 38),
    Beat("scratch", 0, 25),
    Beat("doubt_plays", 0, 19),
    Beat("scratch", 0, 4),
    Beat("rumour", 1, 62),
    Beat("doubt_out", 1, 45),
    Beat("doubt_plays", 1, 36),
    Beat("scratch", 1, 27),
    Beat("scratch", 1, 12),
    Beat("scratch", 1, 3),
    Beat("doubt_out", 2, 70),
    Beat("scratch", 2, 41),
    Beat("doubt_plays", 2, 29),
    Beat("scratch", 2, 15),
    Beat("scratch", 2, 5),
)


class Turn(NamedTuple):
    """What becomes of one player, and when."""

    plot: Plot
    player: int
    minute: float
    """When the decisive report appears, from the first lock."""
    worry: str


class Script(NamedTuple):
    """The story of the evening."""

    known_out: Bools
    """(P,) ruled out before the evening begins."""
    doubtful: Ints
    """Players listed as questionable when it begins."""
    turns: tuple[Turn, ...]
    """By time."""
    delayed_game: int
    leaves_early: int
    """A player who is hurt during his game."""

    def out(self, until: float = np.inf) -> Bools:
        """(P,) who is known to be out at that minute, by the truth, not the rumours."""
        absent = self.known_out.copy()
        absent[[t.player for t in self.turns if t.minute <= until and is_absence(t)]] = True
        return absent


def is_absence(turn: Turn) -> bool:
    """Whether the player really does not play."""
    return turn.plot in {"scratch", "doubt_out"}


def write_script(rng: np.random.Generator, rosters: Rosters, exposure: Floats) -> Script:
    """The evening's story: blows fall where ``exposure`` (P,), the followed entries' own, is."""
    free = (rosters.minutes > 12) & ~rosters.known_out
    felt = np.minimum(exposure, _FELT_MOST) + 1e-4
    turns: list[Turn] = []
    for beat in BEATS:
        player = _cast(rng, rosters, beat, np.where(free, felt, 0.0))
        minute = WAVES[beat.wave][0] - beat.before + rng.uniform(-0.4, 0.4)
        turns.append(Turn(beat.plot, player, minute, str(rng.choice(WORRIES))))
        free[player] = False
        free &= ~(rosters.team == rosters.team[player]) | (exposure > 0.1)
    turns.sort(key=lambda turn: turn.minute)
    stars = np.flatnonzero(free & (rosters.wave[rosters.game] == 0) & (rosters.depth < 5))
    return Script(
        known_out=rosters.known_out,
        doubtful=np.sort([t.player for t in turns if t.plot.startswith("doubt")]),
        turns=tuple(turns),
        delayed_game=int(np.flatnonzero(rosters.wave == 1)[-1]),
        leaves_early=int(rng.choice(stars)),
    )


def _cast(rng: np.random.Generator, rosters: Rosters, beat: Beat, felt: Floats) -> int:
    """One of the players of the wave whose loss is felt most; a doubt may concern anybody."""
    here = np.flatnonzero((rosters.wave[rosters.game] == beat.wave) & (felt > 0))
    ranked = here[np.argsort(-felt[here], kind="stable")][:12]
    weight = felt[ranked] if beat.plot == "scratch" else np.sqrt(felt[ranked])
    return int(rng.choice(ranked, p=weight / weight.sum()))
