"""What claims came to on nights that were played as claimed: sums that calibrations learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from models.backtest.learning import SIZES, Kept, Learning


def learning_of(parts: Sequence[Path]) -> Learning:
    """Sums of claimed and realised points by night, policy, cause and size, of finished nights."""
    files = [str(part / "decisions.parquet") for part in parts]
    size = " + ".join(f"(claimed_points >= {end})::int" for end in SIZES[1:])
    query = f"""
        select slate, policy, cause, {size} as size, sum(claimed_points), sum(realised_points),
            count(*)
        from read_parquet($files) where claimed_points > 0 group by all order by all
    """  # noqa: S608 - the ends are numbers of ours
    with duckdb.connect() as db:
        rows = db.execute(query, {"files": files}).fetchall()
    return Learning(tuple(Kept(*row) for row in rows))
