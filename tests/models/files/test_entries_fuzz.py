"""Entries files made of anything: what is not changed stays byte for byte."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.files import UnreadableFileError, read_entries, write_entries
from models.slate import Player

SLOTS = ("PG", "SG", "UTIL")
NAMES = st.text(
    alphabet=st.sampled_from(string.ascii_letters + " ,'\"().-éćŠ"), min_size=1, max_size=14
)
IDS = st.integers(10**6, 10**8).map(str)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def as_cell(text: str, *, always: bool) -> str:
    return quoted(text) if always or any(c in text for c in ',"\r\n') else text


@st.composite
def cells(draw):
    name, player_id = draw(NAMES), draw(IDS)
    form = draw(st.sampled_from(["{n} ({i})", "{n} ({i}) (LOCKED)", "{i}", " {i} ", ""]))
    return form.format(n=name, i=player_id)


@st.composite
def files(draw):
    """A ragged file: header, entries, stray rows, a pool at the right, any line end and BOM."""
    width = st.integers(0, 4)
    rows = [["Entry ID", "Contest Name", "Contest ID", "Entry Fee", *SLOTS, "", "Instructions"]]
    for number in range(draw(st.integers(0, 6))):
        lineup = [draw(cells()) for _ in SLOTS]
        tail = [draw(NAMES) for _ in range(draw(width))]
        rows.append([str(4_000_000_000 + number), draw(NAMES), "17", "$4 ", *lineup, *tail])
    rows += [[""] * draw(width) + [draw(NAMES)] for _ in range(draw(st.integers(0, 3)))]
    always = draw(st.booleans())
    end = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    text = end.join(",".join(as_cell(c, always=always) for c in row) for row in rows)
    bom = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return bom + (text + draw(st.sampled_from(["", end]))).encode()


@given(files())
def test_a_file_written_back_is_the_file(data: bytes):
    entries = read_entries(data, "f")
    held = {entry.entry_id: entry.lineup for entry in entries.entries}
    assert write_entries(entries, held, {}) == data


@given(files(), st.data())
def test_only_the_changed_cells_change(data: bytes, draw: st.DataObject):
    entries = read_entries(data, "f")
    changeable = [e for e in entries.entries if e.kind != "malformed"]
    if not changeable:
        return
    chosen = draw.draw(st.sampled_from(changeable))
    slot = draw.draw(st.integers(0, len(SLOTS) - 1))
    name = draw.draw(NAMES).strip() or "Someone"
    lineup = list(chosen.lineup)
    lineup[slot] = "99"
    players = {"99": _player(name)}
    written = write_entries(entries, {chosen.entry_id: lineup}, players)
    cell = chosen.cells[slot]
    assert written[: cell.start] == data[: cell.start]
    assert written[len(written) - (len(data) - cell.end) :] == data[cell.end :]
    again = {e.entry_id: e for e in read_entries(written, "f").entries}[chosen.entry_id]
    assert again.lineup == tuple(lineup)
    assert again.cells[slot].name == name


@given(st.binary(max_size=400))
def test_bytes_that_are_no_entries_are_refused_in_words(data: bytes):
    with pytest.raises(UnreadableFileError, match=r"^junk\.csv: "):
        read_entries(data, "junk.csv")


def _player(name: str) -> Player:
    return Player(
        player_id="99", name=name, team="T", game_id="g", positions=("PG",),
        roster_slots=("PG",), salary=3000,
    )  # fmt: skip
