"""Ownership of a contest: who is held, who is stacked, what moves, and what is still hidden."""
