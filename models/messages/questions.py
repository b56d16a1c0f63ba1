"""What actors are asked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of everything that can be asked of a slate or contest actor."""

    at_least: str = ""
    """Events up to here shall be in the answer, as far as a moment's patience brings it."""


class AskOwnership(Question, frozen=True, kw_only=True, tag="ask_ownership"):
    """Ownership of a contest as known now."""


class AskOwnershipHistory(Question, frozen=True, kw_only=True, tag="ask_ownership_history"):
    """Readings of a contest's ownership, oldest first; of one player where he is named."""

    player_id: str = ""


class AskOwnershipTrends(Question, frozen=True, kw_only=True, tag="ask_ownership_trends"):
    """How a contest's ownership moves, and where it is expected to end."""


class AskBoard(Question, frozen=True, kw_only=True, tag="ask_board"):
    """Entries with their lineups and proposals; those with a proposal first."""

    user_id: str = ""
    limit: int = 200
    only_proposed: bool = False


class AskProposals(Question, frozen=True, kw_only=True, tag="ask_proposals"):
    """Proposals in a state (empty: every state), newest first."""

    state: str = ""
    user_id: str = ""
    limit: int = 1000


class Recommend(Question, frozen=True, kw_only=True, tag="recommend"):
    """Solve some entries now and return what would be changed; stored as proposals."""

    user_id: str
    lineup_ids: tuple[str, ...] = ()
    """Entry ids; none means all entries of the user."""
    max_swaps: int | None = None
    only_out: bool = False
    top: int = 1
    objective: Literal["points", "money"] = "money"
    """``money`` where the contest's prizes are known, points elsewhere."""
    risk: float | None = None
    """0 shuns variance, 1 looks at the expectation alone; None leaves it to the policy."""
    keep: tuple[str, ...] | None = None
    """Players who stay in these entries from now on; None leaves it as it is."""
    exclude: tuple[str, ...] | None = None
    """... and who do not come in."""


class Decide(Question, frozen=True, kw_only=True, tag="decide"):
    """Approve, reject or take back one proposal."""

    proposal_id: str
    action: Literal["approve", "reject", "undo"]
    user_id: str


class Export(Question, frozen=True, kw_only=True, tag="export"):
    """The site's upload file with approved swaps, or with all open proposals too."""

    user_id: str = ""
    include_proposed: bool = False


class AskPlayers(Question, frozen=True, kw_only=True, tag="ask_players"):
    """Players of a slate with status and projection, by id or by part of a name."""

    player_id: str = ""
    search: str = ""


class AskHealth(Question, frozen=True, kw_only=True, tag="ask_health"):
    """How far the actor has read, and what it holds."""

    state: bool = False
    """Whether the hash of its state is wanted: it costs as much as a snapshot."""


class AskEvents(Question, frozen=True, kw_only=True, tag="ask_events"):
    """Archived events after an offset, in order; what is left empty does not restrict."""

    after: str
    kinds: tuple[str, ...] = ()
    player_id: str = ""
    """Events of the player, and those whose data mention him."""
    since: datetime | None = None
    limit: int = 512


class Erase(Question, frozen=True, kw_only=True, tag="erase"):
    """Take a user out of the archived events."""

    user_id: str


class Release(Question, frozen=True, kw_only=True, tag="release"):
    """Start an actor again that the supervisor holds because it kept failing."""

    actor: str


class AskRules(Question, frozen=True, kw_only=True, tag="ask_rules"):
    """What a user wants to be told, and where."""

    user_id: str


class AskAlerts(Question, frozen=True, kw_only=True, tag="ask_alerts"):
    """What a user was told, newest first, and whether it arrived."""

    user_id: str
    unread: bool = False
    limit: int = 100


class AskResults(Question, frozen=True, kw_only=True, tag="ask_results"):
    """What accepted swaps came to, against holding; of one user where he is named."""

    user_id: str = ""


class SetBreaker(Question, frozen=True, kw_only=True, tag="set_breaker"):
    """Keep a source from being connected again, or let it be tried at once."""

    source_id: str
    action: Literal["open", "close"]


class AskCache(Question, frozen=True, kw_only=True, tag="ask_cache"):
    """What the sources keep of their providers' answers; with ``clear``, forget all of it."""

    clear: bool = False


class StartBacktest(Question, frozen=True, kw_only=True, tag="start_backtest"):
    """Run a backtest over a folder of recorded nights, after those that run already."""

    backtest_id: str
    data: str
    """A folder below the operator's ``backtest_dir``."""
    policies: tuple[str, ...] = ()
    entries: int | None = None
    samples: int = 2_000
    seed: int = 1
    workers: int | None = None
    as_claimed: bool = False


class AskBacktests(Question, frozen=True, kw_only=True, tag="ask_backtests"):
    """Backtests, newest first, or the one that is named."""

    backtest_id: str = ""


class AskReport(Question, frozen=True, kw_only=True, tag="ask_report"):
    """A backtest's report or one of its tables."""

    backtest_id: str
    name: str


class AskSettled(Question, frozen=True, kw_only=True, tag="ask_settled"):
    """Wait until everything up to an offset is folded and what follows from it is in the log."""

    offset: str


AnyQuestion = (
    AskOwnership
    | AskOwnershipHistory
    | AskOwnershipTrends
    | AskBoard
    | AskProposals
    | Recommend
    | Decide
    | Export
    | AskPlayers
    | AskHealth
    | AskSettled
    | Release
    | AskEvents
    | Erase
    | AskRules
    | AskAlerts
    | AskResults
    | SetBreaker
    | StartBacktest
    | AskBacktests
    | AskCache
    | AskReport
)
