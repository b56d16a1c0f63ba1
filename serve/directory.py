"""The directory: which slates, contests, users and sources there are. A fold of the whole log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from actors.log.port import SYSTEM
from models.contest import Contest
from models.decisions import SwapProposal
from models.events import (
    AnyEvent,
    ContestOpened,
    EntriesUploaded,
    Event,
    GameStart,
    IdentityDecided,
    LateSwap,
    LineMovement,
    LineupChange,
    Mode,
    PlayerActive,
    PlayerInjury,
    PolicySet,
    SignedOut,
    SlateChange,
    SlateChanged,
    SlateOpened,
    SourceStatus,
)
from models.folds.book import ProposalBook, answered
from models.lines import LineBoard
from models.messages import AskProposals, Proposals
from models.policy import SwapPolicy
from models.slate import Player, Slate
from serve.tokens import Identity

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class SlateListing(msgspec.Struct, kw_only=True):
    """A slate as far as addresses and clocks go; its actor knows the rest."""

    slate: Slate
    players: dict[str, Player]
    projection_basis: str
    clock: datetime
    """The newest receipt time: the time of the night, whatever the wall says."""
    locked_games: frozenset[str] = frozenset()
    postponed_games: frozenset[str] = frozenset()
    starts: dict[str, datetime] = {}
    ratings: dict[str, float] = {}
    """Impact of the last news on each player whom some touched, -10 to 10."""

    def envelope(self, source: str, at: datetime | None = None) -> dict[str, Any]:
        """What events of the slate have in common; at the night's own time unless told."""
        moment = at or self.clock
        return {
            "source": source,
            "timestamp": moment,
            "received_at": moment,
            "slate_id": self.slate.slate_id,
            "sport": self.slate.sport,
            "mode": self.slate.mode,
        }

    def changed(self, change: SlateChange) -> None:
        """Take over locks, starts and ratings."""
        self.locked_games |= frozenset(change.locked_games)
        self.locked_games -= frozenset(change.postponed_games)
        self.postponed_games |= frozenset(change.postponed_games)
        self.starts |= change.starts
        self.ratings |= change.ratings


class ProposalOwner(NamedTuple):
    """Where a proposal is decided, and whose it is."""

    contest_id: str
    user_id: str


class Directory:
    """Every slate, contest, owner and source connection of the log, looked up by id."""

    def __init__(self) -> None:
        self.slates: dict[str, SlateListing] = {}
        self.contests: dict[str, Contest] = {}
        self.entrants: dict[str, set[str]] = {}
        """Users with entries, by contest."""
        self.proposals: dict[str, ProposalOwner] = {}
        self.books: dict[str, ProposalBook] = {}
        """The proposals of each contest, as the log tells them; its actor tells them sooner."""
        self.sources: dict[str, SourceStatus] = {}
        """The newest report of each connection."""
        self.decided: dict[tuple[str, str], str] = {}
        """By slate and a feed's id of somebody: his row there, as a person said; none: nobody."""
        self.reports: dict[str, float] = {}
        """Confidence of each report about a player, by event id."""
        self.impacts: dict[str, float] = {}
        """What each event did, -10 to 10, by event id: as slates found it."""
        self.lines = LineBoard()
        self.policies: dict[str, SwapPolicy] = {}
        """What each user wants done with his proposals."""
        self.signed_out: dict[str, float] = {}
        """When each user's tokens ended before their time, seconds since 1970."""
        self._slate_of_player: dict[str, str] = {}
        self._slate_of_game: dict[str, str] = {}

    def take(self, event: AnyEvent) -> None:
        """Fold one event."""
        listing = self.slates.get(event.slate_id)
        if listing is not None:
            listing.clock = max(listing.clock, event.received_at)
        match event:
            case SlateOpened():
                self._open(event)
            case SlateChanged() if listing is not None:
                listing.changed(event.data)
                self.impacts |= event.data.impact
            case GameStart() if listing is not None:
                listing.locked_games |= {event.game_id}
            case ContestOpened():
                self.contests[event.data.contest_id] = event.data
            case EntriesUploaded():
                users = {entry.user_id for entry in event.data.entries}
                self.entrants.setdefault(event.contest_id, set()).update(users)
            case LateSwap():
                self._propose(event.data)
            case PlayerInjury() | PlayerActive() | LineupChange():
                self.reports[event.event_id] = event.confidence
            case _:
                self._take_beside(event)

    def _take_beside(self, event: AnyEvent) -> None:
        """What happens beside the nights: lines, sources, who is let in."""
        match event:
            case LineMovement():
                self.lines.take(event)
            case PolicySet():
                self.policies[event.user_id] = event.data
            case SignedOut():
                self.signed_out[event.user_id] = event.data.before.timestamp()
            case SourceStatus() | IdentityDecided():
                self._hear(event)
            case _:
                pass

    def _open(self, event: SlateOpened) -> None:
        slate = event.data.slate
        self.slates[slate.slate_id] = SlateListing(
            slate=slate,
            players={player.player_id: player for player in slate.players},
            projection_basis=event.data.projection_basis,
            clock=event.received_at,
            locked_games=frozenset(
                g.game_id for g in slate.games if g.state in {"in_progress", "final"}
            ),
            postponed_games=frozenset(g.game_id for g in slate.games if g.state == "postponed"),
        )
        self._slate_of_player |= dict.fromkeys((p.player_id for p in slate.players), slate.slate_id)
        self._slate_of_game |= dict.fromkeys((g.game_id for g in slate.games), slate.slate_id)

    def _hear(self, event: SourceStatus | IdentityDecided) -> None:
        if isinstance(event, IdentityDecided):
            self.decided[event.slate_id, event.data.known_as] = event.data.row
        elif event.data.gone:
            self.sources.pop(event.source, None)
        else:
            self.sources[event.source] = event

    def _propose(self, swap: SwapProposal) -> None:
        self.proposals[swap.proposal_id] = ProposalOwner(swap.contest_id, swap.user_id)
        book = self.books.setdefault(swap.contest_id, ProposalBook.empty())
        if not book.is_overtaken(swap):
            book.enter(swap)

    def slate_of(self, event: Event) -> str:
        """The slate an event belongs to; empty for none that is known."""
        if event.slate_id in self.slates:
            return event.slate_id
        contest = self.contests.get(event.contest_id)
        if contest is not None:
            return contest.slate_id
        found = self._slate_of_player.get(event.player_id) if event.player_id else None
        return found or self._slate_of_game.get(event.game_id, "")

    def rating_of(self, player_id: str) -> float:
        """Impact of the last news on a player, on whichever slate it is largest."""
        found = (slate.ratings.get(player_id, 0.0) for slate in self.slates.values())
        return max(found, key=abs, default=0.0)

    def sport_of(self, slate_id: str) -> str:
        """The slate's sport; empty where it is unknown."""
        listing = self.slates.get(slate_id)
        return listing.slate.sport if listing else ""

    def placed(self, event: AnyEvent, *, timed: bool) -> AnyEvent:
        """The event with what its slate knows filled in: id, sport, mode, and the night's time.

        A night that is replayed or generated has a time of its own: what is handed in meanwhile
        was received then. ``timed`` says that the sender gave the event a time himself.
        """
        listing = self.slates.get(self.slate_of(event))
        if listing is None:
            return event
        slate = listing.slate
        received = event.received_at if slate.mode == "live" else listing.clock
        return msgspec.structs.replace(
            event,
            slate_id=slate.slate_id,
            sport=event.sport or slate.sport,
            mode=slate.mode,
            received_at=received,
            timestamp=event.timestamp if timed else received,
        )

    def mode(self) -> Mode:
        """What the newest slate is; ``live`` while there is none."""
        return next(reversed(self.slates.values())).slate.mode if self.slates else "live"

    def is_signed_out(self, bearer: Identity) -> bool:
        """Whether the bearer's token ended before its time."""
        return bearer.issued <= self.signed_out.get(bearer.user, -1.0)

    def standing(self, contest_id: str, asked: AskProposals) -> Proposals:
        """A contest's proposals, for as long as its actor gives no answer."""
        book = self.books.get(contest_id, ProposalBook.empty())
        return answered(book.proposals, asked)

    def contests_of(self, user_id: str) -> list[str]:
        """Contests in which a user has entries."""
        return [contest for contest, users in self.entrants.items() if user_id in users]


def partition_of(event: Event) -> str:
    """The log's partition for an event: its slate, or the one of everything else."""
    return event.slate_id or SYSTEM
