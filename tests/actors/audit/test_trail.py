"""F24: whatever is done to the trail shows, by record number; an erased user leaves it whole."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing

import pytest

from actors.audit.trail import AuditTrail

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def trail(tmp_path):
    made = AuditTrail(tmp_path / "audit.sqlite", SECRET)
    for number in range(1, 8):
        assert made.add(f"user-{number % 2}", "approve", f"/swaps/{number}", "200") == number
    assert made.verify().fault == ""
    return made


def found(trail):
    """What is found wrong with the trail."""
    fault = trail.verify().fault
    print(f"F24: of 7 records: {fault}")
    return fault


def tamper(tmp_path, statement, *values):
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as db:
        db.execute(statement, values)
        db.commit()


@pytest.mark.parametrize("column", ["at", "action", "outcome", "holder", "sealed", "mac"])
def test_an_edited_record_is_named(trail, tmp_path, column):
    tamper(tmp_path, f"UPDATE records SET {column} = ? WHERE number = 3", b"x" * 32)
    assert found(trail) == "record 3 was changed"


def test_a_deleted_record_is_named(trail, tmp_path):
    tamper(tmp_path, "DELETE FROM records WHERE number = 4")
    assert found(trail) == "record 4 is missing"


def test_records_that_changed_places_are_named(trail, tmp_path):
    tamper(tmp_path, "UPDATE records SET number = -number WHERE number IN (2, 5)")
    tamper(
        tmp_path,
        "UPDATE records SET number = CASE number WHEN -2 THEN 5 ELSE 2 END WHERE number < 0",
    )
    assert found(trail) == "record 2 was changed"


def test_a_cut_tail_shows_against_the_anchor(trail, tmp_path):
    tamper(tmp_path, "DELETE FROM records WHERE number > 5")
    assert found(trail) == "the tail is cut: records 6 to 7 are missing"
    (tmp_path / "audit.anchor").unlink()
    assert "audit.anchor is missing" in trail.verify().fault


def test_a_chain_that_was_written_anew_without_the_key_shows(trail, tmp_path):
    other = AuditTrail(tmp_path / "other.sqlite", "another secret of thirty-two bytes")
    for number in range(7):
        other.add("user", "approve", f"/swaps/{number}", "200")
    (tmp_path / "other.sqlite").replace(tmp_path / "audit.sqlite")
    assert found(trail) == "record 1 was changed"


def test_an_erased_user_is_nowhere_and_the_chain_is_whole(trail, tmp_path):
    trail.add("user-erin-0451", "upload", "/contests/user-erin-0451", "201")
    assert trail.entries()[-1].subject == "/contests/user-erin-0451"
    assert trail.erase("user-erin-0451")
    assert not trail.erase("user-erin-0451")
    assert trail.verify().fault == ""
    last = trail.entries()[-1]
    assert (last.user, last.subject, last.erased, last.action) == ("", "", True, "upload")
    assert trail.entries()[0].user == "user-1"
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    print(f"F24: a user erased: 0 bytes of him in {len(files)} files, the chain verifies")
    assert not [name for name, content in files.items() if b"user-erin-0451" in content]
    trail.add("user-erin-0451", "upload", "/again", "201")
    assert [e.subject for e in trail.entries() if e.user == "user-erin-0451"] == ["/again"]


def add_many(path, name):
    trail = AuditTrail(path, SECRET)
    for number in range(25):
        trail.add(name, "approve", f"/{number}", "200")


def test_processes_write_one_chain_together(tmp_path):
    path = tmp_path / "audit.sqlite"
    with ProcessPoolExecutor(3) as pool:
        list(pool.map(add_many, [path] * 3, "abc"))
    trail = AuditTrail(path, SECRET)
    assert trail.verify().fault == ""
    assert trail.verify().records == 75
    assert {(e.user, e.subject) for e in trail.entries()} == {
        (name, f"/{number}") for name in "abc" for number in range(25)
    }
