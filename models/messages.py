"""What actors are asked and what they answer: bytes on the wire, these structs at both ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.alerts.book import Told
from models.alerts.rules import AlertPreferences, AlertRule
from models.decisions import SwapProposal
from models.ownership.history import Reading


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


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="refusal"):
    """Why a question was not answered; becomes a problem+json with this status."""

    status: int
    title: str
    detail: str
    remedy: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="health"):
    """Health of one actor."""

    actor: str
    ready: bool
    offset: str
    """Newest offset folded into the state."""
    events: int
    skipped: int
    """Events of a type that this version does not know."""
    detail: dict[str, str | int | float] = {}
    state_hash: str = ""
    """Equal for equal states, as of ``offset``; where it was asked for."""


class OwnershipLevels(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ownership_levels"
):
    """Ownership of one contest, shares 0 to 1 by player id."""

    contest_id: str
    ownership: dict[str, float]
    stacks: dict[str, float]
    timestamp: datetime
    basis: Literal["observed", "projected", "mixed"]
    observed: tuple[str, ...] = ()
    """Players whose share is observed; the others' is projected."""
    field_size: int = 0
    stack_sizes: dict[str, tuple[float, float, float]] = {}
    """Share of the followed entries that stack at least 2, 3 and 4 of a team; ``stacks`` is the
    first of them."""
    game_stacks: dict[str, float] = {}
    """Share of the followed entries with players of both sides, by game."""
    offset: str = ""
    """Everything up to here is in it."""


class OwnershipReadings(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ownership_readings"
):
    """What was read of a contest's ownership, oldest first."""

    contest_id: str
    timestamp: datetime
    basis: Literal["observed", "projected", "mixed"]
    history: tuple[Reading, ...]
    offset: str = ""
    """Everything up to here is in it."""


class PlayerTrend(msgspec.Struct, frozen=True, kw_only=True):
    """One player's ownership: where it is, how it moves, where it is expected to end."""

    ownership: float
    """Observed where the site shows it, else as projected for now."""
    basis: Literal["observed", "projected"]
    velocity_per_hour: float | None
    """Share an hour over the last hour's readings; None where fewer than two tell."""
    direction: Literal["rising", "falling", "steady", "unknown"]
    predicted_final: float
    interval: tuple[float, float]
    """80 % interval of the final share; both ends the share itself once it is observed."""
    leverage: float | None
    """logit of the chance to stand in the best lineup, less logit of the predicted final share;
    None where nothing can be drawn of the evening."""


class OwnershipTrends(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ownership_trends"
):
    """Trends of every player of a contest's slate, by player id."""

    contest_id: str
    timestamp: datetime
    basis: Literal["observed", "projected", "mixed"]
    trends: dict[str, PlayerTrend]
    offset: str = ""
    """Everything up to here is in it."""


class BoardEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry as a person sees it."""

    entry_id: str
    user_id: str
    lineup: tuple[str, ...]
    locked: tuple[bool, ...]
    points: float
    """Points scored by locked players plus projections of the others."""
    holds_out: tuple[str, ...] = ()
    """Unlocked players of the lineup who are out."""
    proposal: SwapProposal | None = None


class Board(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="board"):
    """Entries of a contest at one moment."""

    contest_id: str
    slate_id: str
    offset: str
    clock: datetime | None
    slots: tuple[str, ...]
    total_entries: int
    with_proposal: int
    holding_out: int
    entries: tuple[BoardEntry, ...]


class Proposals(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="proposals"):
    """Proposals of one contest."""

    proposals: tuple[SwapProposal, ...]
    statuses: dict[str, str] = {}
    """Outcome of each entry that was asked for: improved, already_best, fully_locked, ..."""


class Decided(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="decided"):
    """The proposal in its new state."""

    proposal: SwapProposal


class ExportFile(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="export_file"):
    """An upload file, and what was left out of it because its games have started since."""

    file_name: str
    file: bytes
    changed: int
    refused: tuple[str, ...] = ()
    source: bytes = b""
    """The file as it was handed in."""


class PlayerCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One player as now believed."""

    player_id: str
    name: str
    team: str
    game_id: str
    positions: tuple[str, ...]
    salary: int
    slate_id: str
    projection: float
    baseline: float
    designation: str
    locked: bool
    points: float | None = None
    reported_at: datetime | None = None
    events: tuple[str, ...] = ()
    conditions: str = ""
    """What weather and lines do to his night, in words."""


class Players(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="players"):
    """Players of a slate."""

    players: tuple[PlayerCard, ...]
    offset: str = ""
    """Everything up to here is in it."""


class ArchivedEvent(msgspec.Struct, frozen=True, array_like=True):
    """One event as it was appended, and where."""

    offset: str
    event_id: str
    body: bytes
    partition: str


class ArchivedEvents(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="archived_events"
):
    """Events in order, and how far the archive was searched: later ones are in the log."""

    events: tuple[ArchivedEvent, ...]
    searched: str


class Erased(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="erased"):
    """How many archived events spoke of the user who was erased."""

    user_id: str
    events: int


class RulesKept(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="rules_kept"):
    """A user's rules by id, and where he is reached."""

    rules: dict[str, AlertRule]
    preferences: AlertPreferences
    held: tuple[str, ...] = ()
    """Players of his entries."""


class AlertsTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="alerts_told"):
    """A user's alerts, newest first."""

    alerts: tuple[Told, ...]


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars that a contest pays: without swaps and with them; who ties shares his places."""

    held: float
    swapped: float
    final: bool
    """Whether the contest is over; until then they are those of the standings as they are."""


class SwapResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted swap came to: points of what was put in, less points of what was held."""

    proposal: SwapProposal
    final: bool
    """Whether every game that it is about is over."""
    points_held: float
    """Of the lineup as it was before; points so far where games are still played."""
    points_swapped: float
    gained: float
    paid: Paid | None = None
    """Of this entry with and without this swap, everything else in the contest as it is."""


class SwapResults(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="swap_results"):
    """Results of a contest's accepted swaps."""

    contest_id: str
    results: tuple[SwapResult, ...]
    paid: Paid | None = None
    """Of all entries of whom was asked about, had he held every one of them, and as they are."""
    unpaid_because: str = ""
    """Why no dollars are told."""


class BreakerSet(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="breaker_set"):
    """A source's breaker after an operator had his say."""

    source_id: str
    breaker: str


class CacheFacts(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="cache_facts"):
    """Providers' answers in the memory of the sources' process, and how they served so far."""

    entries: int
    bytes: int
    hits: int
    misses: int
    stale: int
    """Kept answers that were too old."""


class BacktestState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a backtest is, and what came of it."""

    asked: StartBacktest
    state: Literal["queued", "running", "finished", "failed"]
    asked_at: datetime
    ended_at: datetime | None = None
    progress: str = ""
    """The newest line of what it tells."""
    lines: int = 0
    problem: str = ""
    files: tuple[str, ...] = ()
    """What ``AskReport`` can be asked for."""
    summary: dict[str, Any] | None = None


class Backtests(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="backtests"):
    """Backtests, newest first."""

    backtests: tuple[BacktestState, ...]
    folders: tuple[str, ...] = ()
    """Those that a backtest may be run over: ``StartBacktest.data``."""


class ReportFile(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="report_file"):
    """One file of a backtest."""

    name: str
    content: bytes


AnyAnswer = (
    Refusal
    | Health
    | OwnershipLevels
    | OwnershipReadings
    | OwnershipTrends
    | Board
    | Proposals
    | Decided
    | ExportFile
    | Players
    | ArchivedEvents
    | Erased
    | RulesKept
    | AlertsTold
    | SwapResults
    | BreakerSet
    | CacheFacts
    | Backtests
    | ReportFile
)


_pack = msgspec.msgpack.Encoder()
_questions = msgspec.msgpack.Decoder(AnyQuestion)
_answers = msgspec.msgpack.Decoder(AnyAnswer)


def encode(message: msgspec.Struct) -> bytes:
    """Encode a question, an answer or work for the pool."""
    return _pack.encode(message)


def decode_question(body: bytes) -> AnyQuestion:
    """Decode what was asked; raises msgspec.ValidationError for anything else."""
    question: AnyQuestion = _questions.decode(body)
    return question


def decode_answer(body: bytes) -> AnyAnswer:
    """Decode an answer; raises msgspec.ValidationError for anything else."""
    answer: AnyAnswer = _answers.decode(body)
    return answer
