"""Backtests: nights found, played in parallel, and written."""
