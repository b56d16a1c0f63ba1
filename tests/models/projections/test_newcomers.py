"""How much less newcomers count: what was tried, and what lost least."""

from __future__ import annotations

import msgspec
import pytest

from config.projections import load_weights
from models.projections.newcomers import Newcomers


def test_what_lost_least_is_what_counts():
    learned = load_weights("nba").newcomers
    assert learned.less == learned.tried[learned.lost.index(min(learned.lost))]
    assert learned.data_from < learned.data_to
    values = msgspec.to_builtins(learned)
    with pytest.raises(msgspec.ValidationError, match="lost least"):
        msgspec.convert(values | {"less": 0.3}, Newcomers)
    with pytest.raises(msgspec.ValidationError, match="as many"):
        msgspec.convert(values | {"lost": [1.0]}, Newcomers)
