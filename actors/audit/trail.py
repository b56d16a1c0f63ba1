"""The audit trail: who did what, in a chain that shows every later change.

Each record carries a keyed hash (HMAC-SHA-256) of itself and of the record before: without the key
nothing can be altered, left out or put in between unseen. How many records there are and how the
last one ends is also kept in an anchor elsewhere, against which a tail that was cut shows. What
names a person is sealed (AES-256-GCM) with a key of his own; without it the chain still verifies,
and nothing of him can be read.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

START = b"\x00" * 32
NONCE_BYTES = 12

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL,
    holder TEXT NOT NULL, sealed BLOB NOT NULL, mac BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS keys (user TEXT PRIMARY KEY, holder TEXT NOT NULL, key BLOB NOT NULL);
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it is read; of an erased user only what he did is left, not who and on what."""

    number: int
    at: str
    action: str
    """``POST /api/v1/lateswap/recommendations/{id}/approve``"""
    outcome: str
    """``200``, ``403``"""
    user: str = ""
    subject: str = ""
    """What it was done to: the path with its ids."""
    erased: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found."""

    records: int
    fault: str = ""
    """Empty, or which record is wrong and how."""


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    user: str
    subject: str


class _Anchor(msgspec.Struct, frozen=True):
    records: int
    mac: str


class AuditTrail:
    """One trail in a SQLite file, which several processes of a machine may add to."""

    def __init__(self, path: Path, secret: str, anchor: Path | None = None) -> None:
        self._path = path
        self._anchor = anchor or path.with_suffix(".anchor")
        self._key = hmac.digest(secret.encode(), b"lateswap audit trail", "sha256")

    def add(self, user: str, action: str, subject: str, outcome: str) -> int:
        """Add a record; it is on disk when its number is answered."""
        with self._changing() as db:
            holder, key = _key_of(db, user)
            number, before = _last(db)
            sealed = _seal(key, holder, _Sealed(user, subject))
            at = datetime.now(UTC).isoformat(timespec="microseconds")
            row = (number + 1, at, action, outcome, holder, sealed)
            mac = self._mac(before, row)
            db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, mac))
            self._write_anchor(_Anchor(number + 1, mac.hex()))
        return number + 1

    def entries(self, limit: int = 1000) -> list[Entry]:
        """The newest records, oldest first."""
        with self._changing() as db:
            keys = dict(db.execute("SELECT holder, key FROM keys").fetchall())
            rows = db.execute(
                "SELECT number, at, action, outcome, holder, sealed FROM records"
                " ORDER BY number DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [_entry(row, keys.get(row[4])) for row in reversed(rows)]

    def verify(self) -> Verdict:
        """Walk the chain; the first record that is not what was written is named."""
        with self._changing() as db:
            rows = db.execute(
                "SELECT number, at, action, outcome, holder, sealed, mac FROM records"
                " ORDER BY number"
            ).fetchall()
        before = START
        for place, (*row, mac) in enumerate(rows, 1):
            if row[0] != place:
                return Verdict(records=len(rows), fault=f"record {place} is missing")
            if not hmac.compare_digest(self._mac(before, tuple(row)), mac):
                return Verdict(records=len(rows), fault=f"record {place} was changed")
            before = mac
        return Verdict(records=len(rows), fault=self._against_anchor(len(rows), before))

    def _against_anchor(self, records: int, mac: bytes) -> str:
        try:
            anchor = msgspec.json.decode(self._anchor.read_bytes(), type=_Anchor)
        except FileNotFoundError:
            return f"the anchor {self._anchor} is missing" if records else ""
        except msgspec.MsgspecError:
            return f"the anchor {self._anchor} cannot be read"
        if records < anchor.records:
            return f"the tail is cut: records {records + 1} to {anchor.records} are missing"
        if records > anchor.records or mac.hex() != anchor.mac:
            return f"record {records} is not the one that the anchor ends with"
        return ""

    def erase(self, user: str) -> bool:
        """Destroy a user's key: nothing that names him can be read again; False for a stranger."""
        with self._changing() as db:
            found = db.execute("DELETE FROM keys WHERE user = ?", (user,)).rowcount
        with closing(sqlite3.connect(self._path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("VACUUM")
        return bool(found)

    def _mac(self, before: bytes, row: tuple[object, ...]) -> bytes:
        return hmac.digest(self._key, before + msgspec.msgpack.encode(row), "sha256")

    def _write_anchor(self, anchor: _Anchor) -> None:
        draft = self._anchor.with_name(f"{self._anchor.name}.{os.getpid()}")
        draft.write_bytes(msgspec.json.encode(anchor))
        draft.replace(self._anchor)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The file, held by nobody else until the block ends, then written and synced."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as db:
            self._path.chmod(0o600)
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(_TABLES)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")


def _last(db: sqlite3.Connection) -> tuple[int, bytes]:
    found = db.execute("SELECT number, mac FROM records ORDER BY number DESC LIMIT 1").fetchone()
    return found or (0, START)


def _key_of(db: sqlite3.Connection, user: str) -> tuple[str, bytes]:
    """The user's key and its name, which says nothing of him; made at his first record."""
    found = db.execute("SELECT holder, key FROM keys WHERE user = ?", (user,)).fetchone()
    if found is None:
        found = (secrets.token_hex(8), AESGCM.generate_key(256))
        db.execute("INSERT INTO keys VALUES (?, ?, ?)", (user, *found))
    return found[0], found[1]


def _seal(key: bytes, holder: str, sealed: _Sealed) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, msgspec.msgpack.encode(sealed), holder.encode())


def _entry(row: tuple[int, str, str, str, str, bytes], key: bytes | None) -> Entry:
    number, at, action, outcome, holder, sealed = row
    who = _opened(sealed, holder, key) if key is not None else None
    return Entry(
        number=number,
        at=at,
        action=action,
        outcome=outcome,
        user=who.user if who is not None else "",
        subject=who.subject if who is not None else "",
        erased=who is None,
    )


def _opened(sealed: bytes, holder: str, key: bytes) -> _Sealed | None:
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], holder.encode())
    except InvalidTag:
        return None
    return msgspec.msgpack.decode(plain, type=_Sealed)
