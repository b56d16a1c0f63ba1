"""Finished nights on disk: each is computed once for the same files, options and program.

``OUT/parts/<night>-<key>/`` holds a night's tables; the key is a digest of everything that they
depend on.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from actors.backtest.evening import NightResult, Options
from actors.feeds.folders import NightFolder

TABLES = ("entries", "decisions", "moments", "players")
FACTS = "facts.json"
_PROGRAM = ("models", "config", "actors")
_SOURCES = (".py", ".toml")


def part_key(night: NightFolder, options: Options, models: str) -> str:
    """A digest of the night's files, the options, the models' name and the program itself."""
    digest = hashlib.blake2b(digest_size=12)
    digest.update(msgspec.json.encode(options, order="deterministic"))
    digest.update(f"\0{models}\0{_program()}".encode())
    for file in _files(night):
        digest.update(f"\0{file.name}\0{_digest_of(file, file.stat().st_mtime_ns)}".encode())
    return digest.hexdigest()


def _files(night: NightFolder) -> list[Path]:
    shared = (night.payouts, night.box_scores, night.results, night.news)
    own = [file for file in night.path.iterdir() if file.is_file()]
    return sorted({*own, *(file for file in shared if file is not None)})


@cache
def _digest_of(file: Path, changed_at: int) -> str:  # noqa: ARG001 - part of the cache's key
    return hashlib.blake2b(file.read_bytes(), digest_size=12).hexdigest()


@cache
def _program() -> str:
    """A digest of the code: what another program computed is computed again."""
    digest = hashlib.blake2b(digest_size=12)
    for package in _PROGRAM:
        _add(files(package), digest)
    return digest.hexdigest()


def _add(folder: Traversable, digest: hashlib.blake2b) -> None:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "__pycache__":
            _add(item, digest)
        elif item.name.endswith(_SOURCES):
            digest.update(item.name.encode() + b"\0" + item.read_bytes())


def encoded(result: NightResult) -> dict[str, bytes]:
    """A night's tables as files by name; equal results give equal bytes."""
    tables = {f"{name}.parquet": parquet_bytes(getattr(result, name)) for name in TABLES}
    return {**tables, FACTS: msgspec.json.encode(result.facts)}


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file."""
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


class Parts:
    """The folder of finished nights of one output folder."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "parts"
        self.folder.mkdir(parents=True, exist_ok=True)

    def of(self, slate: str, key: str) -> Path:
        """Where a night's tables are, or will be."""
        return self.folder / f"{slate.replace('/', '_')}-{key}"

    def keep(self, part: Path, content: Mapping[str, bytes]) -> None:
        """Write a finished night; it appears as a whole or not at all."""
        draft = part.with_name(f"{part.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, body in content.items():
            (draft / name).write_bytes(body)
        draft.rename(part)

    def forget_all_but(self, parts: list[Path]) -> None:
        """Remove nights that were computed for other files, options or programs."""
        for part in set(self.folder.iterdir()) - set(parts):
            shutil.rmtree(part)


def joined(parts: list[Path], out: Path) -> None:
    """``entries.parquet`` and the others of all nights in order, a row group for each night."""
    for name in TABLES:
        draft = out / f"{name}.parquet.draft"
        writer: pq.ParquetWriter | None = None
        for part in parts:
            table = pq.read_table(part / f"{name}.parquet")
            writer = writer or pq.ParquetWriter(draft, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()
            draft.replace(out / f"{name}.parquet")
