"""Teams of the NBA and the WNBA by the names that their filings use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TRICODES: Mapping[str, str] = MappingProxyType(
    {
        "Atlanta Hawks": "ATL", "Boston Celtics": "BOS", "Brooklyn Nets": "BKN",
        "Charlotte Hornets": "CHA", "Chicago Bulls": "CHI", "Cleveland Cavaliers": "CLE",
        "Dallas Mavericks": "DAL", "Denver Nuggets": "DEN", "Detroit Pistons": "DET",
        "Golden State Warriors": "GSW", "Houston Rockets": "HOU", "Indiana Pacers": "IND",
        "LA Clippers": "LAC", "Los Angeles Clippers": "LAC", "Los Angeles Lakers": "LAL",
        "Memphis Grizzlies": "MEM", "Miami Heat": "MIA", "Milwaukee Bucks": "MIL",
        "Minnesota Timberwolves": "MIN", "New Orleans Pelicans": "NOP", "New York Knicks": "NYK",
        "Oklahoma City Thunder": "OKC", "Orlando Magic": "ORL", "Philadelphia 76ers": "PHI",
        "Phoenix Suns": "PHX", "Portland Trail Blazers": "POR", "Sacramento Kings": "SAC",
        "San Antonio Spurs": "SAS", "Toronto Raptors": "TOR", "Utah Jazz": "UTA",
        "Washington Wizards": "WAS",
    }
)  # fmt: skip
"""Three-letter codes."""
WNBA: Mapping[str, str] = MappingProxyType(
    {
        "Atlanta Dream": "ATL", "Chicago Sky": "CHI", "Connecticut Sun": "CON",
        "Dallas Wings": "DAL", "Golden State Valkyries": "GSV", "Indiana Fever": "IND",
        "Las Vegas Aces": "LVA", "Los Angeles Sparks": "LAS", "Minnesota Lynx": "MIN",
        "New York Liberty": "NYL", "Phoenix Mercury": "PHX", "Portland Fire": "PDX",
        "Seattle Storm": "SEA", "Toronto Tempo": "TOR", "Washington Mystics": "WAS",
    }
)  # fmt: skip
"""Codes of the WNBA's teams, some of which are those of other teams in the NBA."""
_PLAIN = {name.replace(" ", "").lower(): name for name in (*TRICODES, *WNBA)}


def named(written: str) -> str:
    """The full name of a team that is written out, whatever its spaces; empty for anything else.

    >>> named("Philadelphia76ers"), named("Philadelphia")
    ('Philadelphia 76ers', '')
    """
    return _PLAIN.get(written.replace(" ", "").lower(), "")


def team_of(written: str, codes: str = "") -> str:
    """The one team that a name, or a part of one, can be in a game of these codes; else as written.

    >>> team_of("Timberwolves"), team_of("Los Angeles", "DENLAL"), team_of("Harlem Globetrotters")
    ('Minnesota Timberwolves', 'Los Angeles Lakers', 'Harlem Globetrotters')
    """
    if name := named(written):
        return name
    part = written.replace(" ", "").lower()
    meant = [
        name
        for plain, name in _PLAIN.items()
        if part and (plain.startswith(part) or plain.endswith(part))
    ]
    playing = [name for name in meant if code(name) in {codes[:3], codes[3:]}]
    for found in (playing, meant):
        if len({code(name) for name in found}) == 1:
            return found[0]
    return written


def code(name: str) -> str:
    """Three letters of a team's full name, or the name where it is none we know."""
    return TRICODES.get(name) or WNBA.get(name, name)


def league(name: str) -> str:
    """Where a team plays: ``nba`` unless it is known to be the WNBA's."""
    return "wnba" if name in WNBA else "nba"
