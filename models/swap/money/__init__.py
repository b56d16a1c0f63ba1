"""Swaps by what they are expected to win: loaded for money alone, since it brings the compiler."""
