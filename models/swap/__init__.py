"""The one-shot late swap: files of one evening in, best legal lineups with reasons out."""

from models.swap.case import SwapCase, SwapOptions
from models.swap.notices import slate_day
from models.swap.report import EntryReport, SwapReport, slot_keys
from models.swap.run import SwapOutcome, late_swap
from models.swap.situation import Situation, locked_players, situation_of

__all__ = [
    "EntryReport",
    "Situation",
    "SwapCase",
    "SwapOptions",
    "SwapOutcome",
    "SwapReport",
    "late_swap",
    "locked_players",
    "situation_of",
    "slate_day",
    "slot_keys",
]
