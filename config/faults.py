"""What is wrong with a file of settings or data."""

from __future__ import annotations


class DataFileError(ValueError):
    """A file that cannot be used: which file, and what is wrong in it."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(file, message)
        self.file = file
        self.message = message

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"
