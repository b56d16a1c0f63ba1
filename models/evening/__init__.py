"""Evenings made of nothing but a seed: believable, legal, and labelled as generated everywhere."""

from __future__ import annotations

from models.evening.evening import Evening, draw_evening
from models.evening.files import night_files
from models.evening.telling import generate, night_of

__all__ = ["Evening", "draw_evening", "generate", "night_files", "night_of"]
