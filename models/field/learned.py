"""Recalibrations by sport, as ``lateswap calibrate ownership --fit`` prints them."""

from __future__ import annotations

from models.field.recalibration import Recalibration

RECALIBRATED: dict[str, Recalibration] = {
    "nba": Recalibration(
        learned="15 nights, 2024-12-07 to 2025-01-20",
        weights=(-0.3776, 0.8191, 0.5698, -0.5166, -0.7034),
        before=(
            (-2.023, -0.003),
            (-2.508, 0.694),
            (-2.103, 1.031),
            (-1.512, 0.857),
            (-1.56, 0.842),
        ),
        after=((-1.945, 0.0), (-2.652, 0.737), (-2.742, 0.956), (-3.221, 0.772), (-5.818, 0.709)),
    ),
}
"""By sport; a sport without finals at hand has none."""
