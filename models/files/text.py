"""Bytes to rows of text: archives, encodings, line ends and limits of the sites' CSV files."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from models.files.problems import ProblemLog, UnreadableFileError

MAX_BYTES = 512 * 2**20
"""Largest file, unpacked; the largest real standings file is 15 MB."""
MAX_RATIO = 200
"""Largest growth on unpacking; real standings grow about tenfold."""
MAX_ROWS = 100_000
"""Rows of a salary, entry, payout, projection or news file; sites take 500 entries a file."""
MAX_STANDINGS_ROWS = 2_000_000
"""Rows of a standings or box-score file."""

UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_QUOTED_OR_PLAIN = re.compile(r'(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))(,|$)')


def unpack(data: bytes, file: str) -> bytes:
    """The file itself, out of a zip or gzip wrapping if there is one.

    Raises UnreadableFileError for a broken archive, one without a CSV, or one beyond the limits.
    """
    if data.startswith(b"PK\x03\x04"):
        data = _unzip(data, file)
    elif data.startswith(b"\x1f\x8b"):
        data = _gunzip(data, file)
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(
            file, f"larger than {MAX_BYTES // 2**20} MB; this is not one of the site's files"
        )
    return data


def _unzip(data: bytes, file: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if _is_table(m.filename)]
            if not members:
                raise UnreadableFileError(file, "the zip holds no CSV; give the zip as downloaded")
            allowed = _allowed(len(data))
            with archive.open(members[0]) as member:
                content = member.read(allowed + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        raise UnreadableFileError(file, f"the zip is damaged ({fault}); download again") from fault
    return _within(content, allowed, file)


def _is_table(name: str) -> bool:
    """A CSV, and not the shadow file that macOS packs beside it."""
    return name.lower().endswith(".csv") and not name.startswith("__MACOSX/")


def _gunzip(data: bytes, file: str) -> bytes:
    allowed = _allowed(len(data))
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data, allowed + 1)
    except zlib.error as fault:
        raise UnreadableFileError(file, f"the gzip is damaged ({fault})") from fault
    if not stream.eof and len(content) <= allowed:
        raise UnreadableFileError(file, "the gzip is cut off; fetch it again")
    return _within(content, allowed, file)


def _allowed(packed: int) -> int:
    return min(MAX_BYTES, max(packed * MAX_RATIO, 2**20))


def _within(content: bytes, allowed: int, file: str) -> bytes:
    if len(content) > allowed:
        raise UnreadableFileError(
            file,
            f"unpacks to more than {allowed} bytes ({MAX_RATIO} times its size at most); refused",
        )
    return content


def encoding_of(data: bytes, log: ProblemLog) -> str:
    """``utf-8-sig``, ``utf-8`` or ``latin-1``.

    Raises UnreadableFileError for UTF-16 and for bytes that are no text.
    """
    if data.startswith(_UTF16_BOMS) or b"\0" in data[:4096]:
        raise UnreadableFileError(
            log.file, "saved as UTF-16 or not text; save it again as 'CSV UTF-8 (comma delimited)'"
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        row = data.count(b"\n", 0, fault.start) + 1
        log.add(
            row, "not UTF-8, read as Latin-1: accented names may differ; save it as 'CSV UTF-8'"
        )
        return "latin-1"
    return "utf-8-sig" if data.startswith(UTF8_BOM) else "utf-8"


def read_lines(data: bytes, log: ProblemLog, most: int = MAX_ROWS) -> list[str]:
    """The lines of a file, whatever wraps it, however it is encoded, whichever its line ends.

    Raises UnreadableFileError when it is empty, beyond ``most`` rows, or no text.
    """
    data = unpack(data, log.file)
    text = data.decode(encoding_of(data, log))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise UnreadableFileError(log.file, "the file is empty; download it again")
    if len(lines) > most:
        raise UnreadableFileError(log.file, f"{len(lines)} rows; at most {most} are read")
    return lines


def split_line(line: str) -> list[str]:
    """The cells of one line. A stray quote stays text and harms no other line.

    >>> split_line('1,"Smith, J.",x'), split_line('5" tall,"open')
    (['1', 'Smith, J.', 'x'], ['5" tall', '"open'])
    """
    if '"' not in line:
        return line.split(",")
    cells = []
    for match in _QUOTED_OR_PLAIN.finditer(line):
        quoted, plain, delimiter = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if not delimiter:
            break
    return cells
