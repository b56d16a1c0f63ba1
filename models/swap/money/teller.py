"""Tells of one contest why each entry swaps or holds, from the simulation's own inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.moves import Move, moves_between
from models.portfolio import Candidates, Choice, Note, Verdict
from models.simulation import Simulation
from models.swap.money import words
from models.swap.money.facts import Leverage, Place
from models.swap.words import dollars, gained

if TYPE_CHECKING:
    from models.swap.money.choice import Question

WIDTH = 1.96
"""Standard errors by which a gain must exceed nothing: its 95 % interval is then above it."""
_NAMED = 2
"""Swaps that a sentence names before it counts the rest."""


class Told(NamedTuple):
    """The words of one entry."""

    reason: str
    """Empty where nothing could be chosen."""
    also: str
    swaps: tuple[str, ...]
    """What stands behind each swap of the chosen lineup."""


class Teller:
    """Knows one contest's inputs and what was chosen."""

    def __init__(
        self,
        question: Question,
        found: Candidates,
        choice: Choice,
        priced: Simulation,
        reported: Simulation,
    ) -> None:
        """``priced`` in the world that chooses, ``reported`` in the other."""
        self._question, self._found = question, found
        self._choice, self._priced, self._reported = choice, priced, reported
        self._players = question.case.slate.players
        self._names = {p.player_id: p.name for p in self._players}
        self._left = question.forecast.left
        self._locked = np.array([p.player_id in question.situation.locked for p in self._players])
        self._absent = np.array([p.player_id in question.situation.absent for p in self._players])
        self._board = question.board

    def told(self, n: int, shares: Sequence[float]) -> Told:
        """The words of own entry ``n``; ``shares`` of its swaps in the gain, in dollars."""
        found, choice = self._found, self._choice
        held, chosen = int(found.hold[n]), int(choice.chosen[n])
        verdict = Verdict(int(choice.verdict[n]))
        cash = self._reported.cash
        also = words.sentence(
            [words.where(self._place(n)), words.chances(float(cash[held]), float(cash[chosen]))]
        )
        if verdict is Verdict.ALONE:
            return Told("", also, ())
        if chosen == held:
            return Told(self._why_hold(n, verdict), also, ())
        moves, holders = self._moves(n, chosen), self._board.leverage(n)
        facts = tuple(
            words.sentence([self._held_by(holders, move), self._for_others(n, chosen, move, part)])
            for move, part in zip(moves, shares, strict=True)
        )
        reason = words.sentence([self._why_swap(n, len(moves)), self._boldest(holders, moves)])
        return Told(reason, also, facts)

    def notes(self) -> tuple[str, ...]:
        """What limits across the entries did to all of them."""
        return tuple(
            f"{self._names[note.player_id]} is in {note.reached} entries, {note.locked} of them "
            f"locked, where at most {note.limit} were asked for"
            for note in self._choice.notes
            if note.kind == "over_exposed"
        )

    def _why_swap(self, n: int, swaps: int) -> str:
        low, high = self._choice.interval[n]
        gain = gained(float(self._choice.gain[n]))
        interval = f"95 %: {gained(float(low))} to {gained(float(high))}"
        return f"{swaps} swap{'s' if swaps != 1 else ''} for {gain} expected ({interval})"

    def _why_hold(self, n: int, verdict: Verdict) -> str:
        tested = int(self._choice.tested[n])
        reported, error = float(self._choice.reported[n]), float(self._choice.error[n])
        told = f"{self._named(n, tested)}, {words.with_error(reported, error)}"
        best = f"the best, {told}"
        match verdict:
            case Verdict.NOT_CLEAR if reported < 0:
                return f"no swap gains: what promised most, {told} where it was tested"
            case Verdict.NOT_CLEAR:
                return f"no swap's gain is clear of its error: {best}{self._doubt(reported, error)}"
            case Verdict.TOO_SMALL:
                least = dollars(self._question.case.options.min_gain)
                return f"no swap gains the {least} asked for: {best}"
            case Verdict.LIMITED:
                return f"a better lineup breaks a limit: {self._limit(n)}"
            case _:
                return self._nothing_better(n)

    def _nothing_better(self, n: int) -> str:
        held, end = int(self._found.first[n]), int(self._found.first[n + 1])
        best = held + 1 + int(np.argmax(self._priced.mean[held + 1 : end]))
        gain = float(self._reported.mean[best] - self._reported.mean[held])
        others = end - held - 1
        lineups = f"{others} other lineups" if others > 1 else "the only other lineup"
        error = float(np.hypot(*self._reported.gain_error[:, best]) / 2)
        told = f"{self._named(n, best)}, {words.with_error(gain, error)}"
        return f"nothing better among {lineups}: the best, {told}"

    def _doubt(self, reported: float, error: float) -> str:
        """Why a gain that is clear by itself is not believed."""
        if reported <= WIDTH * error:
            return ""
        borne = words.share(min(max(self._choice.share, 0.0), 1.0))
        return f" by itself, where only {borne} of what your entries' best swaps promise holds"

    def _limit(self, n: int) -> str:
        note = next((note for note in self._choice.notes if note.entry == n), None)
        if note is None:
            return "it would stand too close to what another entry holds"
        return self._noted(note)

    def _noted(self, note: Note) -> str:
        if note.kind == "exposure":
            name = self._names[note.player_id]
            return f"{name} is in {note.reached} of your entries, at most {note.limit} may hold him"
        if note.kind == "too_alike":
            other = self._question.held[note.other].entry.entry_id
            return f"it would repeat your entry {other}"
        return "the lineup held breaks a rule on players together"

    def _named(self, n: int, candidate: int) -> str:
        """A lineup as its swaps."""
        pairs = [
            f"{self._players[m.row_in].name}"
            + (f" for {self._players[m.row_out].name}" if m.row_out >= 0 else "")
            for m in self._moves(n, candidate)
        ]
        if len(pairs) > _NAMED:
            return f"{', '.join(pairs[:_NAMED])} and {len(pairs) - _NAMED} more"
        return " and ".join(pairs)

    def _moves(self, n: int, candidate: int) -> tuple[Move, ...]:
        held = self._found.lineups[self._found.hold[n]]
        return moves_between(held.tolist(), self._found.lineups[candidate].tolist())

    def _held_by(self, found: Leverage, move: Move) -> str:
        rows = [row for row in (move.row_in, move.row_out) if row >= 0]
        names = [(self._players[row].name, float(found.shares[row])) for row in rows]
        return words.leverage(names, found.of_whom)

    def _boldest(self, found: Leverage, moves: Sequence[Move]) -> str:
        """The swap that sets the entry apart from the teams ahead, or joins them, the most."""
        if not moves:
            return ""
        shares = np.append(found.shares, 0.0)  # -1, nobody, reads the last
        boldest = max(moves, key=lambda m: abs(shares[m.row_in] - shares[m.row_out]))
        return self._held_by(found, boldest)

    def _for_others(self, n: int, chosen: int, move: Move, part: float) -> str:
        """What a swap is good for that loses money by itself."""
        return words.for_others(self._saved(n, chosen, move), part) if part < 0 else ""

    def _saved(self, n: int, chosen: int, move: Move) -> int:
        """Dollars of salary that a swap leaves to the others."""
        lineups, slots = self._found.lineups, list(move.path)
        kinds = self._question.solver.table.board.slot_type[slots]
        cost = self._question.solver.pool.salary
        before, after = lineups[self._found.hold[n]][slots], lineups[chosen][slots]
        spent = np.where(before >= 0, cost[before, kinds], 0)
        return int((spent - cost[after, kinds]).sum())

    def _place(self, n: int) -> Place:
        rows = self._question.lineups[n]
        rows = rows[rows >= 0]
        rows = rows[~self._absent[rows] & (self._left[rows] > 0)]
        waiting = int((~self._locked[rows] | (self._left[rows] >= 1)).sum())
        return self._board.place(n, waiting, len(rows) - waiting)
