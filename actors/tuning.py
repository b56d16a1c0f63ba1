"""Interpreter settings of processes that answer in milliseconds."""

from __future__ import annotations

import gc
import sys

SWITCH_S = 0.0005
"""A thread that wants to run waits this long for the interpreter, 5 ms by default: every process
of Ray's has threads of its own beside our event loop."""

YOUNG = 10_000
"""New objects between two collections of the youngest: with 700, a tenth of the time of a process
that streams to thousands went into collections."""


def favour_latency() -> None:
    """Hand the interpreter over sooner, and take what lives for ever out of the collector's sight.

    Called once a process is up: a full collection would otherwise walk every module that was
    imported, in the middle of an event. What comes later in the same process may be garbage one
    day, so that a second call hides nothing more.
    """
    sys.setswitchinterval(SWITCH_S)
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    gc.set_threshold(YOUNG)
