"""What is wrong with a file: always with file, row and remedy, never a reason to stop the rest."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that could not be used as it stands; ``row`` counts from 1, 0 is the whole file."""

    file: str
    row: int
    message: str
    """What is wrong and what to do about it."""


class UnreadableFileError(ValueError):
    """A file of which nothing can be used; ``problem`` says why and what to do."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(file, message)
        self.problem = Problem(file, 0, message)

    def __str__(self) -> str:
        return f"{self.problem.file}: {self.problem.message}"


class ProblemLog:
    """Collects the problems of one file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, row: int, message: str) -> None:
        self._problems.append(Problem(self.file, row, message))

    def taken(self) -> tuple[Problem, ...]:
        """All problems so far, in the order of their rows."""
        return tuple(sorted(self._problems, key=lambda problem: problem.row))
