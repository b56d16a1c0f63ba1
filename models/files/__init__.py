"""The sites' files as pure functions, bytes to values and values to bytes; callers do the I/O.

Every reader takes ``(data, file)`` where ``file`` is the name that problems carry, keeps what it
can use, and reports the rest as ``Problem(file, row, message)``. ``UnreadableFileError`` means
that nothing in the file can be used.
"""

from models.files.box_scores import BoxScore, BoxScores, read_box_scores
from models.files.entries import EntriesFile, EntryCell, EntryRow, read_entries
from models.files.games import EASTERN, parse_game
from models.files.lineups import HIDDEN
from models.files.names import NameIndex, NameMatches, match_names, name_key, team_key
from models.files.news import News, NewsInterval, read_news
from models.files.payouts import PayoutTable, read_payouts
from models.files.problems import Problem, UnreadableFileError
from models.files.projections import Projection, Projections, read_projections
from models.files.salaries import Salaries, read_salaries
from models.files.slates import drop_odd_salaries, merge_pools, slate_of, with_starts
from models.files.standings import (
    Standings,
    StandingsEntry,
    StandingsPlayer,
    is_standings,
    read_standings,
)
from models.files.upload import merged_edits, write_entries

__all__ = [
    "EASTERN",
    "HIDDEN",
    "BoxScore",
    "BoxScores",
    "EntriesFile",
    "EntryCell",
    "EntryRow",
    "NameIndex",
    "NameMatches",
    "News",
    "NewsInterval",
    "PayoutTable",
    "Problem",
    "Projection",
    "Projections",
    "Salaries",
    "Standings",
    "StandingsEntry",
    "StandingsPlayer",
    "UnreadableFileError",
    "drop_odd_salaries",
    "is_standings",
    "match_names",
    "merge_pools",
    "merged_edits",
    "name_key",
    "parse_game",
    "read_box_scores",
    "read_entries",
    "read_news",
    "read_payouts",
    "read_projections",
    "read_salaries",
    "read_standings",
    "slate_of",
    "team_key",
    "with_starts",
    "write_entries",
]
