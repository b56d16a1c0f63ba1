"""One evening of one user on the running system, for the walk over every operation."""

from __future__ import annotations

import httpx

from config.secret import token_secret
from models.files import read_entries, read_salaries
from serve.tokens import mint
from tests.serve.test_live_sources import CONTEST as OF_OTHERS
from tests.serve.test_live_sources import Api, files_of_tonight, until

CONTEST = "55443322"
USER = "walker"
GAME = "walked-game"
SOURCE = "espn.nba.injuries"
CASES = {}
"""What to ask, by operation, in order."""


def case(operation, status=200):
    def kept(ask):
        CASES[operation] = (ask, status)
        return ask

    return kept


class Walk:
    """An evening of one user on the running system, as far as the cases have come."""

    def __init__(self, stack):
        self.stack = stack
        self.api = Api(stack)
        self.http = self.api.http
        self.secret = token_secret(stack.settings).get_secret_value()
        self.salaries, entries = files_of_tonight(seed=77)
        self.entries = entries.replace(OF_OTHERS.encode(), CONTEST.encode())
        self.lineups = {
            row.entry_id: row.lineup
            for row in read_entries(self.entries, "f").entries
            if row.entry_id
        }
        self.clients = []
        self.mine = self.of(USER, "user")
        self.slate = self.rule = self.subscription = self.backtest = ""

    def of(self, user, role):
        """Another bearer's client."""
        token = mint(user, role, self.secret, 600)
        headers = {"Authorization": f"Bearer {token}"}
        self.clients.append(httpx.Client(base_url=self.http.base_url, headers=headers, timeout=30))
        return self.clients[-1]

    def held(self, number=0):
        """Who is in most lineups: somebody to be ruled out."""
        players = [player for lineup in self.lineups.values() for player in lineup]
        return sorted(set(players), key=lambda p: (-players.count(p), p))[number]

    def standings(self):
        """The contest's standings as far as this user's entries go, everybody shown."""
        names = {
            player.player_id: player.name for player in read_salaries(self.salaries, "f").players
        }
        slots = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
        rows = ["Rank,EntryId,EntryName,TimeRemaining,Points,Lineup"]
        for entry_id, lineup in self.lineups.items():
            told = sorted(f"{slot} {names[p]}" for slot, p in zip(slots, lineup, strict=True))
            rows.append(f"1,{entry_id},{USER},384,0,{' '.join(told)}")
        return "\r\n".join(rows).encode()

    def event(self, **event):
        return self.http.post("/api/v1/realtime/events", json={"source": "walk", **event})

    def proposals(self, state="proposed"):
        """Proposals in a state, once there is one."""

        def found():
            answer = self.mine.get("/api/v1/lateswap/recommendations", params={"state": state})
            return answer.json().get("recommendations")

        return until(found, within=120)

    def decide(self, action, state):
        path = f"/api/v1/lateswap/recommendations/{self.proposals(state)[0]['recommendation_id']}"
        return self.mine.post(f"{path}/{action}")
