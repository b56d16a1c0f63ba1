"""Teams by the names that feeds write out, as codes: only people's teams by code are compared.

The codes are the leagues' own; ``models.files.names.team_key`` joins the sites' spellings of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.files.names import team_key

_LONGEST_CODE = 4

_NAMES: Mapping[str, str] = {
    "nba": (
        "ATL Atlanta Hawks;BOS Boston Celtics;BKN Brooklyn Nets;CHA Charlotte Hornets;"
        "CHI Chicago Bulls;CLE Cleveland Cavaliers;DAL Dallas Mavericks;DEN Denver Nuggets;"
        "DET Detroit Pistons;GSW Golden State Warriors;HOU Houston Rockets;IND Indiana Pacers;"
        "LAC LA Clippers;LAC Los Angeles Clippers;LAL Los Angeles Lakers;MEM Memphis Grizzlies;"
        "MIA Miami Heat;MIL Milwaukee Bucks;MIN Minnesota Timberwolves;NOP New Orleans Pelicans;"
        "NYK New York Knicks;OKC Oklahoma City Thunder;ORL Orlando Magic;PHI Philadelphia 76ers;"
        "PHX Phoenix Suns;POR Portland Trail Blazers;SAC Sacramento Kings;SAS San Antonio Spurs;"
        "TOR Toronto Raptors;UTA Utah Jazz;WAS Washington Wizards"
    ),
    "nfl": (
        "ARI Arizona Cardinals;ATL Atlanta Falcons;BAL Baltimore Ravens;BUF Buffalo Bills;"
        "CAR Carolina Panthers;CHI Chicago Bears;CIN Cincinnati Bengals;CLE Cleveland Browns;"
        "DAL Dallas Cowboys;DEN Denver Broncos;DET Detroit Lions;GB Green Bay Packers;"
        "HOU Houston Texans;IND Indianapolis Colts;JAX Jacksonville Jaguars;"
        "KC Kansas City Chiefs;LAC Los Angeles Chargers;LAR Los Angeles Rams;"
        "LV Las Vegas Raiders;MIA Miami Dolphins;MIN Minnesota Vikings;NE New England Patriots;"
        "NO New Orleans Saints;NYG New York Giants;NYJ New York Jets;PHI Philadelphia Eagles;"
        "PIT Pittsburgh Steelers;SEA Seattle Seahawks;SF San Francisco 49ers;"
        "TB Tampa Bay Buccaneers;TEN Tennessee Titans;WAS Washington Commanders"
    ),
    "mlb": (
        "ARI Arizona Diamondbacks;ATH Athletics;OAK Oakland Athletics;ATL Atlanta Braves;"
        "BAL Baltimore Orioles;BOS Boston Red Sox;CHC Chicago Cubs;CWS Chicago White Sox;"
        "CIN Cincinnati Reds;CLE Cleveland Guardians;COL Colorado Rockies;DET Detroit Tigers;"
        "HOU Houston Astros;KC Kansas City Royals;LAA Los Angeles Angels;"
        "LAD Los Angeles Dodgers;MIA Miami Marlins;MIL Milwaukee Brewers;MIN Minnesota Twins;"
        "NYM New York Mets;NYY New York Yankees;PHI Philadelphia Phillies;"
        "PIT Pittsburgh Pirates;SD San Diego Padres;SEA Seattle Mariners;"
        "SF San Francisco Giants;STL St. Louis Cardinals;TB Tampa Bay Rays;TEX Texas Rangers;"
        "TOR Toronto Blue Jays;WAS Washington Nationals"
    ),
    "nhl": (
        "ANA Anaheim Ducks;BOS Boston Bruins;BUF Buffalo Sabres;CAR Carolina Hurricanes;"
        "CBJ Columbus Blue Jackets;CGY Calgary Flames;CHI Chicago Blackhawks;"
        "COL Colorado Avalanche;DAL Dallas Stars;DET Detroit Red Wings;EDM Edmonton Oilers;"
        "FLA Florida Panthers;LAK Los Angeles Kings;MIN Minnesota Wild;"
        "MTL Montréal Canadiens;MTL Montreal Canadiens;NJ New Jersey Devils;"
        "NSH Nashville Predators;NYI New York Islanders;NYR New York Rangers;"
        "OTT Ottawa Senators;PHI Philadelphia Flyers;PIT Pittsburgh Penguins;"
        "SEA Seattle Kraken;SJ San Jose Sharks;STL St. Louis Blues;TB Tampa Bay Lightning;"
        "TOR Toronto Maple Leafs;UTA Utah Mammoth;UTA Utah Hockey Club;"
        "VAN Vancouver Canucks;VGK Vegas Golden Knights;WAS Washington Capitals;"
        "WPG Winnipeg Jets"
    ),
    "wnba": (
        "ATL Atlanta Dream;CHI Chicago Sky;CON Connecticut Sun;DAL Dallas Wings;"
        "GSV Golden State Valkyries;IND Indiana Fever;LVA Las Vegas Aces;LAS Los Angeles Sparks;"
        "MIN Minnesota Lynx;NYL New York Liberty;PHX Phoenix Mercury;POR Portland Fire;"
        "SEA Seattle Storm;TOR Toronto Tempo;WAS Washington Mystics"
    ),
}
_CODES: Mapping[tuple[str, str], str] = {
    (sport, entry.partition(" ")[2].casefold()): entry.partition(" ")[0]
    for sport, entries in _NAMES.items()
    for entry in entries.split(";")
}
_OTHER_CODES: Mapping[tuple[str, str], str] = {
    ("wnba", "LV"): "LVA", ("wnba", "LA"): "LAS", ("wnba", "NY"): "NYL", ("wnba", "GS"): "GSV",
    ("wnba", "CONN"): "CON", ("nhl", "LA"): "LAK", ("nhl", "NJD"): "NJ", ("nhl", "SJS"): "SJ",
    ("nhl", "TBL"): "TB", ("nhl", "VEG"): "VGK", ("nhl", "MON"): "MTL", ("nhl", "CLS"): "CBJ",
    ("mlb", "AZ"): "ARI", ("mlb", "OAK"): "ATH", ("nfl", "LA"): "LAR",
}  # fmt: skip
"""Second codes of a team that are another team's in another league."""


def team_code(team: str, sport: str) -> str:
    """The code of a team given by code or by its whole name; what nobody knows stays as it is.

    >>> team_code("Los Angeles Lakers", "nba"), team_code("LV", "wnba"), team_code("Ajax", "nba")
    ('LAL', 'LVA', 'Ajax')
    """
    plain = team.strip()
    code = _CODES.get((sport, plain.casefold()), plain)
    if len(code) > _LONGEST_CODE:
        return code
    return _OTHER_CODES.get((sport, code.upper()), code)


def same_team(one: str, other: str, sport: str) -> bool:
    """Whether two ways to name a team mean the same one.

    >>> same_team("GS", "Golden State Warriors", "nba"), same_team("", "", "nba")
    (True, False)
    """
    first, second = (team_key(team_code(team, sport)) for team in (one, other))
    return bool(first) and first == second
