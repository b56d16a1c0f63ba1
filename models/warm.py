"""Compile every kernel into its cache: ``python -m models.warm``, part of the set-up."""

from __future__ import annotations

from models.field.warm import warm as warm_field
from models.optimiser.warm import warm as warm_optimiser
from models.outcomes.warm import warm as warm_outcomes
from models.portfolio.warm import warm as warm_portfolio
from models.simulation.warm import warm as warm_simulation


def warm() -> None:
    """Run every kernel once; a process that did so answers without delay.

    The kernels' arguments have the same types for every slate and contest, read-only arrays
    included, so one run compiles, or loads from the cache, all there is.
    """
    warm_optimiser()
    warm_outcomes()
    warm_field()
    warm_simulation()
    warm_portfolio()


if __name__ == "__main__":
    warm()
