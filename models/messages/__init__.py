"""What actors are asked and what they answer: bytes on the wire, these structs at both ends."""

from __future__ import annotations

import msgspec

from models.messages.answers import (
    AlertsTold,
    AnyAnswer,
    ArchivedEvent,
    ArchivedEvents,
    Backtests,
    BacktestState,
    Board,
    BoardEntry,
    BreakerSet,
    CacheFacts,
    Decided,
    Erased,
    Expected,
    ExportFile,
    Health,
    OwnershipLevels,
    OwnershipReadings,
    OwnershipTrends,
    Paid,
    PlayerCard,
    Players,
    PlayerTrend,
    Proposals,
    Refusal,
    ReportFile,
    RulesKept,
    SwapResult,
    SwapResults,
)
from models.messages.questions import (
    AnyQuestion,
    AskAlerts,
    AskBacktests,
    AskBoard,
    AskCache,
    AskEvents,
    AskHealth,
    AskOwnership,
    AskOwnershipHistory,
    AskOwnershipTrends,
    AskPlayers,
    AskProposals,
    AskReport,
    AskResults,
    AskRules,
    AskSettled,
    Decide,
    Erase,
    Export,
    Question,
    Recommend,
    Release,
    SetBreaker,
    StartBacktest,
)

__all__ = [
    "AlertsTold",
    "AnyAnswer",
    "AnyQuestion",
    "ArchivedEvent",
    "ArchivedEvents",
    "AskAlerts",
    "AskBacktests",
    "AskBoard",
    "AskCache",
    "AskEvents",
    "AskHealth",
    "AskOwnership",
    "AskOwnershipHistory",
    "AskOwnershipTrends",
    "AskPlayers",
    "AskProposals",
    "AskReport",
    "AskResults",
    "AskRules",
    "AskSettled",
    "BacktestState",
    "Backtests",
    "Board",
    "BoardEntry",
    "BreakerSet",
    "CacheFacts",
    "Decide",
    "Decided",
    "Erase",
    "Erased",
    "Expected",
    "Export",
    "ExportFile",
    "Health",
    "OwnershipLevels",
    "OwnershipReadings",
    "OwnershipTrends",
    "Paid",
    "PlayerCard",
    "PlayerTrend",
    "Players",
    "Proposals",
    "Question",
    "Recommend",
    "Refusal",
    "Release",
    "ReportFile",
    "RulesKept",
    "SetBreaker",
    "StartBacktest",
    "SwapResult",
    "SwapResults",
    "decode_answer",
    "decode_question",
    "encode",
]

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
