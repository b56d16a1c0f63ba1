"""What actors answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.alerts.book import Told
from models.alerts.rules import AlertPreferences, AlertRule
from models.decisions import SwapProposal
from models.messages.questions import StartBacktest
from models.ownership.history import Reading
from models.wishes import EntryWishes


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
    wishes: EntryWishes | None = None


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
    wishes: tuple[EntryWishes, ...] = ()
    """What binds the swaps of those entries."""


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
    stands: bool = True
    """False where who came in was ruled out himself since: nothing is left of what was claimed."""
    paid: Paid | None = None
    """Of this entry with and without this swap, everything else in the contest as it is."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What accepted swaps were to bring against holding, by what was known at each of them."""

    points: float = 0.0
    dollars: float | None = None
    """None where no swap is priced."""


class SwapResults(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="swap_results"):
    """Results of a contest's accepted swaps."""

    contest_id: str
    results: tuple[SwapResult, ...]
    expected: Expected = Expected()
    """Of the entries as wholes: swaps that follow each other do not add up."""
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
